# SPDX-License-Identifier: Apache-2.0
"""Make changes of modules one after another in the whole cluster, whoever asked for them."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from dialog_core.config import Config
from dialog_core.database import (
    configure_engine,
    current_revision,
    db,
    engine_options,
    open_engine,
    serves_this_code,
    upgrade,
)
from dialog_core.errors import NotAllowedNow, SetupProblem
from dialog_core.jobs import acquire, owner_here, release, renew
from dialog_core.modules.changes.applying import apply_change
from dialog_core.modules.changes.requests import DONE, ChangeView, read_change
from dialog_core.modules.nodes.processes import node_name
from dialog_core.redaction import protect_logs

log = logging.getLogger("dialog.modules")
LEASE = "module-change"
LEASE_SECONDS = 15.0
WAIT_SECONDS = 0.3
AWAY_SECONDS = 120.0


def plain_app(config: Config, *, migrate: bool = False) -> Flask:
    """Return an application that has nothing but the database: enough to change modules, and no module code in it.

    Args:
        migrate: create the core's tables in an empty database.

    Raises:
        SetupProblem: the database cannot be reached or used.
    """
    if migrate:
        create_when_empty(config)
    app = Flask("dialog_core.modules")
    app.config["DIALOG_CONFIG"] = config
    app.config["SQLALCHEMY_DATABASE_URI"] = config.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(config.database_url, threads=2)
    db.init_app(app)
    with app.app_context():
        configure_engine(db.engine)
    return app


def create_when_empty(config: Config) -> None:
    """Create the core's tables in an empty database; refuse one of another version.

    Raises:
        SetupProblem: it must be migrated first.
    """
    engine = open_engine(config)
    try:
        with engine.connect() as connection:
            revision, is_served = current_revision(connection), serves_this_code(connection)
    finally:
        engine.dispose()
    if revision is None:
        upgrade(config)
    elif not is_served:
        raise SetupProblem("The database is of another version of the platform. Run “dialog migrate” first.")


def apply_when_free(config: Config, change: int) -> ChangeView:
    """Make a change once no other change is being made; wait when another process makes this one.

    Raises:
        OperationalError: the database was away for longer than a restart takes.
    """
    with plain_app(config).app_context():
        engine = open_engine(config)
        owner = owner_here(node_name(config.home))
        away_since: float | None = None
        try:
            while True:
                try:
                    view = _try(config, engine, owner, change)
                    away_since = None
                except OperationalError as error:
                    away_since = away_since or time.monotonic()
                    if time.monotonic() > away_since + AWAY_SECONDS:
                        raise
                    log.warning("the change %s waits for the database: %s", change, str(error).splitlines()[0])
                    view = None
                if view is not None:
                    return view
                time.sleep(WAIT_SECONDS)
        finally:
            engine.dispose()
            db.session.remove()
            db.engine.dispose()


def _try(config: Config, engine: Engine, owner: str, change: int) -> ChangeView | None:
    """Make a change if it is its turn; None when it is not, or it has not ended."""
    view = read_change(change)
    if view.ended:
        return view
    fence = acquire(engine, name=LEASE, owner=owner, seconds=LEASE_SECONDS)
    if fence is None:
        return None

    def is_ours() -> bool:
        return renew(engine, name=LEASE, owner=owner, fence=fence, seconds=LEASE_SECONDS)

    with _kept(engine, owner, fence):
        view = apply_change(config, change, is_ours=is_ours)
    return view if view.ended else None


def make_change(change: int) -> int:
    """Be the process that makes a change; return 0 when it is live on every process."""
    protect_logs()
    view = apply_when_free(Config.from_environment(), change)
    if view.problem:
        print(view.problem, file=sys.stderr)
    return 0 if view.state == DONE else 1


@contextmanager
def no_change_meanwhile(config: Config, *, seconds: float = 5.0) -> Iterator[None]:
    """Keep everybody in the cluster from changing modules until the block ends.

    Raises:
        NotAllowedNow: a change is being made.
    """
    engine = open_engine(config)
    owner = owner_here(node_name(config.home))
    until = time.monotonic() + seconds
    try:
        while (fence := acquire(engine, name=LEASE, owner=owner, seconds=LEASE_SECONDS)) is None:
            if time.monotonic() > until:
                raise NotAllowedNow("Modules are being changed just now. Wait until that is over, and try again.")
            time.sleep(WAIT_SECONDS)
        with _kept(engine, owner, fence):
            yield
    finally:
        engine.dispose()


@contextmanager
def _kept(engine: Engine, owner: str, fence: int) -> Iterator[None]:
    """Renew the lease while a change is being made, and give it back."""
    ended = threading.Event()

    def keep() -> None:
        while not ended.wait(LEASE_SECONDS / 3):
            with suppress(OperationalError):  # it is tried again; a lease that is lost belongs to nobody else for long
                renew(engine, name=LEASE, owner=owner, fence=fence, seconds=LEASE_SECONDS)

    thread = threading.Thread(target=keep, name="dialog-change-lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        with suppress(OperationalError):  # it runs out by itself
            release(engine, name=LEASE, owner=owner, fence=fence)
