# SPDX-License-Identifier: Apache-2.0
"""`dialog safe-mode`."""

from __future__ import annotations

import click

from dialog_core.config import Config
from dialog_core.database import db
from dialog_core.modules import plain_app, switch_safe_mode
from dialog_core.staff import system_actor


@click.command("safe-mode")
@click.argument("state", type=click.Choice(["on", "off"]))
def safe_mode(state: str) -> None:
    """Run the whole installation without any module (on), or with them again (off)."""
    config = Config.from_environment()
    with plain_app(config, migrate=True).app_context():
        try:
            switch_safe_mode(system_actor("cli"), on=state == "on")
        finally:
            db.session.remove()
            db.engine.dispose()
    if state == "off" and config.safe_mode:
        click.echo("DIALOG_SAFE_MODE is set here: processes of this node go on without modules.", err=True)
    click.echo(f"safe mode: {state}; running processes follow within seconds")
