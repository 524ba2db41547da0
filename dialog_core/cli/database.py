# SPDX-License-Identifier: Apache-2.0
"""`dialog migrate`."""

from __future__ import annotations

import click

from dialog_core.config import Config


@click.command()
def migrate() -> None:
    """Create the database, or bring it to the version that this program needs. Safe to call at any time."""
    from dialog_core.server import prepare

    prepare(Config.from_environment(), lambda line: click.echo(line, err=True), with_link=False)
    click.echo("The database is up to date.")
