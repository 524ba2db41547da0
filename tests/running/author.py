# SPDX-License-Identifier: Apache-2.0
"""`dialog module dev` on a copy of a module, and an author who changes its files."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import httpx

from dialog_core.config import Config
from tests.running.platform import free_port
from tests.running.versions import MODULES
from tests.running.waiting import eventually

LINK = re.compile(r"^Ready\..*?(http://\S+)", re.MULTILINE)
_CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
START_SECONDS, STOP_SECONDS, LOAD_SECONDS = 60, 20, 20


class Author:
    """Runs the command between `__enter__` and `__exit__`, which also proves that nothing is left behind."""

    def __init__(self, folder: Path, module: str) -> None:
        self.root = folder / module
        shutil.copytree(MODULES / module, self.root)
        self.package = self.root / "src" / f"dialog_{module}"
        self.home = self.root / ".dialog-dev"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("DIALOG_", "PYTEST", "COV"))},
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
        }
        self.config = Config.from_environment({"DIALOG_HOME": str(self.home)})
        self.client = self.new_client()
        self._log = folder / "terminal.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start it, wait for the link and open it."""
        self.start()
        self.client.get(self.link, follow_redirects=True).raise_for_status()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """End it as Ctrl-C does."""
        try:
            self.stop()
        finally:
            self.client.close()
            if kind is not None:
                sys.stderr.write(f"---- terminal\n{self.terminal[-20_000:]}\n")

    def start(self) -> None:
        """Start it and wait for the link."""
        before = len(self.terminal)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "dialog_core.cli", "module", "dev", str(self.root)], env=self.environment,
                stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        process = self._process
        eventually(
            lambda: LINK.search(self.terminal[before:]) or process.poll() is not None,
            seconds=START_SECONDS,
            what="a link",
        )
        assert process.poll() is None, self.terminal

    def stop(self) -> None:
        """Press Ctrl-C: the terminal sends the signal to all of its processes."""
        process, self._process = self._process, None
        if process is None:
            return
        try:
            os.killpg(process.pid, signal.SIGINT)
            assert process.wait(STOP_SECONDS) == 0, self.terminal
            assert not session_of(process.pid), f"still there after the end: {session_of(process.pid)}"
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The process that holds the port."""
        assert self._process is not None, "it runs"
        return self._process

    def refused(self, *arguments: str, port: int | None = None) -> subprocess.Popen[str]:
        """Run `dialog module dev` with other arguments; it is expected to end by itself."""
        return subprocess.Popen(
            [sys.executable, "-m", "dialog_core.cli", "module", "dev", *arguments],
            env={**self.environment, "PORT": str(port or free_port())},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def new_client(self) -> httpx.Client:
        """Return somebody who did not open the link; close it when done."""
        return httpx.Client(base_url=self.url, timeout=60, trust_env=False, headers={"Accept": "text/html"})

    @property
    def terminal(self) -> str:
        """What it has written so far."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def link(self) -> str:
        """The link of the last start."""
        return str(LINK.findall(self.terminal)[-1])

    def page(self, path: str = "/diary/") -> httpx.Response:
        """Return a page as the author sees it."""
        return self.client.get(path)

    def post(self, path: str, **values: str) -> httpx.Response:
        """Send a form as a browser does, from the page at the same address if there is one."""
        found = _CSRF.search(self.page(path).text) or _CSRF.search(self.page("/modules/diary").text)
        token = {"csrf_token": found.group(1)} if found else {}
        return self.client.post(path, data={**values, **token}, headers={"Origin": self.url})

    def boot(self) -> str:
        """Return the word of the load that serves now."""
        return str(self.client.get("/-/dev/changes", params={"boot": ""}).json()["boot"])

    def edit(self, edits: Mapping[str, str]) -> None:
        """Give files of the package other contents, and wait until they are loaded, or fail to be."""
        before = self.boot()
        for name, text in edits.items():
            (self.package / name).write_text(text)
        eventually(lambda: self.boot() != before, seconds=LOAD_SECONDS, what=f"{', '.join(edits)} loaded")

    @contextmanager
    def changed(self, *changes: tuple[str, str, str]) -> Iterator[None]:
        """Change files for as long as the block lasts: name, old text and new text of each change."""
        originals: dict[str, str] = {}
        edits: dict[str, str] = {}
        for name, old, new in changes:
            originals[name] = (self.package / name).read_text()
            assert old in edits.get(name, originals[name]), f"{old!r} is not in {name}"
            edits[name] = edits.get(name, originals[name]).replace(old, new)
        try:
            self.edit(edits)
            yield
        finally:
            self.edit(originals)

    def eventually_told(self, pattern: str, *, since: int = 0, seconds: float = 15.0) -> Any:
        """Wait until the terminal shows something after its first `since` characters."""
        return eventually(
            lambda: re.search(pattern, self.terminal[since:], re.MULTILINE), seconds=seconds, what=pattern
        )


def session_of(leader: int) -> dict[int, str]:
    """Return what lives in the session of a process; zombies don't count."""
    found: dict[int, str] = {}
    for folder in Path("/proc").iterdir():
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if folder.name.isdigit() and int(fields[3]) == leader and fields[0] != "Z":
                found[int(folder.name)] = (
                    (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                )
        except (OSError, IndexError):
            continue  # it ended meanwhile
    return found
