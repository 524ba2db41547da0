# SPDX-License-Identifier: Apache-2.0
"""First set-up: a one-time link, entries kept with it while somebody fills them in, and its one completion."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from flask import current_app

from dialog_core import events, staff
from dialog_core.database import write
from dialog_core.errors import NotAllowedNow
from dialog_core.installation.facts import set_fact
from dialog_core.installation.links import check_link, create_link, keep_with_link, open_links, use_link, withdraw_link
from dialog_core.installation.numbers import Numbering, checked_numbering
from dialog_core.installation.profiles import Profile, checked_profile

SETUP = "setup"
LIFETIME = timedelta(hours=1)
_EXTENSION = "dialog_is_set_up"


@dataclass(frozen=True, slots=True)
class SetupEntries:
    """What was entered so far; the password only as its hash."""

    email: str = ""
    name: str = ""
    password_hash: str = ""
    profile: Profile | None = None
    numbering: Numbering | None = None


def is_set_up() -> bool:
    """Tell whether an active administrator exists; once true it stays true, so it is asked once per process."""
    if current_app.extensions.get(_EXTENSION):
        return True
    found = staff.has_administrator()
    current_app.extensions[_EXTENSION] = found
    return found


def create_setup_link() -> str:
    """Return the token of a new link for the first set-up, which works for an hour.

    Raises:
        NotAllowedNow: the platform has an administrator.
    """
    _refuse_when_set_up()
    return create_link(purpose=SETUP, lifetime=LIFETIME)


def check_setup_link(token: str) -> SetupEntries:
    """Return what was entered under a link so far.

    Raises:
        NotAllowedNow: the platform has an administrator.
        LinkGone: unknown or expired.
    """
    _refuse_when_set_up()
    return _entries(check_link(token, purpose=SETUP).data)


def keep_setup_account(token: str, *, email: str, name: str, password: str | None) -> SetupEntries:
    """Keep the administrator's account; `password` may be None when one was entered before.

    Raises:
        NotAllowedNow, LinkGone.
        WrongValue: a value cannot be accepted.
    """
    before = check_setup_link(token)
    address = staff.checked_email(email)
    shown = staff.checked_name(name)
    hashed = before.password_hash
    if password is not None or not hashed:
        hashed = staff.hash_password(staff.checked_password(password or "", email=address))
    keep_with_link(token, purpose=SETUP, lifetime=LIFETIME, email=address, name=shown, password_hash=hashed)
    return check_setup_link(token)


def keep_setup_profile(token: str, *, organisation: str, language: str, timezone: str, phone_region: str) -> None:
    """Keep the organisation's profile.

    Raises:
        NotAllowedNow, LinkGone.
        WrongValue: a value cannot be accepted.
    """
    check_setup_link(token)
    wanted = checked_profile(organisation=organisation, language=language, timezone=timezone, phone_region=phone_region)
    keep_with_link(token, purpose=SETUP, lifetime=LIFETIME, profile=asdict(wanted))


def complete_setup(token: str, *, prefix: str, with_year: bool, digits: int) -> int:
    """Finish with the format of numbers: make the administrator and write the profile; returns the account's id.

    Raises:
        NotAllowedNow: the platform has an administrator, or something was not entered yet.
        LinkGone: of two at once only one succeeds.
        WrongValue: the format cannot be accepted.
    """
    wanted = checked_numbering(prefix=prefix, with_year=with_year, digits=digits)
    with write() as session:
        entries = check_setup_link(token)
        if entries.profile is None or not entries.password_hash:
            raise NotAllowedNow("Something is still missing: go through the steps from the first one.")
        use_link(session, token, purpose=SETUP)
        actor = staff.system_actor("web")
        set_fact("profile", asdict(entries.profile))
        set_fact("numbering", asdict(wanted))
        staff_id = staff.create_staff(
            actor,
            email=entries.email,
            name=entries.name,
            role="administrator",
            password_hash=entries.password_hash,
        )
        for other in open_links(purpose=SETUP):
            withdraw_link(session, other.reference, purpose=SETUP)
        events.record(session, actor, "installation_set_up", staff_id=staff_id)
    return staff_id


def _refuse_when_set_up() -> None:
    if staff.has_administrator():
        raise NotAllowedNow("The platform is set up already. Sign in.")


def _entries(data: dict[str, Any]) -> SetupEntries:
    return SetupEntries(
        email=str(data.get("email", "")),
        name=str(data.get("name", "")),
        password_hash=str(data.get("password_hash", "")),
        profile=Profile(**data["profile"]) if data.get("profile") else None,
        numbering=Numbering(**data["numbering"]) if data.get("numbering") else None,
    )
