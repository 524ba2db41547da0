# SPDX-License-Identifier: Apache-2.0
"""The write transaction: the only way in which operations change the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session, scoped_session

from dialog_core.database.base import db
from dialog_core.database.engine import WRITE_OPTION
from dialog_core.database.turns import turn_to_write

_WRITING = "dialog_writing"
_BEFORE_COMMIT = "dialog_before_commit"
_MEMORY = "dialog_transaction_memory"


def _session() -> Session:
    scoped: scoped_session[Session] = db.session  # type: ignore[assignment]
    return scoped()


def is_writing() -> bool:
    """Tell whether a write transaction is open in this context."""
    return bool(_session().info.get(_WRITING))


@contextmanager
def write() -> Iterator[Session]:
    """Open a write transaction, or join the one that is open.

    Commits when the outermost block ends, rolls everything back when it raises. On SQLite it begins with
    BEGIN IMMEDIATE. No network and no module code may run inside.

    Raises:
        RuntimeError: the session holds changes made outside of a write transaction.
    """
    session = _session()
    if session.info.get(_WRITING):
        yield session
        return
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes were made outside of write(): make them inside")
    session.commit()
    session.info[_WRITING] = True
    session.info[_BEFORE_COMMIT] = []
    session.info[_MEMORY] = {}
    try:
        with turn_to_write(db.engine):
            yield from _inside(session)
    finally:
        session.info.pop(_WRITING, None)
        session.info.pop(_BEFORE_COMMIT, None)
        session.info.pop(_MEMORY, None)


def _inside(session: Session) -> Iterator[Session]:
    try:
        session.connection(execution_options={WRITE_OPTION: True})
        yield session
        session.flush()
        for last_step in session.info[_BEFORE_COMMIT]:
            last_step(session)
        session.commit()
    except BaseException:
        session.rollback()
        raise


def add_before_commit(step: Callable[[Session], None]) -> None:
    """Run `step` as one of the last things of the open write transaction (for rows that many writers want).

    Raises:
        RuntimeError: no write transaction is open.
    """
    session = _session()
    if not session.info.get(_WRITING):
        raise RuntimeError("add_before_commit() needs an open write()")
    session.info[_BEFORE_COMMIT].append(step)


def transaction_memory() -> dict[str, Any]:
    """Return a dictionary that lives as long as the open write transaction.

    Raises:
        RuntimeError: no write transaction is open.
    """
    session = _session()
    if not session.info.get(_WRITING):
        raise RuntimeError("transaction_memory() needs an open write()")
    memory: dict[str, Any] = session.info[_MEMORY]
    return memory


@contextmanager
def read_committed() -> Iterator[Session]:
    """Read what is committed now, in a transaction that ends with the block (for loops outside of requests)."""
    session = _session()
    if session.info.get(_WRITING):
        raise RuntimeError("read_committed() inside of write() would end it: use the session of write()")
    session.commit()
    try:
        yield session
    finally:
        session.rollback()
        session.expunge_all()
