# SPDX-License-Identifier: Apache-2.0
"""Every command of docs/operating.md runs, in its order, and the restored copies have the tickets."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.running import Api, eventually
from tests.running.platform import free_port
from tests.running.processes import processes_of

ROOT = Path(__file__).parents[2]
PAGE, RUSSIAN = ROOT / "docs" / "operating.md", ROOT / "docs" / "ru" / "operating.md"
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FIRST_STEP = "dialog user create"
PASSWORD = "correct horse battery staple"
START_SECONDS, COMMAND_SECONDS = 120, 180


@dataclass(frozen=True, slots=True)
class Block:
    """One block of commands; `options` are the words after the language."""

    language: str
    options: frozenset[str]
    text: str


def blocks(page: Path) -> list[Block]:
    return [Block(kind, frozenset(options.split()), text) for kind, options, text in BLOCK.findall(page.read_text())]


def test_both_languages_have_the_same_commands_and_sections() -> None:
    assert blocks(PAGE) == blocks(RUSSIAN)
    heads = [re.findall(r"^(#+) ", page.read_text(), re.MULTILINE) for page in (PAGE, RUSSIAN)]
    assert heads[0] == heads[1]


@pytest.mark.parametrize("page", [PAGE, RUSSIAN], ids=["en", "ru"])
def test_links_exist(page: Path) -> None:
    targets = [target.split("#")[0] for target in re.findall(r"\]\(([^)]+)\)", page.read_text())]
    assert [target for target in targets if not (page.parent / target).exists()] == []


class Operator:
    """Types what the page says, on folders of the test instead of /srv and /backup."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._ports = {"8000": str(free_port()), "8001": str(free_port())}
        self._environment = {**environment, "PORT": self._ports["8000"]}
        self._running: list[subprocess.Popen[bytes]] = []
        self._log = folder / "platform.log"

    def type(self, block: Block) -> None:
        """Run a block of commands; what it exports stays."""
        text = self._here(block.text)
        if "keeps-running" in block.options:
            self._start(text, block)
            return
        seen = self._folder / "environment"
        script = f"{text}\nenv -0 > {seen}"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script], env=self._environment, cwd=self._folder,
            capture_output=True, text=True, check=False, timeout=COMMAND_SECONDS,
        )  # fmt: skip
        assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}\n{self.log}"
        self._environment = dict(line.split("=", 1) for line in seen.read_text().split("\0") if line)

    def call(self, *arguments: str) -> str:
        """Run a command that the page does not have."""
        return subprocess.run(
            [sys.executable, "-m", "dialog_core.cli", *arguments], env=self._environment, capture_output=True,
            text=True, check=True, timeout=COMMAND_SECONDS,
        ).stdout  # fmt: skip

    @property
    def url(self) -> str:
        """Where the platform answers."""
        return f"http://127.0.0.1:{self._ports['8000']}"

    @property
    def log(self) -> str:
        """What everything that keeps running has written."""
        return self._log.read_text() if self._log.exists() else ""

    def stop(self) -> None:
        """End what keeps running."""
        for process in self._running:
            process.send_signal(signal.SIGTERM)
        for process in self._running:
            process.wait(40)
        self._running.clear()
        for home in (self._folder / "srv").glob("*"):
            for pid in processes_of(home):
                os.kill(pid, signal.SIGKILL)

    def _start(self, text: str, block: Block) -> None:
        is_beside = "no-http" in block.options or "PORT=" in text
        if not is_beside:
            self.stop()
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                ["bash", "-c", text.strip()],
                env=self._environment, cwd=self._folder, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._running.append(process)
        if "no-http" in block.options:
            return
        port = self._ports["8001" if "PORT=" in text else "8000"]
        eventually(lambda: _is_ready(port) or process.poll() is not None, seconds=START_SECONDS, what=text)
        assert process.poll() is None, f"{text}\n{self.log}"

    def _here(self, text: str) -> str:
        for place in ("/srv/", "/backup"):
            text = text.replace(place, f"{self._folder}{place}")
        return text.replace("PORT=8001", f"PORT={self._ports['8001']}")


def _is_ready(port: str) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", trust_env=False, timeout=5).status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture
def operator(tmp_path: Path, catalog: Path, postgres_server: Any) -> Iterator[Operator]:
    uri = urlsplit(postgres_server.get_uri())
    binaries = [str(postgres_server.bin_path), str(Path(sys.executable).parent)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DIALOG_", "PYTEST", "PG"))}
    found = Operator(
        tmp_path,
        kept
        | {
            "PATH": os.pathsep.join([*binaries, os.environ["PATH"]]),
            "DIALOG_CATALOG": str(catalog),
            "PASSWORD": PASSWORD,
            "POSTGRESQL": f"postgresql://{uri.username}@",
            "PGHOST": parse_qs(uri.query)["host"][0],
        },
    )
    (tmp_path / "srv").mkdir()
    yield found
    found.stop()


@pytest.mark.soak
@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.timeout(600)
def test_every_command_runs_and_the_copies_have_the_tickets(operator: Operator) -> None:
    desk = Desk(operator)
    for block in blocks(PAGE):
        if block.language != "sh":
            continue
        operator.type(block)
        if FIRST_STEP in block.text:
            desk.write_a_ticket()
        if "srv/restored dialog up" in block.text:
            desk.check_ticket()
    desk.check_ticket()
    assert desk.written == desk.read_back == 2


class Desk:
    """Writes a ticket before a backup and reads it after the restore, with the token of that database."""

    def __init__(self, operator: Operator) -> None:
        self._operator = operator
        self._number = ""
        self._token = ""
        self.written = 0
        self.read_back = 0

    def write_a_ticket(self) -> None:
        import json

        made = self._operator.call("token", "create", "--user", "admin@example.org", "--name", "docs", "--json")
        self._token = json.loads(made)["token"]
        contact = {"full_name": "Olga", "email": "olga@example.org"}
        body = {"subject": f"Kept {self.written}", "description": "d", "kind": "consultation", "contact": contact}
        with Api(self._operator.url, self._token) as api:
            self._number = api.make("/tickets", **body)["number"]
        self.written += 1

    def check_ticket(self) -> None:
        with Api(self._operator.url, self._token) as api:
            assert api.ticket(self._number)["subject"] == f"Kept {self.read_back}"
        self.read_back += 1


def test_the_addresses_of_health_are_those_of_the_page() -> None:
    front = (ROOT / "dialog_core" / "server" / "front.py").read_text()
    named = re.findall(r"^\| `(/\w+)`", PAGE.read_text(), re.MULTILINE)
    assert named == ["/healthz", "/readyz"]
    assert all(f'"{path}"' in front for path in named)
