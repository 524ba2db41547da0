# SPDX-License-Identifier: Apache-2.0
"""Whose installation this is, in which language it speaks and how long an author's texts belong together."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass

import phonenumbers

from dialog_core.errors import WrongValue
from dialog_core.installation.facts import get_fact
from dialog_core.text import clean_line

LANGUAGES = ("ru", "en")
DEFAULT_INTAKE_WINDOW = 120
LONGEST_INTAKE_WINDOW = 86_400


@dataclass(frozen=True, slots=True)
class Profile:
    """The organisation that gives support.

    Attributes:
        organisation: its name, empty before set-up.
        language: `ru` or `en`, for people whose language is not known.
        timezone: IANA name.
        phone_region: ISO 3166 region in which phone numbers without a country code are read.
    """

    organisation: str = ""
    language: str = "ru"
    timezone: str = "Europe/Moscow"
    phone_region: str = "RU"


def profile(*, fresh: bool = False) -> Profile:
    """Return the profile, with defaults for what was never set; `fresh` not even a second old."""
    stored = get_fact("profile", {}, fresh=fresh)
    known = {name: value for name, value in stored.items() if name in Profile.__dataclass_fields__}
    return Profile(**known)


def checked_profile(*, organisation: str, language: str, timezone: str, phone_region: str = "RU") -> Profile:
    """Make a profile of values from outside.

    Raises:
        WrongValue: the name is empty or too long; the language, time zone or region is not known.
    """
    name = clean_line(organisation)
    if not name:
        raise WrongValue("organisation", "Enter the name of your organisation.")
    if len(name) > 200:
        raise WrongValue("organisation", "The name can have at most %(limit)s characters.", limit=200)
    if phone_region not in phonenumbers.SUPPORTED_REGIONS:
        raise WrongValue("phone_region", "There is no such region.")
    return Profile(
        organisation=name,
        language=checked_language(language),
        timezone=checked_timezone(timezone),
        phone_region=phone_region,
    )


def intake_window(*, fresh: bool = False) -> int:
    """Return for how many seconds a further text of the same author continues the ticket just opened."""
    return int(get_fact("intake_window", DEFAULT_INTAKE_WINDOW, fresh=fresh))


def checked_language(language: str) -> str:
    """Return the language, or raise `WrongValue` when the platform does not speak it."""
    if language not in LANGUAGES:
        raise WrongValue("language", "Choose one of the languages offered.")
    return language


def checked_timezone(timezone: str) -> str:
    """Return the time zone's IANA name, or raise `WrongValue` when there is none of that name."""
    if timezone not in timezones():
        raise WrongValue("timezone", "There is no such time zone.")
    return timezone


def timezones() -> frozenset[str]:
    """Return the names of all time zones that belong to a place, and UTC."""
    return _TIMEZONES


def phone_regions() -> tuple[str, ...]:
    """Return the regions in which phone numbers can be read, by ISO 3166 code."""
    return tuple(sorted(phonenumbers.SUPPORTED_REGIONS))


_TIMEZONES = frozenset(
    name
    for name in zoneinfo.available_timezones()
    if name == "UTC" or ("/" in name and not name.startswith(("Etc/", "SystemV/")))
)
