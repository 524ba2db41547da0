# SPDX-License-Identifier: Apache-2.0
"""Phone numbers as people and exchanges write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.parties import PhoneKind, phone_key, read_phone, show_phone


@pytest.mark.parametrize(
    ("written", "e164", "region"),
    [
        ("8 (912) 345-67-89", "+79123456789", "RU"),
        ("89123456789", "+79123456789", "RU"),
        ("79123456789", "+79123456789", "RU"),
        ("+79123456789", "+79123456789", "RU"),
        ("+7 912 345‑67‑89", "+79123456789", "RU"),
        ("9123456789", "+79123456789", "RU"),
        ("8-800-555-35-35", "+78005553535", "RU"),
        ("8-10-375-29-123-45-67", "+375291234567", "BY"),
        ("375291234567", "+375291234567", "BY"),
        ("+7 701 234 56 78", "+77012345678", "KZ"),
        ("00442079460958", "+442079460958", "GB"),
        ("442079460958", "+442079460958", "GB"),
        ("sip:+79123456789@pbx.example;transport=udp", "+79123456789", "RU"),
        ("<sip:89123456789@10.0.0.1>", "+79123456789", "RU"),
        ("tel:+7-912-345-67-89", "+79123456789", "RU"),
    ],
)
def test_a_public_number_has_one_form(written: str, e164: str, region: str) -> None:
    phone = read_phone(written)
    assert (phone.kind, phone.e164, phone.region) == (PhoneKind.NUMBER, e164, region)
    assert phone.raw == written


@pytest.mark.parametrize(("written", "extension"), [("+7 343 200-00-01 доб. 123", "123"), ("8 343 2000001 ext 5", "5")])
def test_an_extension_is_kept_beside_the_number(written: str, extension: str) -> None:
    phone = read_phone(written)
    assert phone.e164 == "+73432000001"
    assert phone.extension == extension


@pytest.mark.parametrize("written", ["101", "20", "12345", " 1-01 ", "sip:101@pbx.example"])
def test_few_digits_are_an_extension_of_the_exchange(written: str) -> None:
    phone = read_phone(written)
    assert phone.kind is PhoneKind.INTERNAL
    assert phone.e164 is None
    assert phone.extension.isdigit()


@pytest.mark.parametrize(
    "written",
    ["", "  ", "anonymous", "Anonymous", "PRIVATE", "restricted", "sip:anonymous@anonymous.invalid",
     "Номер не определён", "скрыт", "<unknown>", "-", "None"],
)  # fmt: skip
def test_words_for_a_hidden_number_are_no_number(written: str) -> None:
    phone = read_phone(written)
    assert phone.kind is PhoneKind.HIDDEN
    assert phone.e164 is None


@pytest.mark.parametrize(
    "written",
    ["2000001", "+", "7", "call me", "+7 000 000 00 00", "8 912 345 67", "8 912 345 67 89 12 34", "\x00", "9" * 5000,
     "8 912 345 67 89, 8 912 345 67 88"],
)  # fmt: skip
def test_what_is_only_possible_is_not_a_number(written: str) -> None:
    phone = read_phone(written)
    assert phone.kind is PhoneKind.UNREADABLE
    assert phone.e164 is None


def test_an_area_code_completes_city_numbers() -> None:
    assert read_phone("200-00-01", area_code="343").e164 == "+73432000001"
    assert read_phone("200-00-01").e164 is None


def test_the_region_tells_what_a_short_form_means() -> None:
    assert phone_key("020 7946 0958", region="GB") == "+442079460958"
    assert phone_key("020 7946 0958") is None


def test_numbers_are_shown_with_spaces() -> None:
    assert show_phone("+79123456789") == "+7 912 345-67-89"
    assert show_phone("reception") == "reception"


@given(st.text(max_size=60))
def test_no_text_makes_it_fail(text: str) -> None:
    phone = read_phone(text)
    assert (phone.e164 is not None) == (phone.kind is PhoneKind.NUMBER)
    if phone.e164:
        assert read_phone(phone.e164).e164 == phone.e164


@given(st.integers(9_000_000_000, 9_999_999_999), st.sampled_from(["8", "+7", "7", "8 ", "+7 (", ""]))
def test_eight_and_plus_seven_are_the_same(number: int, prefix: str) -> None:
    assert phone_key(f"{prefix}{number}") == phone_key(f"+7{number}")
