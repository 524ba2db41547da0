# SPDX-License-Identifier: Apache-2.0
"""Fixtures that start platforms; conftest files import those that they offer."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.running.desk import Desk, set_up
from tests.running.platform import Platform
from tests.telegram_emulator import Emulator

ROOT = Path(__file__).resolve().parents[2]
NewPlatform = Callable[..., Platform]


@pytest.fixture(scope="session")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a catalog built from the modules as they are in this tree."""

    def build(folder: Path) -> None:
        command = [sys.executable, str(ROOT / "scripts" / "build_catalog.py"), "--catalog", str(folder)]
        subprocess.run(command, check=True, timeout=120, stdout=subprocess.DEVNULL)

    return made_once(tmp_path_factory, "catalog", build)


@pytest.fixture(scope="session")
def prepared_home(tmp_path_factory: pytest.TempPathFactory, catalog: Path) -> Path:
    """Return the home of a platform that was set up from nothing by the command line; copies of it start at once."""

    def prepare(folder: Path) -> None:
        with Platform(folder, catalog=catalog) as platform:
            set_up(platform)

    return made_once(tmp_path_factory, "prepared", prepare)


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Make a folder once for all processes of a test run; the others wait for it."""
    place = factory.getbasetemp().parent if os.environ.get("PYTEST_XDIST_WORKER") else factory.getbasetemp()
    folder = place / f"shared-{name}"
    with (place / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / f"{name}.done").exists():
            shutil.rmtree(folder, ignore_errors=True)  # what is left of a try that failed
            make(folder)
            (place / f"{name}.done").touch()
    return folder


@pytest.fixture(scope="module")
def new_platform(tmp_path_factory: pytest.TempPathFactory, catalog: Path) -> Iterator[NewPlatform]:
    """Return a function that starts a platform, on an empty home or on a copy of one; all end with the module."""
    with ExitStack() as started:

        def make(source: Path | None = None, **options: Any) -> Platform:
            home = tmp_path_factory.mktemp("platform") / "home"
            if source is not None:
                shutil.copytree(source, home)
            return started.enter_context(Platform(home, catalog=catalog, **options))

        yield make


def node_beside(new_platform: NewPlatform, first: Platform, **options: Any) -> Platform:
    """Start another node with the database and the key of the first."""
    key = {"DIALOG_SECRET_KEY_FILE": str(first.config.secret_key_file)}
    return new_platform(database_url=first.environment["DIALOG_DATABASE_URL"], extra=key, **options)


@pytest.fixture(scope="module")
def platform(new_platform: NewPlatform, prepared_home: Path) -> Platform:
    """Return a platform on SQLite, set up, for all tests of a module."""
    return new_platform(prepared_home)


@pytest.fixture(scope="module")
def telegram() -> Iterator[Emulator]:
    """Return a Telegram of one's own for all tests of a module."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture(scope="module")
def desk(platform: Platform, telegram: Emulator) -> Iterator[Desk]:
    """Return a platform with staff, and Telegram connected by polling."""
    found = Desk(platform, telegram)
    try:
        found.connect()
        yield found
    finally:
        found.close()
