# SPDX-License-Identifier: Apache-2.0
"""Names, texts and e-mail addresses as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.errors import WrongValue
from dialog_core.parties import email_key, name_key
from dialog_core.parties.names import clean_line, clean_text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ООО «Ромашка»", 'ооо  "ромашка"'),
        ("Пётр Семёнов", "ПЕТР СЕМЕНОВ"),
        ("Завод — Север", "завод - север"),
        ("Магазин\u00a0№5", "магазин №5"),
        ("Straße", "STRASSE"),
    ],
)
def test_spellings_of_one_name_meet(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_different_names_do_not_meet() -> None:
    assert name_key("ООО Ромашка") != name_key("АО Ромашка")


@given(st.text(max_size=400))
def test_a_key_is_stable_and_bounded(name: str) -> None:
    assert len(name_key(name)) <= 300
    if len(name) < 20:
        assert name_key(name_key(name)) == name_key(name)


@given(st.text(max_size=50))
def test_cleaned_text_can_be_stored(text: str) -> None:
    for cleaned in (clean_line(text, "name", limit=200), clean_text(text, "notes", limit=200)):
        cleaned.encode()
        assert "\x00" not in cleaned
        assert "\u202e" not in cleaned


def test_what_is_empty_or_too_long_names_its_field() -> None:
    with pytest.raises(WrongValue) as empty:
        clean_line(" \x07 ", "name", limit=10, required=True)
    with pytest.raises(WrongValue) as long:
        clean_text("x" * 11, "notes", limit=10)
    assert (empty.value.field, long.value.field) == ("name", "notes")


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Olga@Example.COM", "olga@example.com"),
        (" a.b+tag@sub.example.ru ", "a.b+tag@sub.example.ru"),
        ("почта@пример.рф", "почта@пример.рф"),
    ],
)
def test_an_address_is_matched_in_lower_case(written: str, key: str) -> None:
    assert email_key(written) == key


@pytest.mark.parametrize(
    "written",
    ["", "olga", "@example.com", "a@b", "a b@example.com", "a@exa mple.com", "a@-x.com", "a@x..com", ".a@x.com",
     "a..b@x.com", "a@b@c.com", "a@127.0.0.1", "<a@x.com>", "a\n@x.com", "a" * 65 + "@x.com",
     "a@" + "x" * 260 + ".com"],
)  # fmt: skip
def test_what_mail_cannot_reach_is_no_address(written: str) -> None:
    assert email_key(written) is None
