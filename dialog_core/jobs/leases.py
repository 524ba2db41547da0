# SPDX-License-Identifier: Apache-2.0
"""Leases: a right that one process in the cluster holds for some seconds, kept in the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from dialog_core.clock import now
from dialog_core.database import WRITE_OPTION
from dialog_core.installation.models import Lease
from dialog_core.jobs.owners import is_gone

LEASE_SECONDS = 10.0


def acquire(
    engine: Engine, *, name: str, owner: str, seconds: float = LEASE_SECONDS, generation: int = 0
) -> int | None:
    """Take a lease that is free, expired, one's own, or of a process of this node that has ended.

    Args:
        owner: from `owner_here`.
        generation: what the owner runs; kept with the lease, so that people see it.

    Returns:
        The fence, a number that grows with each new owner, or None when another owner holds the lease.
    """
    with _begin_write(engine) as connection:
        time = _time(connection)
        until = time + timedelta(seconds=seconds)
        values = {"owner": owner, "generation": generation, "expires_at": until}
        insert = insert_postgresql if connection.dialect.name == "postgresql" else insert_sqlite
        fresh = insert(Lease).values(name=name, fence=1, **values).on_conflict_do_nothing().returning(Lease.fence)
        fence: int | None = connection.scalar(fresh)
        if fence is not None:
            return fence
        query = select(Lease.owner, Lease.fence, Lease.expires_at).where(Lease.name == name).with_for_update()
        held = connection.execute(query).one_or_none()
        if held is None:  # released in this moment: the next try gets it
            return None
        if held.owner == owner and held.expires_at > time:
            fence = held.fence
        elif held.expires_at <= time or is_gone(held.owner, owner.partition("|")[0]):
            fence = held.fence + 1
        else:
            return None
        connection.execute(update(Lease).where(Lease.name == name).values(fence=fence, **values))
        return fence


def renew(engine: Engine, *, name: str, owner: str, fence: int, seconds: float = LEASE_SECONDS) -> bool:
    """Hold a lease for longer; False when it is lost, even if nobody took it since it expired."""
    with _begin_write(engine) as connection:
        time = _time(connection)
        held = (Lease.name == name, Lease.owner == owner, Lease.fence == fence, Lease.expires_at > time)
        done = connection.execute(update(Lease).where(*held).values(expires_at=time + timedelta(seconds=seconds)))
        return done.rowcount == 1


def release(engine: Engine, *, name: str, owner: str, fence: int) -> None:
    """Give a lease back, so that the next owner need not wait; the fence goes on growing."""
    with _begin_write(engine) as connection:
        held = (Lease.name == name, Lease.owner == owner, Lease.fence == fence)
        connection.execute(update(Lease).where(*held).values(expires_at=_time(connection), owner=""))


def _time(connection: Connection) -> datetime:
    """Return the one time that all owners share: the server's, or that of the only machine there is."""
    if connection.dialect.name == "postgresql":
        time: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return time
    return now()


@contextmanager
def _begin_write(engine: Engine) -> Iterator[Connection]:
    with engine.connect().execution_options(**{WRITE_OPTION: True}) as connection, connection.begin():
        yield connection
