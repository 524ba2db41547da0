# SPDX-License-Identifier: Apache-2.0
"""What commands on modules begin with: configuration, a database that is up to date, and who acts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from dialog_core.config import Config
from dialog_core.database import db
from dialog_core.errors import DialogError
from dialog_core.modules import plain_app
from dialog_core.staff import system_actor


@contextmanager
def ready() -> Iterator[tuple[Any, Config]]:
    """Give a command actor and configuration, and turn errors into one line and exit 1."""
    try:
        config = Config.from_environment()
        with plain_app(config, migrate=True).app_context():
            try:
                yield system_actor("cli"), config
            finally:
                db.session.remove()
                db.engine.dispose()
    except DialogError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
