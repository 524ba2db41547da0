# SPDX-License-Identifier: Apache-2.0
"""What the journal tells, as short lines of a timeline; who and when stand beside the sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from admin_ui.tickets_pages import words
from admin_ui.tickets_pages.field_inputs import in_language
from dialog_core.plugin import tickets

_TRANSITIONS: dict[str, Any] = {
    "start": _l("Taken into work"),
    "decline": _l("The ticket was declined"),
    "request_information": _l("The question was delivered; the ticket waits for the customer"),
    "receive_information": _l("The customer answered; work goes on"),
    "resume": _l("Work goes on without the customer's answer"),
    "answer": _l("The answer was delivered"),
    "recall": _l("The answer was taken back"),
    "confirm": _l("The customer confirmed the solution"),
    "dispute": _l("The customer disagreed; the ticket is in work again"),
    "close": _l("Closed: the customer's representative confirmed"),
    "silence": _l("Closed: nobody objected within the term"),
    "withdraw": _l("Withdrawn by the customer"),
}
FIELDS: dict[str, Any] = {
    "subject": _l("subject"),
    "kind": _l("kind"),
    "impact": _l("impact"),
    "urgency": _l("urgency"),
    "priority": _l("priority"),
    "priority_reason": _l("reason of the priority"),
    "category_id": _l("category"),
    "organisation_id": _l("organisation"),
    "contact_id": _l("customer"),
    "entitlement": _l("entitlement"),
}
_QUIET = frozenset({"entry_added", "entry_edited", "file_settled"})
"""Events that show at the entry itself."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names of people and teams that events mention by id."""

    people: Mapping[int, str] = field(default_factory=dict)
    teams: Mapping[int, str] = field(default_factory=dict)


def is_shown(item: tickets.TimelineItem) -> bool:
    """Tell whether an event has a line of its own."""
    if item.kind == "delivery_settled":
        return item.actor_kind == "staff"
    return item.kind not in _QUIET


def sentence(item: tickets.TimelineItem, names: Names) -> str:
    """Return the line of an event, in the reader's language."""
    write = _WRITERS.get(item.kind)
    return write(item.data, names) if write is not None else item.kind.replace("_", " ")


def _opened(data: Mapping[str, Any], names: Names) -> str:  # noqa: ARG001
    return str(gettext("The ticket was registered"))


def _transitioned(data: Mapping[str, Any], names: Names) -> str:  # noqa: ARG001
    name = str(data.get("transition", ""))
    if name == "merge":
        return str(gettext("Merged into ticket %(number)s", number=data.get("target", "")))
    text = str(_TRANSITIONS.get(name, name))
    by = words.DELIVERED_BY.get(str(data.get("delivered_by", "")))
    return f"{text} ({str(by).lower()})" if by else text


def _assigned(data: Mapping[str, Any], names: Names) -> str:
    after: Mapping[str, Any] = data.get("after") or {}
    responsible = after.get("responsible")
    parts = []
    if responsible is not None:
        parts.append(gettext("responsible %(name)s", name=names.people.get(responsible, f"#{responsible}")))
    others = [names.people.get(one, f"#{one}") for one in after.get("executors", ())]
    others += [names.teams.get(one, f"#{one}") for one in after.get("teams", ())]
    if others:
        parts.append(gettext("also %(names)s", names=", ".join(others)))
    if not parts:
        return str(gettext("Executors taken off"))
    return str(gettext("Executors: %(who)s", who="; ".join(parts)))


def _updated(data: Mapping[str, Any], names: Names) -> str:  # noqa: ARG001
    before: Mapping[str, Any] = data.get("before") or {}
    after: Mapping[str, Any] = data.get("after") or {}
    parts = [_change(name, before.get(name), after.get(name)) for name in after if not name.startswith("field.")]
    further: Mapping[str, Any] = data.get("field_words") or {}
    parts += [_further(one) for one in further.values()]
    return str(gettext("Changed: %(what)s", what="; ".join(parts)))


def _change(name: str, before: Any, after: Any) -> str:
    title = str(FIELDS.get(name, name))
    vocabularies = {"kind": words.KINDS, "impact": words.IMPACTS, "urgency": words.URGENCIES}
    if name in vocabularies:
        known = vocabularies[name]
        return f"{title} {known.get(before, before)} → {known.get(after, after)}"
    if name == "priority":
        shown = [str(words.PRIORITIES[words.priority_word(value)]) for value in (before, after)]
        return f"{title} {shown[0]} → {shown[1]}"
    if name in {"subject", "priority_reason"}:
        return _became(title, before, after)
    return title


def _further(change: Mapping[str, Any]) -> str:
    """Say what a further field became, in the words of that time."""
    title, before, after = (in_language(change.get(part) or {}) for part in ("title", "before", "after"))
    return _became(title, before, after)


def _became(title: str, before: Any, after: Any) -> str:
    return str(gettext("%(title)s “%(before)s” → “%(after)s”", title=title, before=before or "—", after=after or "—"))


def _took_in(data: Mapping[str, Any], names: Names) -> str:  # noqa: ARG001
    return str(gettext("Ticket %(number)s was merged into this one", number=data.get("source", "")))


def _unmerged(data: Mapping[str, Any], names: Names) -> str:  # noqa: ARG001
    return str(gettext("The merge was undone"))


def _settled(data: Mapping[str, Any], names: Names) -> str:  # noqa: ARG001
    return str(gettext("Marked as arrived"))


def _repeated(data: Mapping[str, Any], names: Names) -> str:  # noqa: ARG001
    return str(gettext("A message was sent again"))


_WRITERS: dict[str, Callable[[Mapping[str, Any], Names], str]] = {
    "ticket_opened": _opened,
    "ticket_transitioned": _transitioned,
    "ticket_assigned": _assigned,
    "ticket_updated": _updated,
    "ticket_received_merge": _took_in,
    "ticket_unmerged": _unmerged,
    "delivery_settled": _settled,
    "delivery_repeated": _repeated,
}
