# SPDX-License-Identifier: Apache-2.0
"""The test kit in the hands of an author: what it gives, and what it tells of a test that leaves something behind."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.author_kit.making import environment

PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "dialog-parcel"
version = "0.3.0"
description = "Numbers of parcels"
license = "MIT"
requires-python = ">=3.11"
dependencies = ["dialog-platform ~= 0.1"]
[project.entry-points."dialog.modules"]
parcel = "dialog_parcel.hooks"
[tool.hatch.build.targets.wheel]
packages = ["src/dialog_parcel"]
"""
MANIFEST = """
name = "parcel"
icon = "box"
category = "fields"
hooks = ["ticket_fields", "ticket_event"]
[title]
ru = "Посылки"
en = "Parcels"
[description]
ru = "Номер посылки в заявке, чтобы её можно было найти."
en = "The number of a parcel on a ticket, so that it can be found."
"""
HOOKS = """
from collections.abc import Iterable

from dialog_core.plugin import FieldType, Job, TicketEvent, TicketField, hookimpl

SEEN: list[str] = []


@hookimpl
def ticket_fields() -> Iterable[TicketField]:
    return [TicketField("parcel_number", FieldType.TEXT, {"ru": "Посылка", "en": "Parcel"})]


@hookimpl
def ticket_event(event: TicketEvent) -> None:
    if event.data.get("subject") == "break":
        raise RuntimeError("the module broke")
    SEEN.append(event.kind)
"""
ONE_MORE = """

@hookimpl
def jobs() -> Iterable[Job]:
    return []
"""


@dataclass(frozen=True)
class Author:
    """A folder of somebody's own with a small module in it."""

    folder: Path

    def test(self, source: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Run tests as the author does."""
        (self.folder / "tests" / "test_it.py").write_text(source)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
        return subprocess.run(
            command, cwd=self.folder, env=environment(), capture_output=True, text=True, timeout=120, check=False
        )


@pytest.fixture
def author(tmp_path: Path) -> Author:
    """Return an author with a module that brings a field and listens."""
    package = tmp_path / "src" / "dialog_parcel"
    package.mkdir(parents=True)
    (tmp_path / "tests").mkdir()
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    (package / "__init__.py").touch()
    (package / "module.toml").write_text(MANIFEST)
    (package / "hooks.py").write_text(HOOKS)
    return Author(tmp_path)


LEAVING = """
import socket, threading, warnings
import pytest
import httpx
from dialog_core.plugin import write

_kept = []

def test_thread():
    threading.Thread(target=threading.Event().wait, name="forgotten", daemon=True).start()

def test_socket():
    _kept.append(socket.socket())

def test_transaction(platform):
    block = write()
    block.__enter__()
    _kept.append(block)

def test_network():
    with pytest.raises(Exception):
        httpx.get("http://example.org/", timeout=2)

def test_warning():
    warnings.warn("old ways", DeprecationWarning)

def test_failing_hook(platform):
    platform.make.ticket(subject="break")
    platform.tell()

def test_sound(platform, far_side):
    platform.make.ticket(fields={"parcel_number": "P-1"})
    platform.work()
    httpx.get(far_side.url)
"""


def test_a_test_that_leaves_something_behind_is_told_so(author: Author) -> None:
    done = author.test(LEAVING)
    assert "5 errors" in done.stdout, done.stdout + done.stderr
    assert "1 failed" in done.stdout
    for said in (
        "the thread “forgotten” still runs: stop it and join it",
        "1 sockets are still open: close them",
        "a transaction of write() is still open: use it in a with block",
        "it reached for example.org, and went on when that was refused",
        "DeprecationWarning: old ways",
        "RuntimeError: the module broke",
        "platform.expects_failures = True",
    ):
        assert said in done.stdout, said
    assert "test_sound" not in done.stdout


PAGE = Path(__file__).resolve().parents[2] / "docs" / "test-kit.md"
EXAMPLE = PAGE.read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
GIVEN = """
from datetime import UTC, datetime
import pytest
from dialog_core.plugin import NotPermitted, now, parties
from dialog_parcel.hooks import SEEN

def test_clock(platform):
    platform.clock.stop()
    platform.clock.set(datetime(2026, 2, 28, 23, tzinfo=UTC))
    platform.clock.advance(hours=2)
    assert now() == datetime(2026, 3, 1, 1, tzinfo=UTC)
    with pytest.raises(ValueError):
        platform.clock.set(datetime(2026, 1, 1))

def test_people(platform):
    made = platform.make.ticket(subject="Слово")
    assert "Слово" in platform.browser("specialist", "ru").text(f"/tickets/{made.number}")
    assert platform.browser(None).get("/queue").status_code in (302, 303)
    assert platform.program(None).get("/tickets").status_code == 401
    assert platform.program("tester").get(f"/tickets/{made.number}").get_json()["subject"] == "Слово"
    with pytest.raises(NotPermitted):
        parties.create_organisation(platform.actor("tester"), name="x", address="x", language="en")

def test_events(platform):
    platform.actor("specialist")
    platform.tell()
    del SEEN[:]
    platform.make.ticket()
    assert "ticket_opened" in [event.kind for event in platform.events]
    assert SEEN == []
    platform.tell()
    assert SEEN[0] == "ticket_opened"
    with platform.off():
        platform.make.ticket()
        platform.work()
        assert SEEN.count("ticket_opened") == 1
    platform.work()
    assert SEEN.count("ticket_opened") == 2

def test_expected_failure(platform):
    platform.expects_failures = True
    platform.make.ticket(subject="break")
    platform.tell()

def test_far_side(far_side):
    import httpx
    far_side.answer_once(418, json={"a": 1})
    first, second = (httpx.post(far_side.url + "/p?q=1", json={"x": 2}) for _ in range(2))
    assert (first.status_code, first.json(), second.status_code) == (418, {"a": 1}, 200)
    request = far_side.requests[0]
    assert (request.method, request.path, request.query, request.json()) == ("POST", "/p", {"q": "1"}, {"x": 2})
    far_side.hang_up()
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(far_side.url)
    far_side.close()
    with pytest.raises(httpx.ConnectError):
        httpx.get(far_side.url)
    far_side.open()
    far_side.answer(204)
    assert httpx.get(far_side.url).status_code == 204
"""


def test_what_the_kit_gives_works(author: Author) -> None:
    done = author.test(EXAMPLE + GIVEN)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


@pytest.mark.soak
@pytest.mark.postgres
def test_what_the_kit_gives_works_on_both_databases(author: Author) -> None:
    done = author.test(EXAMPLE + GIVEN, "--databases=sqlite,postgresql", "-vv")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "test_clock[postgresql]" in done.stdout


@pytest.mark.soak
def test_a_database_that_there_is_none_of_is_named(author: Author) -> None:
    done = author.test(EXAMPLE + GIVEN, "--databases=oracle")
    assert "--databases: oracle is none of sqlite, postgresql" in done.stdout + done.stderr


BROKEN = {
    "a hook that the manifest does not name": (
        "hooks.py",
        HOOKS + ONE_MORE,
        "hook-undeclared module.toml does not list the hook jobs",
    ),
    "a field of another name": (
        "hooks.py",
        HOOKS.replace('"parcel_number", FieldType', '"other_number", FieldType'),
        "the module has no field parcel_number; it has: other_number",
    ),
}


@pytest.mark.soak
@pytest.mark.parametrize("what", BROKEN)
def test_a_suite_finds(author: Author, what: str) -> None:
    file, source, said = BROKEN[what]
    (author.folder / "src" / "dialog_parcel" / file).write_text(source)
    done = author.test(EXAMPLE + GIVEN, "-k", "accept_it or title")
    assert done.returncode == 1, done.stdout
    assert said in done.stdout


def test_other_tests_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text(
        "import socket, warnings\nkept = []\ndef test_it():\n    kept.append(socket.socket())\n    warnings.warn('x')\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert "1 passed" in done.stdout, done.stdout
