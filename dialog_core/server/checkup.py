# SPDX-License-Identifier: Apache-2.0
"""What `dialog doctor` looks at, on this node and in the database."""

from __future__ import annotations

import shutil
import socket
import stat
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from dialog_core.config import Config
from dialog_core.database import current_revision, open_engine, serves_this_code
from dialog_core.errors import DialogError
from dialog_core.modules import live_processes, node_name, wanted_generation
from dialog_core.server.home import prepare_home

ENOUGH_BYTES = 1 << 30
LITTLE_BYTES = 200 << 20


class Verdict(StrEnum):
    """How something stands."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the examination: what was looked at, how it stands, and what to do."""

    subject: str
    verdict: Verdict
    text: str


def examine(config: Config) -> list[Finding]:
    """Look at everything; a check that cannot be made is a finding, not an error."""
    found = [_home(config)]
    if found[0].verdict is not Verdict.BAD:
        found += [_key(config), _disk(config)]
    try:
        engine = open_engine(config)
    except DialogError as error:
        return [*found, Finding("database", Verdict.BAD, str(error)), _port(config)]
    checks: list[Callable[[Engine], list[Finding]]] = [
        _database,
        _migrations,
        lambda engine: _processes(engine, config),
    ]
    try:
        for check in checks:
            try:
                found += check(engine)
            except SQLAlchemyError as error:
                found.append(Finding("database", Verdict.BAD, str(error).splitlines()[0]))
    finally:
        engine.dispose()
    return [*found, _port(config)]


def _home(config: Config) -> Finding:
    try:
        is_new = prepare_home(config)
    except DialogError as error:
        return Finding("home", Verdict.BAD, str(error))
    return Finding("home", Verdict.GOOD, f"{config.home} was made now" if is_new else f"{config.home} can be written")


def _key(config: Config) -> Finding:
    file = config.secret_key_file
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
    except FileNotFoundError:
        return Finding("key", Verdict.DOUBTFUL, f"{file} is not there; it is made at the first start")
    except OSError as error:
        return Finding("key", Verdict.BAD, f"{file} cannot be read: {error.strerror}")
    if mode & 0o077:
        return Finding("key", Verdict.BAD, f"others may read {file} (mode {mode:o}): chmod 600 {file}")
    return Finding("key", Verdict.GOOD, f"{file} is for its owner only")


def _disk(config: Config) -> Finding:
    free = shutil.disk_usage(config.home).free
    verdict = Verdict.GOOD if free > ENOUGH_BYTES else Verdict.DOUBTFUL if free > LITTLE_BYTES else Verdict.BAD
    return Finding("disk", verdict, f"{free >> 20} MiB free in {config.home}")


def _database(engine: Engine) -> list[Finding]:
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            mode = connection.execute(text("PRAGMA journal_mode")).scalar()
            verdict = Verdict.GOOD if mode == "wal" else Verdict.BAD
            return [Finding("database", verdict, f"SQLite answers, journal mode {mode}")]
        version = connection.execute(text("SHOW server_version")).scalar()
        return [Finding("database", Verdict.GOOD, f"PostgreSQL {version} answers")]


def _migrations(engine: Engine) -> list[Finding]:
    with engine.connect() as connection:
        current = current_revision(connection)
        is_served = serves_this_code(connection)
    if is_served:
        return [Finding("migrations", Verdict.GOOD, f"the tables are those of this version ({current})")]
    if current is None:
        return [Finding("migrations", Verdict.DOUBTFUL, "the database is empty: run dialog migrate, or dialog up")]
    return [Finding("migrations", Verdict.BAD, f"the tables are of version {current}: run dialog migrate")]


def _processes(engine: Engine, config: Config) -> list[Finding]:
    with engine.connect() as connection:
        if current_revision(connection) is None:
            return []
        wanted = wanted_generation(engine)
        processes = live_processes(connection, node=node_name(config.home))
    if not processes:
        return [Finding("processes", Verdict.DOUBTFUL, "the platform does not run"), _generation(wanted, 0, 0)]
    found = []
    for process in processes:
        is_good = process.state in {"running", "safe"}
        text_ = f"{process.role} (process {process.pid} on {process.node}): {process.state}"
        problem = f", {process.problem}" if process.problem else ""
        found.append(Finding("processes", Verdict.GOOD if is_good else Verdict.BAD, text_ + problem))
    converging = [process for process in processes if process.converges]
    arrived = sum(process.generation == wanted for process in converging)
    return [*found, _generation(wanted, arrived, len(converging))]


def _generation(wanted: int | None, arrived: int, total: int) -> Finding:
    verdict = Verdict.GOOD if arrived == total else Verdict.DOUBTFUL
    return Finding("generation", verdict, f"{arrived} of {total} processes on generation {wanted}")


def _port(config: Config) -> Finding:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(config.bind, config.bind)  # noqa: S104
    try:
        with socket.create_connection((host, config.port), timeout=1.0):
            return Finding("port", Verdict.GOOD, f"something answers on {config.bind}:{config.port}")
    except OSError:
        return Finding("port", Verdict.GOOD, f"{config.bind}:{config.port} is free")
