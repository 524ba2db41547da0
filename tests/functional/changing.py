# SPDX-License-Identifier: Apache-2.0
"""Make changes of modules in this process, on whatever database a test has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dialog_core.config import Config
from dialog_core.database import db
from dialog_core.modules import Action, apply_when_free, plain_app, request_change
from dialog_core.staff import system_actor


@contextmanager
def inside(config: Config) -> Iterator[None]:
    """Push the context of an application that has nothing but the database, and close it again."""
    with plain_app(config).app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


def make_change(config: Config, *actions: Action, reason: str = "", expected: int | None = None) -> str:
    """Make a change of modules and return what went wrong."""
    with inside(config):
        number = request_change(system_actor("cli"), actions=actions, reason=reason, expected=expected)
    return apply_when_free(config, number).problem
