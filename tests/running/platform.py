# SPDX-License-Identifier: Apache-2.0
"""`dialog up` on a home and a port of its own, and the command line beside it."""

from __future__ import annotations

import ctypes
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import httpx
import sqlalchemy as sa

from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.installation import save_profile
from dialog_core.staff import system_actor
from tests.running.api import Api
from tests.running.processes import processes_of
from tests.running.waiting import eventually

READY = re.compile(r"^Ready.*?(http://\S+)", re.MULTILINE)
PASSWORD = "correct horse battery staple"
ADMINISTRATOR = "admin@example.org"
START_SECONDS, STOP_SECONDS, COMMAND_SECONDS = 60, 25, 120


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """Let the platform end when the tests' process is killed (by a time-out, for example)."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class CommandFailed(AssertionError):
    """A command of the platform ended with another code than 0."""

    def __init__(self, arguments: Sequence[str], code: int, error: str) -> None:
        super().__init__(f"dialog {' '.join(arguments)}: exit {code}: {error}")
        self.code = code
        self.error = error


class Platform:
    """A platform that runs between `__enter__` and `__exit__`, which also proves that nothing is left behind.

    Args:
        home: its folder; may be empty.
        catalog: folder of the bundled modules.
        database_url: SQLite in the home when left out.
        parts: `up`, or `web` and `worker` as a service manager starts them, on a database that is there.
    """

    def __init__(
        self,
        home: Path,
        *,
        catalog: Path,
        database_url: str = "",
        web_workers: int = 1,
        extra: dict[str, str] | None = None,
        parts: tuple[str, ...] = ("up",),
    ) -> None:
        self.home = home
        self.parts = parts
        self.port = free_port()
        self.log_file = home.with_name(f"{home.name}.log")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("DIALOG_", "PYTEST", "COV"))},
            "DIALOG_HOME": str(home),
            "DIALOG_DATABASE_URL": database_url,
            "DIALOG_CATALOG": str(catalog),
            "DIALOG_WEB_WORKERS": str(web_workers),
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            **(extra or {}),
        }
        self.config = Config.from_environment(self.environment)
        self.processes: list[subprocess.Popen[bytes]] = []
        self._engine: sa.Engine | None = None

    def __enter__(self) -> Self:
        """Start it and wait for the ready line."""
        self.start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """End it; what is still there afterwards is a failure."""
        try:
            self.stop()
        finally:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None
            if kind is not None:
                sys.stderr.write(f"---- log of the platform\n{self.log[-20_000:]}\n")

    def start(self) -> None:
        """Start it, or start it again."""
        before = len(self.log)
        with self.log_file.open("ab") as log:
            self.processes = [
                subprocess.Popen(
                    [sys.executable, "-m", "dialog_core.cli", part],
                    env=self.environment, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                    cwd=self.home.parent, start_new_session=True, preexec_fn=_end_with_parent,  # noqa: PLW1509
                )
                for part in self.parts
            ]  # fmt: skip
        eventually(
            lambda: self._is_ready(self.log[before:]) or self._ended() is not None,
            seconds=START_SECONDS, what="the platform is ready",
        )  # fmt: skip
        assert self._ended() is None, f"the platform ended with {self._ended()}:\n{self.log}"

    def _is_ready(self, said: str) -> bool:
        if self.parts == ("up",):
            return READY.search(said) is not None
        try:
            return httpx.get(f"{self.url}/readyz", trust_env=False).is_success
        except httpx.TransportError:
            return False

    def _ended(self) -> int | None:
        return next((process.returncode for process in self.processes if process.poll() is not None), None)

    def stop(self, *, sign: signal.Signals = signal.SIGTERM) -> None:
        """End it and see that every child ended too."""
        processes, self.processes = self.processes, []
        if not processes:
            return
        for process in processes:
            process.send_signal(sign)
        try:
            for process in processes:
                process.wait(STOP_SECONDS)
            left = processes_of(self.home)
            assert not left, f"still there after the end: {left}"
        finally:
            for process in processes:
                if process.poll() is None:
                    process.kill()
                    process.wait()
            for pid in processes_of(self.home):
                os.kill(pid, signal.SIGKILL)

    def kill(self) -> None:
        """End it without a word, and wait until everything that it started has ended by itself."""
        processes, self.processes = self.processes, []
        assert processes, "it runs"
        for process in processes:
            process.kill()
            process.wait()
        eventually(lambda: not processes_of(self.home), seconds=STOP_SECONDS, what="nothing is left")

    @property
    def log(self) -> str:
        """What it has written so far."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    @property
    def url(self) -> str:
        """Its address without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ready_url(self) -> str:
        """The address in the last ready line: the set-up link on a new home."""
        return str(READY.findall(self.log)[-1])

    def dialog(self, *arguments: str, stdin: str = "") -> str:
        """Run a command and return what it printed.

        Raises:
            CommandFailed: it did not end with 0.
        """
        done = subprocess.run(
            [sys.executable, "-m", "dialog_core.cli", *arguments], env=self.environment, input=stdin,
            capture_output=True, text=True, check=False, timeout=COMMAND_SECONDS, cwd=self.home.parent,
        )  # fmt: skip
        if done.returncode:
            raise CommandFailed(arguments, done.returncode, done.stderr.strip())
        return done.stdout

    def dialog_json(self, *arguments: str, stdin: str = "") -> Any:
        """Run a command with `--json` and return what it answered."""
        return json.loads(self.dialog(*arguments, "--json", stdin=stdin))

    def begin(self, organisation: str, *, timezone: str = "UTC") -> None:
        """Make an administrator and end the first steps; only the profile has no command."""
        with self.core():
            save_profile(system_actor("cli"), organisation=organisation, language="en", timezone=timezone)
        self.add_person(ADMINISTRATOR, "administrator", name="Anna Admin")

    def add_person(self, email: str, role: str, *, name: str = "", language: str = "en") -> None:
        """Make an account with `PASSWORD`."""
        named = ("--name", name) if name else ()
        self.dialog(
            "user", "create", email, "--role", role, *named, "--language", language, "--password-stdin", stdin=PASSWORD
        )

    def token(self, email: str) -> str:
        """Make a token for the API."""
        return str(self.dialog_json("token", "create", "--user", email, "--name", "test")["token"])

    def api(self, email: str = ADMINISTRATOR) -> Api:
        """Return a client for the API in somebody's name; close it when done."""
        return Api(self.url, self.token(email))

    def rows(self, statement: str, **values: Any) -> list[sa.Row[Any]]:
        """Read from its database."""
        if self._engine is None:
            self._engine = open_engine(self.config)
        with self._engine.connect() as connection:
            return list(connection.execute(sa.text(statement), values))

    def forget_connections(self) -> None:
        """Connect to the database anew at the next look: it was restarted."""
        if self._engine is not None:
            self._engine.dispose()

    def pids(self, role: str) -> list[int]:
        """Return the living processes of a role, oldest first: `web`, `jobs`, `service:telegram.poller`, …."""
        alive = processes_of(self.home)
        rows = self.rows("SELECT pid FROM node_process WHERE role = :role ORDER BY id", role=role)
        return [row.pid for row in rows if row.pid in alive]

    @contextmanager
    def core(self) -> Iterator[None]:
        """Enter the core on its database in this process, to call operations that have no command."""
        from dialog_core.database import db
        from dialog_core.modules import plain_app

        with plain_app(self.config).app_context():
            try:
                yield
            finally:
                db.session.remove()
                db.engine.dispose()
