# SPDX-License-Identifier: Apache-2.0
"""Phone numbers as people and exchanges write them, and the E.164 form under which they are matched."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers

DEFAULT_REGION = "RU"
LONGEST = 120

HIDDEN = frozenset({
    "anonymous", "blocked", "hidden", "n/a", "na", "nil", "no number", "none", "null", "number withheld", "private",
    "private number", "restricted", "unavailable", "undefined", "unknown", "withheld", "s", "asterisk",
    "анонимный", "аноним", "закрытый номер", "засекречен", "неизвестен", "неизвестно", "неизвестный", "нет номера",
    "номер не определен", "номер скрыт", "не определен", "скрыт", "скрытый", "скрытый номер",
})  # fmt: skip
"""What exchanges put where a number would stand when the caller does not show one."""

_INTERNAL = re.compile(r"[0-9]{2,5}")
_SCHEME = re.compile(r"^\s*<?\s*(?:sips?|tel|callto)\s*:\s*", re.IGNORECASE)
_FORMATTING = re.compile(r"[\s().\-‐‑‒–—−/]+")


class PhoneKind(StrEnum):
    """What a text that should hold a phone number turned out to be."""

    NUMBER = "number"
    INTERNAL = "internal"
    """An extension of 2 to 5 digits within an exchange; never a public number."""
    HIDDEN = "hidden"
    """The caller does not show a number, or there is none."""
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number that was read.

    Attributes:
        kind: what it is.
        raw: as it was written, trimmed.
        e164: `+` and digits, only of a valid public number: the only form that is matched.
        extension: digits dialled after the number, or the internal number itself; empty when there are none.
        region: ISO country of a valid number, for example `RU` or `KZ`.
    """

    kind: PhoneKind
    raw: str
    e164: str | None = None
    extension: str = ""
    region: str | None = None


def read_phone(text: str, *, region: str = DEFAULT_REGION, area_code: str = "") -> Phone:
    """Read a phone number; never raises.

    `region` tells how a number without a country is meant (8 and +7 are the same in RU); `area_code` completes
    short city numbers. Validity decides, possibility does not: `2000001` is possible and nobody's number.
    """
    raw = text.strip()[:LONGEST]
    bare = _without_scheme(raw)
    words = " ".join(bare.casefold().replace("ё", "е").strip(" .-_()[]<>'\"").split())
    if not words or words in HIDDEN:
        return Phone(PhoneKind.HIDDEN, raw)
    compact = _FORMATTING.sub("", bare)
    if _INTERNAL.fullmatch(compact):
        return Phone(PhoneKind.INTERNAL, raw, extension=compact)
    for candidate in _candidates(bare, compact, area_code):
        number = _valid(candidate, region)
        if number is not None:
            return Phone(
                PhoneKind.NUMBER,
                raw,
                e164=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
                extension=number.extension or "",
                region=phonenumbers.region_code_for_number(number),
            )
    return Phone(PhoneKind.UNREADABLE, raw)


def phone_key(text: str, *, region: str = DEFAULT_REGION) -> str | None:
    """Return the E.164 form of a valid public number, or None."""
    return read_phone(text, region=region).e164


def show_phone(e164: str) -> str:
    """Return an E.164 number as people read it, for example `+7 912 345-67-89`; other text unchanged."""
    number = _valid(e164, None)
    if number is None:
        return e164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def is_region(code: str) -> bool:
    """Tell whether `code` is an ISO country whose numbering is known."""
    return code in phonenumbers.SUPPORTED_REGIONS


def _without_scheme(raw: str) -> str:
    """Take the user part of `sip:user@host;parameters`; other text stays as it is."""
    bare = _SCHEME.sub("", raw)
    if bare != raw or "@" in bare:
        bare = re.split(r"[@;>]", bare, maxsplit=1)[0]
    return bare.strip()


def _candidates(bare: str, compact: str, area_code: str) -> list[str]:
    found = [bare]
    if area_code and compact.isdigit() and len(compact) < 10:
        found.append(area_code + compact)
    # Written without its plus (375…), or with the European 00 instead of it.
    if not bare.startswith("+") and compact[:1].isdigit():
        found.append("+" + bare.removeprefix("00").lstrip("( "))
    return found


def _valid(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None
