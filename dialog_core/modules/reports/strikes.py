# SPDX-License-Identifier: Apache-2.0
"""Strikes: the grave things that a module did. They are what the platform judges modules by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.modules.health_models import ModuleStrike
from dialog_core.modules.reports.writer import put_report
from dialog_core.redaction import fit_to_store


class Kind(StrEnum):
    """What a module did."""

    PAUSE = "pause"
    """One of its hooks failed so often that it is not called for a while."""
    STUCK = "stuck"
    """A call did not end; its process was replaced and killed."""
    DEATH = "death"
    """A process died while it was the only module that was being called there."""
    SERVICE = "service"
    """A service died so often that it was given up."""


@dataclass(frozen=True, slots=True)
class StrikeReport:
    """A strike to be written."""

    module: str
    kind: Kind
    place: str
    problem: str

    def write(self, connection: Connection) -> None:
        """Write it."""
        values = {"module": self.module[:60], "kind": self.kind.value, "place": self.place[:120], "at": now()}
        problem = fit_to_store(self.problem)[:500]
        connection.execute(insert(ModuleStrike).values(**values, problem=problem))


def report_strike(module: str, kind: Kind, place: str, problem: str) -> None:
    """Record a strike from any thread; returns at once and never raises."""
    put_report(StrikeReport(module, kind, place, problem))


def count_strikes(connection: Connection | Session, since: datetime, module: str | None = None) -> dict[
    tuple[str, Kind], int
]:  # fmt: skip
    """Return how many strikes of each kind each module has since a time."""
    query = (
        select(ModuleStrike.module, ModuleStrike.kind, func.count())
        .where(ModuleStrike.at > since)
        .group_by(ModuleStrike.module, ModuleStrike.kind)
    )
    if module is not None:
        query = query.where(ModuleStrike.module == module)
    return {(name, Kind(kind)): number for name, kind, number in connection.execute(query)}


def forget_strikes(session: Connection | Session, *, module: str | None = None, before: datetime | None = None) -> None:
    """Remove the strikes of a module, or those that are too old to count."""
    statement = delete(ModuleStrike)
    if module is not None:
        statement = statement.where(ModuleStrike.module == module)
    if before is not None:
        statement = statement.where(ModuleStrike.at < before)
    session.execute(statement)
