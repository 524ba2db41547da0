# SPDX-License-Identifier: Apache-2.0
"""What the commands about accounts have in common: a database that is ready, and who acts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from dialog_core.config import Config
from dialog_core.errors import SetupProblem
from dialog_core.staff import Actor, system_actor

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")


@contextmanager
def ready() -> Iterator[Actor]:
    """Give the command line's actor on a database that is created or migrated first."""
    from dialog_core.app import create_core
    from dialog_core.database import upgrade
    from dialog_core.installation import ensure_defaults

    config = Config.from_environment()
    upgrade(config)
    with create_core(config).app_context():
        ensure_defaults()
        yield system_actor("cli")


def read_password() -> str:
    """Return the first line of standard input.

    Raises:
        SetupProblem: there is none.
    """
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise SetupProblem("No password was given on standard input.")
    return password
