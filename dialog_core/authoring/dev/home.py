# SPDX-License-Identifier: Apache-2.0
"""The scratch home: a folder that holds nothing but what was made while a module was written, and one process's."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from dialog_core.authoring.problem import AuthoringProblem
from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.modules import live_processes, node_name
from dialog_core.modules.models import NodeProcess

MARK = "scratch-home"
TEXT = "A scratch home of `dialog module dev`. Delete the folder whenever you like.\n"
OF_AN_INSTALLATION = (
    "DIALOG_DATABASE_URL", "DIALOG_SECRET_KEY_FILE", "DIALOG_SAFE_MODE", "DIALOG_BIND", "DIALOG_TRUSTED_PROXIES",
)  # fmt: skip
"""Variables that may point to a real installation: whatever they say, this stays on its own home, on loopback."""


@contextmanager
def scratch_home(folder: Path) -> Iterator[None]:
    """Hold a folder as the scratch home of this process.

    Raises:
        AuthoringProblem: it holds something else, another process uses it, or it cannot be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark = folder / MARK
        if not mark.exists():
            if any(folder.iterdir()):
                raise AuthoringProblem(
                    "%(path)s is no scratch home: it holds other files. Give an empty folder with --home.", path=folder
                )
            mark.write_text(TEXT)
            (folder / ".gitignore").write_text("*\n")
        held = mark.open("r+")
    except OSError as error:
        raise AuthoringProblem(
            "The scratch home %(path)s cannot be written: %(reason)s. Give another folder with --home.",
            path=folder,
            reason=error.strerror or error,
        ) from error
    with held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise _in_use(folder) from None
        yield


def config_of(folder: Path, port: int) -> Config:
    """Let this process and its children work on the scratch home, and on nothing else; return the configuration."""
    for name in OF_AN_INSTALLATION:
        os.environ.pop(name, None)
    os.environ.update({"DIALOG_HOME": str(folder), "PORT": str(port)})
    return Config.from_environment()


def refuse_in_use(config: Config) -> None:
    """Refuse a home on which a platform runs, before anything of its database is touched.

    Raises:
        AuthoringProblem: processes of one live.
    """
    engine = open_engine(config)
    try:
        with engine.connect() as connection:
            is_new = not inspect(connection).has_table(NodeProcess.__tablename__)
            running = [] if is_new else live_processes(connection, node=node_name(config.home))
    except SQLAlchemyError:  # the tables are those of an earlier version, and so would its processes be
        running = []
    finally:
        engine.dispose()
    if running:
        raise _in_use(config.home)


def require_there(folder: Path) -> None:
    """Refuse to go on when the home was removed: what is left of it in memory is worth nothing.

    Raises:
        AuthoringProblem: it was.
    """
    if not (folder / MARK).exists():
        raise AuthoringProblem("The scratch home %(path)s was removed. Start again.", path=folder)


def _in_use(folder: Path) -> AuthoringProblem:
    return AuthoringProblem(
        "Another process works on %(path)s. Stop it, or give another folder with --home.", path=folder
    )
