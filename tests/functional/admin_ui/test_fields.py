# SPDX-License-Identifier: Apache-2.0
"""The constructor's pages: made, changed, moved, archived by a browser without scripts."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from dialog_core import fields, staff
from dialog_core.database import db
from dialog_core.hookspecs.fields import Clause, Comparison, FieldOption, FieldType, TicketField

SYSTEM = staff.system_actor()
ROOM = {"type": "text", "title_ru": "Кабинет", "title_en": "Room", "required": "never"}


class _Form(HTMLParser):
    """What a browser would send of a form in which nobody has touched anything."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and "selected" in given:
            self.values[self._select] = [given["value"]]
        elif tag == "input" and (given.get("type") not in {"checkbox", "radio", "file"} or "checked" in given):
            self.values.setdefault(given["name"], []).append(given.get("value", ""))


def entered(page: str) -> dict[str, Any]:
    form = _Form()
    form.feed(page[page.index('id="field-form"') : page.index('<aside class="field-aside"')])
    return form.values


def field(app: Any, key: str) -> Any:
    with app.app_context():
        found = fields.get_field(SYSTEM, key)
        db.session.remove()
    return found


@pytest.mark.parametrize("path", ["/fields", "/fields/new?type=text", "/fields/custom_x", "/fields/custom_x/archive"])
def test_only_administrators_see_it(app: Any, visitor: Any, path: str) -> None:
    assert visitor("sam@example.com").get(path).status_code == 403
    assert visitor("ada@example.com").get("/fields").status_code == 200


@pytest.mark.parametrize("path", ["/fields/new", "/fields/custom_x", "/fields/preview", "/fields/custom_x/archive",
                                  "/fields/custom_x/restore", "/fields/custom_x/move/up"])  # fmt: skip
def test_only_administrators_change_it(app: Any, visitor: Any, path: str) -> None:
    browser = visitor("sam@example.com")
    browser.get("/queue")
    assert browser.post(path, ROOM).status_code == 403


def test_a_field_is_made_and_is_there_at_once(admin: Any, specialist: Any, app: Any) -> None:
    admin.get("/fields")
    assert "No fields of your own yet" in admin.page
    for kind in FieldType:
        assert admin.get(f"/fields/new?type={kind}").status_code == 200
    assert admin.get("/fields/new?type=spell").status_code == 404
    admin.get("/fields/new?type=text")
    assert admin.post("/fields/new", {**ROOM, "kinds": ["outage"], "in_list": "on"}).status_code == 303
    made = field(app, "custom_room").field
    assert (made.title, made.kinds, made.in_list) == ({"ru": "Кабинет", "en": "Room"}, ("outage",), True)
    specialist.get("/tickets/new")
    assert 'name="fields.custom_room"' in specialist.page
    admin.get("/fields")
    assert "custom_room" in admin.page


def test_what_is_wrong_stands_at_its_place(admin: Any) -> None:
    admin.get("/fields/new?type=number")
    wrong = {"type": "number", "title_ru": "", "title_en": "Users", "required": "never"}
    assert admin.post("/fields/new", wrong).status_code == 422
    assert admin.error_of("title_ru")
    for more, named in (
        ({"title_ru": "К", "low": "NaN"}, "low"),
        ({"title_ru": "К", "low": "5", "high": "1"}, "high"),
        ({"title_ru": "К", "key": "Ы"}, "key"),
        ({"title_ru": "К", "default": "x"}, "default"),
        ({"title_ru": "К", "required": "when"}, "required"),
        ({"title_ru": "К", "visible-0-subject": "custom_gone", "visible-0-test": "set"}, "visible"),
    ):
        assert admin.post("/fields/new", {**wrong, **more}).status_code == 422, more
        assert admin.error_of(named), more
    admin.post("/fields/new", {**wrong, "title_ru": "К", "key": "users"})
    admin.get("/fields/new?type=number")
    assert admin.post("/fields/new", {**wrong, "title_ru": "К", "key": "users"}).status_code == 422
    assert "is taken" in admin.error_of("key")


def test_a_tree_is_built_with_buttons_alone(admin: Any, app: Any) -> None:
    admin.get("/fields/new?type=tree")
    rows: dict[str, Any] = {
        "type": "tree", "title_ru": "Место", "title_en": "Place", "required": "never",
        "option-code": ["~1", "~2"], "option-parent": ["", ""],
        "option-ru": ["Урал", "Юг"], "option-en": ["Ural", "South"],
    }  # fmt: skip
    answer = admin.post("/fields/new", {**rows, "press": "option-under:~1"})
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert page.index('value="~1"') < page.index('value="~3"') < page.index('value="~2"')
    rows |= {"option-code": ["~1", "~3", "~2"], "option-parent": ["", "~1", ""]}
    rows |= {"option-ru": ["Урал", "Пермь", "Юг"], "option-en": ["Ural", "Perm", "South"]}
    moved = admin.post("/fields/new", {**rows, "press": "option-up:~2"}).get_data(as_text=True)
    assert moved.index('value="~2"') < moved.index('value="~1"') < moved.index('value="~3"')
    gone = admin.post("/fields/new", {**rows, "press": "option-remove:~1"}).get_data(as_text=True)
    assert "Perm" not in gone
    assert admin.post("/fields/new", {**rows, "default": "~3"}).status_code == 303
    made = field(app, "custom_place").field
    assert [(one.code, one.parent) for one in made.options] == [("ural", None), ("perm", "ural"), ("south", None)]
    assert made.default == "perm"


def test_conditions_are_built_with_buttons_alone(admin: Any, app: Any) -> None:
    admin.get("/fields/new?type=text")
    page = admin.post("/fields/new", {**ROOM, "press": "visible-add"}).get_data(as_text=True)
    assert 'name="visible-0-subject"' in page
    shown = admin.post("/fields/new", {**ROOM, "required": "when", "press": "required-show"}).get_data(as_text=True)
    assert 'name="required-0-subject"' in shown
    sent = {
        **ROOM, "required": "when", "visible-0-subject": "kind", "visible-0-test": "one_of",
        "visible-0-value": ["outage", "consultation"], "required-0-subject": "organisation",
        "required-0-test": "equals", "required-0-text": "7",
    }  # fmt: skip
    assert admin.post("/fields/new", sent).status_code == 303
    made = field(app, "custom_room").field
    assert made.visible_when == (Clause("kind", Comparison.ONE_OF, ("outage", "consultation")),)
    assert made.required_when == (Clause("organisation", Comparison.EQUALS, ("7",)),)
    admin.get("/fields/custom_room")
    assert 'value="outage" checked' in admin.page
    page = admin.post("/fields/custom_room", {**sent, "version": "1", "press": "visible-remove:0"}).get_data(
        as_text=True
    )
    assert 'name="visible-0-subject"' not in page
    assert field(app, "custom_room").version == 1


def test_a_field_is_changed_once(admin: Any, app: Any) -> None:
    admin.get("/fields/new?type=text")
    admin.post("/fields/new", ROOM)
    admin.get("/fields/custom_room")
    changed = {**ROOM, "title_en": "Office", "version": "1"}
    assert admin.post("/fields/custom_room", changed).status_code == 303
    assert field(app, "custom_room").field.title["en"] == "Office"
    assert admin.post("/fields/custom_room", changed).status_code == 422
    assert "meanwhile" in admin.page


def test_options_in_use_stay(admin: Any, app: Any, desk: Any) -> None:
    options = {"option-code": ["~1", "~2"], "option-parent": ["", ""], "option-ru": ["А", "Б"], "option-en": ["A", "B"]}
    plain = {"type": "choice", "title_ru": "Выбор", "title_en": "Choice", "required": "never"}
    admin.get("/fields/new?type=choice")
    assert admin.post("/fields/new", {**plain, **options}).status_code == 303
    number = desk.ticket()
    with app.app_context():
        from dialog_core import tickets

        tickets.update_ticket(SYSTEM, desk.view(number).id, fields={"custom_choice": "a"})
        db.session.remove()
    admin.get("/fields/custom_choice")
    assert "option-remove:b" in admin.page
    assert "option-remove:a" not in admin.page
    kept = {**options, "option-code": ["a", "b"], "option-archived": ["a"], "version": "1"}
    assert admin.post("/fields/custom_choice", {**plain, **kept}).status_code == 303
    first = field(app, "custom_choice").field.options[0]
    assert first == FieldOption("a", {"ru": "А", "en": "A"}, None, is_archived=True)


def test_archiving_says_what_it_means(admin: Any, app: Any, desk: Any) -> None:
    admin.get("/fields/new?type=text")
    admin.post("/fields/new", ROOM)
    admin.post(
        "/fields/new", {**ROOM, "title_en": "Floor", "visible-0-subject": "custom_room", "visible-0-test": "set"}
    )
    number = desk.ticket()
    with app.app_context():
        from dialog_core import tickets

        tickets.update_ticket(SYSTEM, desk.view(number).id, fields={"custom_room": "12"})
        db.session.remove()
    admin.get("/fields/custom_room/archive")
    assert "1 ticket has a value in this field." in admin.page
    assert admin.post("/fields/custom_room/archive").status_code == 409
    assert "Floor" in admin.page
    assert admin.post("/fields/custom_floor/archive").status_code == 303
    assert admin.post("/fields/custom_room/archive").status_code == 303
    assert field(app, "custom_room").is_archived
    admin.get("/fields")
    assert "Bring back" in admin.page
    assert admin.post("/fields/custom_room/restore").status_code == 303
    assert not field(app, "custom_room").is_archived
    assert admin.post("/fields/custom_room/move/sideways").status_code == 404
    assert admin.post("/fields/custom_gone/restore").status_code == 404


def test_the_preview_follows(admin: Any) -> None:
    admin.get("/fields/new?type=money")
    half = {
        "type": "money",
        "title_ru": "",
        "title_en": "Cost <b>",
        "currencies": "usd; rub",
        "low": "x",
        "required": "always",
    }
    page = admin.post("/fields/preview", half)
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert "Cost &lt;b&gt;" in text
    assert ">USD<" in text
    assert admin.post("/fields/preview", {"type": "tree"}).status_code == 200


def test_what_a_field_starts_with_survives_being_saved(admin: Any, app: Any) -> None:
    options = tuple(FieldOption(code, {"ru": code, "en": code}) for code in ("a", "b", "c"))
    with app.app_context():
        titles = {"ru": "Т", "en": "T"}
        several = TicketField("custom_several", FieldType.MULTI_CHOICE, titles, options=options, default=["a", "c"])
        money = {"amount": "12.50", "currency": "EUR"}
        price = TicketField("custom_price", FieldType.MONEY, titles, currencies=("RUB", "EUR"), default=money)
        for one in (several, price):
            fields.create_field(SYSTEM, one)
        db.session.remove()
    for key, wanted in (("custom_several", ["a", "c"]), ("custom_price", money)):
        admin.get(f"/fields/{key}")
        assert admin.post(f"/fields/{key}", {**entered(admin.page), "title_en": "New"}).status_code == 303
        assert (field(app, key).field.title["en"], field(app, key).field.default) == ("New", wanted)
    admin.get("/fields/custom_price")
    assert admin.post("/fields/custom_price", {**entered(admin.page), "default_currency": "usd"}).status_code == 422
    assert admin.error_of("default")
    admin.get("/fields/new?type=multi_choice")
    rows: dict[str, Any] = {
        "type": "multi_choice", "title_ru": "Ч", "title_en": "Fresh", "required": "never", "default": ["~2"],
        "option-code": ["~1", "~2"], "option-parent": ["", ""],
        "option-ru": ["Раз", "Два"], "option-en": ["One", "Two"],
    }  # fmt: skip
    assert admin.post("/fields/new", rows).status_code == 303
    assert field(app, "custom_fresh").field.default == ["two"]
