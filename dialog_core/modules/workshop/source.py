# SPDX-License-Identifier: Apache-2.0
"""A module as it lies in its author's folder, and the generation that it makes without being built."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, update
from sqlalchemy.orm import Session

from dialog_core.modules.environment import append_generation_path
from dialog_core.modules.generations.build import LIBRARY, make_folder
from dialog_core.modules.generations.wanted import add_draft, ensure_first, mark_good, swap
from dialog_core.modules.models import Generation
from dialog_core.modules.own_connection import begin_write
from dialog_core.modules.wheels.wheel import ENTRY_POINTS

AUTHOR = "dialog module dev"


@dataclass(frozen=True, slots=True)
class SourceModule:
    """A module that is being written.

    Attributes:
        package: the folder `dialog_NAME`.
        entry_point: what the entry point NAME names, `dialog_NAME.hooks` for example.
    """

    name: str
    distribution: str
    version: str
    package: Path
    entry_point: str

    def lock(self) -> dict[str, Any]:
        """Return the lock of a generation that is this module alone; another folder makes another lock."""
        place = f"{self.package}\n{self.entry_point}"
        return lock_of(self.name, self.distribution, self.version, hashlib.sha256(place.encode()).hexdigest())


def lock_of(name: str, distribution: str, version: str, sha256: str) -> dict[str, Any]:
    """Return the lock of a generation that is one module alone, enabled."""
    entry = {"name": name, "distribution": distribution, "version": version, "sha256": sha256, "enabled": True}
    return {"modules": [entry], "libraries": []}


def want(session: Session, lock: dict[str, Any], actor_name: str) -> int:
    """Make the generation with this lock the wanted one and a good one, untried, unless it is; return its number."""
    current = ensure_first(session, actor_name)
    assert current.generation is not None, "there is one now"
    number = current.generation
    if current.lock != lock:
        number = add_draft(session, lock, previous=number, reason="the author's folder", actor_name=actor_name)
        swap(session, expected=current.generation, wanted=number)
        mark_good(session, number)
    session.flush()
    return number


def keep_facts(connection: Connection | Session, generation: int | None, modules: dict[str, dict[str, Any]]) -> None:
    """Keep of a generation what its preflight would have kept per module: pages and settings need it."""
    connection.execute(update(Generation).where(Generation.id == generation).values(report={"modules": modules}))


def import_from_source(source: SourceModule) -> None:
    """Let this process and its children import the package where its author edits it: tracebacks name those files."""
    append_generation_path(source.package.parent)


def link_generation(engine: Engine, home: Path, source: SourceModule) -> tuple[int, Path]:
    """Make a source folder the wanted generation, unless it is; return its number and what is on the import path.

    Its folder holds a link instead of a copy, and looks like any other to whoever boots from it.
    """
    lock = source.lock()
    with begin_write(engine) as connection, Session(connection) as session:
        number = want(session, lock, AUTHOR)
    return number, make_folder(home, number, lock, partial(_link, source))


def _link(source: SourceModule, fresh: Path) -> None:
    library = fresh / LIBRARY
    info = library / f"dialog_{source.name}-{source.version}.dist-info"
    info.mkdir(parents=True)
    (library / source.package.name).symlink_to(source.package, target_is_directory=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {source.distribution}\nVersion: {source.version}\n")
    (info / "entry_points.txt").write_text(f"[{ENTRY_POINTS}]\n{source.name} = {source.entry_point}\n")
