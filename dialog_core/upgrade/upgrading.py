# SPDX-License-Identifier: Apache-2.0
"""Bring this node to another version of the platform: examine, prepare, migrate, take over; or say why not."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialog_core import __version__
from dialog_core.config import Config
from dialog_core.database import current_revision, db, write
from dialog_core.errors import NotAllowedNow, SetupProblem
from dialog_core.events import record
from dialog_core.installation import set_fact
from dialog_core.modules import (
    generation_folder,
    materialise,
    no_change_meanwhile,
    plain_app,
    read_current,
)
from dialog_core.staff import system_actor
from dialog_core.upgrade.active import Active, active_file, base_version, platform_folder
from dialog_core.upgrade.asking import NoAnswer, ask
from dialog_core.upgrade.backup import back_up, database_file
from dialog_core.upgrade.environment import build_environment
from dialog_core.upgrade.needs import find_needs, python_problem
from dialog_core.upgrade.takeover import Patience, let_take_over
from dialog_core.upgrade.wheel import WheelFile, find_platform_wheel, other_wheels

MIGRATE_SECONDS = 3600.0
SPARE_BYTES = 300 << 20
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found before anything was touched; with obstacles the version cannot be taken."""

    version: str
    obstacles: tuple[str, ...]


def check_upgrade(config: Config, wanted: str, *, folders: Sequence[Path]) -> Examination:
    """Look whether this node can run another version; leaves nothing behind.

    Args:
        wanted: path of a wheel, or a version that lies in one of the folders.
        folders: where wheels of the platform and of libraries lie, beside DIALOG_HOME/platform/wheels.

    Raises:
        DialogError: it could not even be looked at; the message says why.
    """
    wheel, others = _find(config, wanted, folders)
    aside = platform_folder(config.home) / f".check-{os.getpid()}"
    try:
        return Examination(wheel.version, tuple(_obstacles(config, wheel, others, aside)))
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def upgrade_platform(
    config: Config, wanted: str, *, folders: Sequence[Path], say: Say, patience: Patience
) -> Examination:
    """Bring this node to another version while it serves; with obstacles in the answer nothing was touched.

    Args:
        say: shows a line of progress.

    Raises:
        DialogError: it did not succeed; the version before runs, and the message says why.
    """
    wheel, others = _find(config, wanted, folders)
    folder = platform_folder(config.home) / wheel.version
    say(f"Preparing version {wheel.version} aside, in {folder} …")
    obstacles = _obstacles(config, wheel, others, folder)
    if obstacles:
        shutil.rmtree(folder, ignore_errors=True)
        return Examination(wheel.version, tuple(obstacles))
    python = str(folder / "bin" / "python")
    with no_change_meanwhile(config):
        copy = back_up(config, version=wheel.version)
        say(
            f"The database is copied to {copy}."
            if copy
            else "PostgreSQL: going back needs no copy; keep your own backups."
        )
        say("Migrating the database (only additions; the running version goes on) …")
        _migrate(config, python)
        let_take_over(config, version=wheel.version, python=python, say=say, patience=patience)
        Active(wheel.version, python, base_version(config.home)).write(active_file(config.home))
        _remember(config, wheel.version)
    say(f"Version {wheel.version} runs. “dialog” on this node starts it from now on.")
    return Examination(wheel.version, ())


def _find(config: Config, wanted: str, folders: Sequence[Path]) -> tuple[WheelFile, list[WheelFile]]:
    everywhere = [*folders, platform_folder(config.home) / "wheels"]
    wheel = find_platform_wheel(wanted, everywhere)
    if wheel.version == __version__:
        raise NotAllowedNow("Version %(version)s is the one that runs.", version=__version__)
    return wheel, other_wheels([wheel.path.parent, *everywhere])


def _obstacles(config: Config, wheel: WheelFile, others: list[WheelFile], folder: Path) -> list[str]:
    """Return everything in the way, as far as it can be seen at once."""
    python = python_problem(wheel)
    if python:
        return [python]
    needs = find_needs(wheel, others)
    found = [f"Missing: {name}. Put a wheel of it beside the platform's (docs/upgrading.md)." for name in needs.missing]
    found += _disk(config)
    if found:
        return found
    return _examine(config, str(build_environment(folder, needs)))


def _disk(config: Config) -> list[str]:
    size = database_file(config).stat().st_size if config.is_sqlite and database_file(config).exists() else 0
    wanted = size + SPARE_BYTES
    free = shutil.disk_usage(config.home).free
    if free >= wanted:
        return []
    return [f"{free >> 20} MiB are free in {config.home}; {wanted >> 20} MiB are needed (a copy of the database)."]


def _examine(config: Config, python: str) -> list[str]:
    """Let the new version look for itself, in a process of its own."""
    try:
        answer = ask(python, "dialog_core.upgrade.examine", _question(config))
    except NoAnswer as error:
        return [f"The new version does not start: {error}"]
    return [str(text) for text in answer["obstacles"]]


def _question(config: Config) -> dict[str, Any]:
    with plain_app(config, migrate=True).app_context(), _closed():
        with db.engine.connect() as connection:
            revision, current = current_revision(connection), read_current(connection)
        hashes = [item["sha256"] for item in [*current.lock["modules"], *current.lock["libraries"]]]
        files = {item.sha256: str(item.path) for item in materialise(db.engine, config.home, hashes)}
    path = generation_folder(config.home, current.generation) / "lib" if current.generation is not None else None
    return {
        "revision": revision, "lock": current.lock, "files": files,
        "path": str(path) if path is not None and path.is_dir() else "",
    }  # fmt: skip


def _migrate(config: Config, python: str) -> None:
    environ = {
        **os.environ, "DIALOG_HOME": str(config.home), "DIALOG_DATABASE_URL": config.database_url,
        "DIALOG_PLATFORM": "here", "PYTHONSAFEPATH": "1",
    }  # fmt: skip
    done = subprocess.run(
        [python, "-P", "-m", "dialog_core.cli", "migrate"], env=environ, capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL, timeout=MIGRATE_SECONDS,
    )  # fmt: skip
    if done.returncode:
        raise SetupProblem("The database cannot be migrated: %(reason)s", reason=done.stderr.strip()[-600:])


def _remember(config: Config, version: str) -> None:
    with plain_app(config).app_context(), _closed(), write() as session:
        set_fact("platform_version", version)
        record(session, system_actor("cli"), "platform_upgraded", version=version, previous=__version__)


@contextmanager
def _closed() -> Iterator[None]:
    try:
        yield
    finally:
        db.session.remove()
        db.engine.dispose()
