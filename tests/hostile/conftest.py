# SPDX-License-Identifier: Apache-2.0
"""A desk at work, and an administrator who installs broken modules on it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.running import Platform, eventually
from tests.running.fixtures import NewPlatform, new_platform
from tests.running.platform import ADMINISTRATOR, PASSWORD
from tests.running.visitors import Customer, Visitor, at_work
from tests.running.web import sign_in

__all__ = ["catalog", "new_platform"]
CHANGE_SECONDS = 240.0
ORGANISATION = "Busy support"
GOOD = "plain"
ENDED = {"done", "refused", "failed"}


@pytest.fixture(scope="session")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty catalog: every module of these tests is uploaded."""
    folder = tmp_path_factory.mktemp("catalog")
    (folder / "catalog.json").write_text('{"wheels": []}')
    return folder


class BusyDesk:
    """A platform that serves customers and staff all the time, and its administrator.

    Attributes:
        api: of the administrator.

    Args:
        patience: seconds for which people repeat what failed, where processes are killed in the middle of answers.
    """

    def __init__(self, platform: Platform, wheel: Callable[[str], Path], *, patience: float = 0.0) -> None:
        self.platform = platform
        self.api = platform.api()
        self.pages = sign_in(platform.url, ADMINISTRATOR, PASSWORD)
        self._wheel = wheel
        self._stop = threading.Event()
        paths = ("/api/v1/tickets?limit=5", "/readyz")
        self.people = [
            Customer(platform.url, self._stop, paths=paths, headers=dict(self.api.headers), patience=patience),
            Visitor(
                platform.url, self._stop, paths=("/queue", "/modules"), cookies=dict(self.pages.cookies),
                patience=patience,
            ),
        ]  # fmt: skip

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let customers and staff work while a block runs."""
        try:
            with at_work(self.people, self._stop):
                yield
        finally:
            self.api.close()
            self.pages.close()

    def check_desk(self) -> None:
        """Everybody was served, and is served now."""
        seen = [one.answered for one in self.people]
        eventually(
            lambda: all(one.answered > before for one, before in zip(self.people, seen, strict=True)),
            seconds=30, what="somebody is served",
        )  # fmt: skip
        assert [problem for one in self.people for problem in one.problems] == []

    def upload(self, name: str, content: bytes | None = None) -> httpx.Response:
        """Upload a fixture module, or a file of this name."""
        if content is None:
            wheel = self._wheel(name)
            name, content = wheel.name, wheel.read_bytes()
        headers = {"Content-Type": "application/octet-stream"}
        return self.api.post("/modules/wheels", params={"filename": name}, content=content, headers=headers)

    def ask(self, verb: str, name: str, **body: Any) -> int:
        """Ask for a change of one module."""
        return int(self.api.make(f"/modules/{name}/{verb}", **body)["id"])

    def wait(self, change: int, *, seconds: float = CHANGE_SECONDS) -> dict[str, Any]:
        """Wait until a change has ended."""

        def look() -> dict[str, Any] | None:
            view = self.api.read(f"/module-changes/{change}")
            return view if view["state"] in ENDED else None

        found: dict[str, Any] = eventually(look, seconds=seconds, what=f"the end of change {change}")  # type: ignore[assignment]
        return found

    def wait_through(self, change: int) -> dict[str, Any]:
        """Wait until a change has ended, while the database or the platform may be away."""

        def look() -> dict[str, Any] | None:
            try:
                answer = self.api.get(f"/module-changes/{change}")
            except httpx.TransportError:
                return None
            return answer.json() if answer.is_success and answer.json()["state"] in ENDED else None

        found: dict[str, Any] = eventually(look, seconds=CHANGE_SECONDS, what=f"the end of change {change}")  # type: ignore[assignment]
        return found

    def install_stored(self, name: str, sha256: str) -> dict[str, Any]:
        """Install a wheel that is stored already, and return how it ended."""
        return self.change("install", name, sha256=sha256, password=PASSWORD)

    def change(self, verb: str, name: str, **body: Any) -> dict[str, Any]:
        """Make a change of one module, and return how it ended."""
        return self.wait(self.ask(verb, name, **body))

    def install(self, name: str) -> dict[str, Any]:
        """Upload and install a fixture module, and return how it ended."""
        return self.together(("install", name))

    def together(self, *actions: tuple[str, str], **more: Any) -> dict[str, Any]:
        """Make several actions in one change (verb and module), and return how it ended."""
        return self.wait(self.ask_together(*actions, **more))

    def ask_together(self, *actions: tuple[str, str], **more: Any) -> int:
        """Ask for several actions in one change; what is installed is uploaded first."""
        wishes = [{"action": verb, "name": name} for verb, name in actions]
        for wish in wishes:
            if wish["action"] == "install":
                wish["sha256"] = self.stored(wish["name"])
        return int(self.api.make("/module-changes", actions=wishes, password=PASSWORD, **more)["id"])

    def stored(self, name: str) -> str:
        """Upload a fixture module and return the hash of its wheel."""
        answer = self.upload(name)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["sha256"])

    def enable(self, name: str) -> None:
        """Install and enable a fixture module that passes the preflight."""
        view = self.together(("install", name), ("enable", name))
        assert view["state"] == "done", view

    def disable(self, name: str) -> None:
        """Switch a module off, and see that everybody was served all the time."""
        view = self.change("disable", name)
        assert view["state"] == "done", view
        self.check_desk()

    def check_next_change(self) -> None:
        """A change with a good module works."""
        state = self.state(GOOD)
        view = self.install(GOOD) if state is None else self.change(_OTHER[state], GOOD)
        assert view["state"] == "done", view

    def state(self, name: str) -> str | None:
        """Return a module's state, None when it is not there."""
        return next((row["state"] for row in self.api.read("/modules")["items"] if row["name"] == name), None)

    def incidents(self, module: str) -> list[Any]:
        """Return what an administrator is told of a module's failures."""
        query = "SELECT place, summary, count FROM incident WHERE module = :module ORDER BY id"
        return self.platform.rows(query, module=module)

    def ticket(self) -> str:
        """Return the number of a new ticket."""
        contact = {"full_name": "Olga", "email": "olga@example.org"}
        body = {"subject": "Help", "description": "d", "kind": "consultation", "contact": contact}
        return str(self.api.make("/tickets", **body)["number"])

    def ticket_page(self, number: str) -> httpx.Response:
        """Open the page of a ticket, which asks the modules for their panels."""
        return self.pages.get(f"/tickets/{number}")


_OTHER = {"disabled": "enable", "enabled": "disable", "available": "install"}


@pytest.fixture(scope="module")
def busy_desk(new_platform: NewPlatform, module_wheel: Callable[[str], Path]) -> Iterator[BusyDesk]:
    """Return a desk of two web workers on SQLite, at work during all tests of a module."""
    platform = new_platform(web_workers=2)
    platform.begin(ORGANISATION)
    desk = BusyDesk(platform, module_wheel)
    with desk.at_work():
        yield desk


@pytest.fixture
def desk(busy_desk: BusyDesk) -> Iterator[BusyDesk]:
    """Return the busy desk; after the test everybody is still served and the next change works."""
    yield busy_desk
    busy_desk.check_next_change()
    busy_desk.check_desk()
