# SPDX-License-Identifier: Apache-2.0
"""What a scratch home begins with: an organisation, one member of staff per role, and some tickets to look at."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from dialog_core import demo, installation, staff
from dialog_core.app import create_app
from dialog_core.authoring.dev.home import refuse_in_use
from dialog_core.config import Config
from dialog_core.database import db
from dialog_core.modules import boot_core_only
from dialog_core.server import parent_running, prepare
from dialog_core.staff.permissions import BUILT_IN_ROLES

TICKETS = 24
ROLES = tuple(role for role, *_ in BUILT_IN_ROLES)


def email_of(role: str) -> str:
    """Return the address of the member of staff who has a role."""
    return f"{role}@dev.example"


def make_ready(config: Config, say: Callable[[str], None]) -> None:
    """Make database, staff and demonstration data, unless they are there.

    On the way everything is imported that a load of the module needs, so that its process begins with that.

    Raises:
        SetupProblem: the home cannot be written, or a platform runs on it.
    """
    refuse_in_use(config)
    prepare(config, say, with_link=False)
    boot_core_only("dev")
    # Without any hook: calling one would begin a thread that watches over it, and this process forks.
    app = create_app(config, parent_running(config, "dev"))
    with app.app_context():
        try:
            if not installation.is_set_up():
                say("Making staff and demonstration data …")
                _fill()
        finally:
            db.session.remove()
            db.engine.dispose()


def _fill() -> None:
    actor = staff.system_actor("cli")
    installation.save_profile(actor, organisation="Workbench", language="en", timezone="UTC")
    installation.save_numbering(actor, prefix="DEV", with_year=False, digits=4)
    demo.load(TICKETS)
    nobodys = staff.hash_password(secrets.token_urlsafe(32))  # an account needs one; the link signs in without
    # The administrator comes last: an installation that has one is set up.
    for role, _, title, _ in reversed(BUILT_IN_ROLES):
        staff.create_staff(actor, email=email_of(role), role=role, name=f"Dev {title}", password_hash=nobodys)
