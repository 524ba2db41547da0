# SPDX-License-Identifier: Apache-2.0
"""A copy of the database before the tables change; on PostgreSQL that is the operator's."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from dialog_core.clock import now
from dialog_core.config import Config
from dialog_core.errors import SetupProblem
from dialog_core.upgrade.active import platform_folder

KEPT = 3


def database_file(config: Config) -> Path:
    """Return the file of an SQLite database."""
    return Path(config.database_url.removeprefix("sqlite:///"))


def back_up(config: Config, *, version: str) -> Path | None:
    """Copy an SQLite database while it is in use, and return the copy; None on PostgreSQL.

    Raises:
        SetupProblem: it cannot be written, or the copy is not whole.
    """
    if not config.is_sqlite:
        return None
    folder = platform_folder(config.home) / "backups"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"{now():%Y%m%dT%H%M%SZ}-before-{version}.sqlite3"
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with closing(sqlite3.connect(database_file(config))) as source, closing(sqlite3.connect(fresh)) as copy:
            source.backup(copy, pages=1000)
            answer = copy.execute("PRAGMA quick_check").fetchone()[0]
        if answer != "ok":
            raise SetupProblem("The copy of the database is not whole: %(reason)s", reason=answer)
        fresh.chmod(0o600)
        fresh.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise SetupProblem(
            "The database cannot be copied to %(path)s: %(reason)s", path=target, reason=error
        ) from error
    finally:
        fresh.unlink(missing_ok=True)
    for old in sorted(folder.glob("*-before-*.sqlite3"))[:-KEPT]:
        old.unlink()
    return target
