# SPDX-License-Identifier: Apache-2.0
"""Words in the reader's language, what stands in their places included."""

from __future__ import annotations

import pytest

from dialog_core.errors import NotAllowedNow, NotPermitted
from dialog_core.language import Term, Terms, Titles, phrase, say
from dialog_core.staff import permissions
from dialog_core.tickets import TABLE, Need, State, titles


def _shout(message: str) -> str:
    return message.upper().replace("%(WHAT)S", "%(what)s")


def test_russian_and_english_of_one_text() -> None:
    text = "The answer to ticket %(number)s:"
    assert say("ru", text, number="2026-000001") == "Ответ по заявке 2026-000001:"
    assert say("en", text, number="2026-000001") == "The answer to ticket 2026-000001:"


def test_an_unknown_language_is_english() -> None:
    assert say("xx", "Thank you!") == "Thank you!"


def test_a_per_cent_sign_without_places_stays() -> None:
    assert say("en", "100 % done") == "100 % done"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("as it is", "as it is"),
        (Term("a term"), "A TERM"),
        (Terms(["one", "two"]), "ONE, TWO"),
        (Titles([{"ru": "Адрес", "en": "Address"}, {"en": "Token"}]), "Адрес, Token"),
    ],
)
def test_only_terms_and_titles_in_places_are_translated(value: object, shown: str) -> None:
    assert phrase("ru", _shout, "see %(what)s", {"what": value}) == f"SEE {shown}"


def test_an_error_is_english_by_itself_and_translates_whole() -> None:
    error = NotAllowedNow("Do %(what)s.", missing=("text",), what=Term("it"))
    assert (str(error), error.missing) == ("Do it.", ("text",))
    assert error.in_words("en", _shout) == "DO IT."


def test_a_missing_permission_keeps_its_name_and_shows_its_title() -> None:
    error = NotPermitted("party.edit", permissions.TITLES["party.edit"])
    assert error.permission == "party.edit"
    assert "Менять организации и контакты" in error.in_words("ru", lambda text: say("ru", text))


def test_every_code_has_its_words() -> None:
    assert set(titles.STATES) == {*State}
    assert set(titles.TRANSITIONS) == {row.name for row in TABLE}
    assert set(titles.NEEDS) == {*Need}
    assert set(permissions.TITLES) == set(permissions.ALL)
