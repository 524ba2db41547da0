# SPDX-License-Identifier: Apache-2.0
"""What holds for every field of tickets that a module brings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from dialog_core.hookspecs.fields import FieldType, TicketField
from dialog_core.runtime import runtime
from dialog_core.testing.far_side import FarSide
from dialog_core.testing.making import Made
from dialog_core.testing.platform import ModulePlatform
from dialog_core.testing.suites.module import HOSTILE


class FieldSuite:
    """Inherit it once for each field.

    Attributes:
        field: its key.
        good, wrong: values as the API writes them; each of `good` is kept, each of `wrong` is refused.
    """

    field: ClassVar[str]
    good: ClassVar[Sequence[Any]]
    wrong: ClassVar[Sequence[Any]]

    def settings(self, far_side: FarSide) -> dict[str, Any]:  # noqa: ARG002 - for those who override it
        """Return settings that the field needs."""
        return {}

    def accept(self, far_side: FarSide) -> None:
        """Let the far side agree to `good` and not to `wrong`, where the module asks one."""

    def prepare(self, platform: ModulePlatform) -> dict[str, Any]:  # noqa: ARG002 - for those who override it
        """Return what else a request needs to have the field (`kind=…`, `fields={…}`), for `platform.make.ticket`."""
        return {}

    def test_it_has_its_title_in_both_languages(self, platform: ModulePlatform, far_side: FarSide) -> None:
        """The form of a new ticket asks for it, in Russian and in English."""
        self._ready(platform, far_side)
        field = self._field(platform)
        for language in ("ru", "en"):
            assert field.title.get(language, "").strip(), f"no title in {language}"
            for option in field.options:
                assert option.title.get(language, "").strip(), f"the option {option.code} has no title in {language}"
        if not field.kinds and not field.visible_when:
            for language in ("ru", "en"):
                assert field.title[language] in platform.browser(language=language).text("/tickets/new")

    def test_good_values_are_kept(self, platform: ModulePlatform, far_side: FarSide) -> None:
        """A value stands in the ticket as it was given, in the API and on the page."""
        self._ready(platform, far_side)
        assert self.good, "name good values"
        for value in self.good:
            made = self._ticket(platform, value)
            answer = platform.program().get(f"/tickets/{made.number}").get_json()
            assert answer["fields"][self.field] == value
            assert platform.browser().get(f"/tickets/{made.number}").status_code == 200

    def test_wrong_values_are_refused_by_name(self, platform: ModulePlatform, far_side: FarSide) -> None:
        """A value that cannot be is refused, the field is named, and no ticket is made."""
        self._ready(platform, far_side)
        assert self.wrong, "name wrong values"
        more = self.prepare(platform)
        fields = dict(more.pop("fields", {}))
        for value in self.wrong:
            before = len(platform.events)
            body = {
                "subject": "It does not print", "description": "Nothing comes out.", "kind": "user_failure",
                "contact": {"full_name": "Ivan Petrov", "phone": "+7 912 345-67-89"}, **more,
                "fields": {**fields, self.field: value},
            }  # fmt: skip
            answer = platform.program().post("/tickets", body)
            assert answer.status_code == 422, f"{value!r} is answered with {answer.status_code}, not refused"
            assert self.field in answer.get_data(as_text=True), f"the refusal of {value!r} does not name the field"
            assert not [event for event in platform.events[before:] if event.kind == "ticket_opened"]

    def test_values_stay_while_the_module_is_off(self, platform: ModulePlatform, far_side: FarSide) -> None:
        """Switched off, the field is not shown and its values stay; switched on, they are there again."""
        self._ready(platform, far_side)
        made = self._ticket(platform, self.good[0])
        with platform.off():
            answer = platform.program().get(f"/tickets/{made.number}").get_json()
            assert self.field not in answer["fields"]
            assert platform.browser().get(f"/tickets/{made.number}").status_code == 200
        answer = platform.program().get(f"/tickets/{made.number}").get_json()
        assert answer["fields"][self.field] == self.good[0]

    def test_hostile_words_are_shown_as_they_are(self, platform: ModulePlatform, far_side: FarSide) -> None:
        """A text in the field never becomes part of a page's HTML; where it is refused, that is fine too."""
        self._ready(platform, far_side)
        if self._field(platform).type is not FieldType.TEXT:
            return
        from dialog_core.errors import DialogError

        try:
            made = self._ticket(platform, HOSTILE)
        except DialogError:
            return
        for path in (f"/tickets/{made.number}", "/queue"):
            assert HOSTILE not in platform.browser().get(path).get_data(as_text=True), f"{path} shows it as HTML"

    def _ready(self, platform: ModulePlatform, far_side: FarSide) -> None:
        self.accept(far_side)
        values = self.settings(far_side)
        if values:
            platform.settings(**values)

    def _field(self, platform: ModulePlatform) -> TicketField:
        found = [item.value for item in runtime().hooks.collect("ticket_fields") if item.module == platform.module.name]
        named: dict[str, TicketField] = {field.key: field for field in found}
        assert self.field in named, f"the module has no field {self.field}; it has: {', '.join(named) or 'none'}"
        return named[self.field]

    def _ticket(self, platform: ModulePlatform, value: Any) -> Made:
        more = self.prepare(platform)
        return platform.make.ticket(**{**more, "fields": {**more.get("fields", {}), self.field: value}})
