# SPDX-License-Identifier: Apache-2.0
"""Operations that change the installation."""

from __future__ import annotations

from dataclasses import asdict

from dialog_core import events
from dialog_core.database import write
from dialog_core.errors import WrongValue
from dialog_core.installation.facts import set_fact
from dialog_core.installation.numbers import Numbering, checked_numbering, numbering
from dialog_core.installation.profiles import LONGEST_INTAKE_WINDOW, Profile, checked_profile, intake_window, profile
from dialog_core.staff import Actor
from dialog_core.staff.permissions import INSTALLATION_MANAGE


def save_profile(actor: Actor, *, organisation: str, language: str, timezone: str, phone_region: str = "RU") -> Profile:
    """Change the profile.

    Raises:
        NotPermitted: the actor may not manage the installation.
        WrongValue: see `checked_profile`.
    """
    actor.require(INSTALLATION_MANAGE)
    wanted = checked_profile(organisation=organisation, language=language, timezone=timezone, phone_region=phone_region)
    with write() as session:
        before = profile(fresh=True)
        if before != wanted:
            set_fact("profile", asdict(wanted))
            events.record(
                session, actor, "installation_changed", fact="profile", before=asdict(before), after=asdict(wanted)
            )
    return wanted


def set_intake_window(actor: Actor, *, seconds: int) -> None:
    """Change the intake window.

    Raises:
        NotPermitted: the actor may not manage the installation.
        WrongValue: not between 0 and a day.
    """
    actor.require(INSTALLATION_MANAGE)
    if not 0 <= seconds <= LONGEST_INTAKE_WINDOW:
        raise WrongValue("intake_window", "Enter a number from %(low)s to %(high)s.", low=0, high=LONGEST_INTAKE_WINDOW)
    with write() as session:
        before = intake_window(fresh=True)
        if before != seconds:
            set_fact("intake_window", seconds)
            events.record(session, actor, "installation_changed", fact="intake_window", before=before, after=seconds)


def save_numbering(actor: Actor, *, prefix: str, with_year: bool, digits: int) -> Numbering:
    """Change the format of numbers given from now on; numbers given before stay as they are.

    Raises:
        NotPermitted: the actor may not manage the installation.
        WrongValue: see `checked_numbering`.
    """
    actor.require(INSTALLATION_MANAGE)
    wanted = checked_numbering(prefix=prefix, with_year=with_year, digits=digits)
    with write() as session:
        before = numbering(fresh=True)
        set_fact("numbering", asdict(wanted))
        if before != wanted:
            events.record(
                session, actor, "installation_changed", fact="numbering", before=asdict(before), after=asdict(wanted)
            )
    return wanted
