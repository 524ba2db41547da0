# SPDX-License-Identifier: Apache-2.0
"""`dialog up`, `dialog web` and `dialog worker`."""

from __future__ import annotations

import click

from dialog_core.config import Config


@click.command()
def up() -> None:
    """Run the whole platform on this machine: web server, jobs and services.

    Makes the folder, the key and the database when they are not there, and prints one address when all is ready.
    Ctrl-C ends everything.
    """
    from dialog_core.server import run_up, set_up_logging

    set_up_logging("up")
    run_up(Config.from_environment(), click.echo)


@click.command()
def web() -> None:
    """Run the web server of a node. The database must be there and migrated (see: dialog migrate)."""
    from dialog_core.server import run_alone, set_up_logging

    set_up_logging("web")
    run_alone(Config.from_environment(), "web")


@click.command()
def worker() -> None:
    """Run jobs and services of a node. The database must be there and migrated (see: dialog migrate)."""
    from dialog_core.server import run_alone, set_up_logging

    set_up_logging("worker")
    run_alone(Config.from_environment(), "worker")
