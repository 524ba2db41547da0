# SPDX-License-Identifier: Apache-2.0
"""Generations as rows: which one is wanted, and the one way to change that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.orm import Session

from dialog_core import __version__
from dialog_core.clock import now
from dialog_core.errors import NotAllowedNow
from dialog_core.modules.models import ActiveGeneration, Generation

ONLY_ROW = 1
EMPTY_LOCK: dict[str, Any] = {"modules": [], "libraries": []}


@dataclass(frozen=True, slots=True)
class Current:
    """The wanted generation; `generation` None means that there was never any.

    Attributes:
        lock: its modules and libraries, see `Generation`.
        modules: what its preflight found, per module.
    """

    generation: int | None
    last_good: int | None
    lock: dict[str, Any]
    modules: dict[str, dict[str, Any]]

    def entry(self, name: str) -> dict[str, Any] | None:
        """Return a module's line in the lock, None when it is not installed."""
        return next((item for item in self.lock["modules"] if item["name"] == name), None)

    def form(self, name: str) -> list[dict[str, Any]]:
        """Return a module's settings form; empty when it has none."""
        return cast("list[dict[str, Any]]", self.modules.get(name, {}).get("form", []))


def read_current(connection: Connection | Session) -> Current:
    """Read which generation is wanted."""
    row = connection.execute(
        select(Generation.id, ActiveGeneration.last_good_id, Generation.lock, Generation.report).join(
            ActiveGeneration, ActiveGeneration.generation_id == Generation.id
        )
    ).one_or_none()
    if row is None:
        return Current(None, None, EMPTY_LOCK, {})
    modules = cast("dict[str, dict[str, Any]]", row.report.get("modules", {}))
    return Current(row.id, row.last_good_id, row.lock, modules)


def require_unchanged(current: Current, expected: int | None) -> None:
    """Refuse a change whose plan was made for another generation than runs now.

    Args:
        expected: the generation of the plan, 0 when there was none yet; None asks for nothing.

    Raises:
        NotAllowedNow: somebody else was faster.
    """
    is_empty = expected == 0 and not current.lock["modules"]
    if expected is not None and not is_empty and current.generation != expected:
        raise changed_meanwhile()


def changed_meanwhile() -> NotAllowedNow:
    """Return the refusal of a change that comes too late."""
    return NotAllowedNow(
        "The modules were changed by somebody else meanwhile. Look at them again and repeat the change."
    )


def read_lock(connection: Connection | Session, generation: int) -> dict[str, Any] | None:
    """Return the lock of a generation, None when there is no such generation."""
    return cast("dict[str, Any] | None", connection.scalar(select(Generation.lock).where(Generation.id == generation)))


def ensure_first(session: Session, actor_name: str) -> Current:
    """Make the empty generation that every history begins with, unless there is one."""
    current = read_current(session)
    if current.generation is not None:
        return current
    first = add_draft(session, EMPTY_LOCK, previous=None, reason="the core alone", actor_name=actor_name)
    session.execute(update(Generation).where(Generation.id == first).values(state="active", activated_at=now()))
    session.execute(insert(ActiveGeneration).values(id=ONLY_ROW, generation_id=first, last_good_id=first))
    return read_current(session)


def add_draft(session: Session, lock: dict[str, Any], *, previous: int | None, reason: str, actor_name: str) -> int:
    """Add a generation that nobody runs yet, and return its number."""
    row = Generation(
        previous_id=previous,
        lock=lock,
        report={},
        state="draft",
        reason=reason[:300],
        created_by=actor_name[:300],
        created_at=now(),
        activated_at=None,
        platform=__version__,
    )
    session.add(row)
    session.flush()
    return row.id


def set_report(session: Session, generation: int, modules: dict[str, Any], *, ok: bool) -> None:
    """Keep what preflight found."""
    session.execute(
        update(Generation)
        .where(Generation.id == generation)
        .values(report={"modules": modules}, state="probed" if ok else "failed")
    )


def swap(session: Session, *, expected: int, wanted: int) -> None:
    """Make `wanted` the active generation, if `expected` still is.

    Raises:
        NotAllowedNow: somebody else was faster.
    """
    changed = session.execute(
        update(ActiveGeneration)
        .where(ActiveGeneration.id == ONLY_ROW, ActiveGeneration.generation_id == expected)
        .values(generation_id=wanted)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise changed_meanwhile()
    session.execute(update(Generation).where(Generation.id == expected).values(state="superseded"))
    session.execute(update(Generation).where(Generation.id == wanted).values(state="active", activated_at=now()))


def swap_back(session: Session, *, failed: int, previous: int) -> None:
    """Return to the generation before, because the processes did not come up with the new one."""
    swap(session, expected=failed, wanted=previous)
    session.execute(update(Generation).where(Generation.id == failed).values(state="failed"))


def mark_good(session: Session, generation: int) -> None:
    """Remember that every process runs this generation: it is what a broken successor falls back to."""
    session.execute(
        update(ActiveGeneration)
        .where(ActiveGeneration.id == ONLY_ROW, ActiveGeneration.generation_id == generation)
        .values(last_good_id=generation)
    )
