# SPDX-License-Identifier: Apache-2.0
"""Real Chromium against a running platform. Where Chromium is missing the tests are skipped; in CI they fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.running import Platform
from tests.running.browsing import CHROMIUM, HOW_TO_INSTALL, Browsers, chromium, screenshots_folder
from tests.running.desk import Desk
from tests.running.fixtures import catalog, new_platform, prepared_home
from tests.telegram_emulator import Emulator

__all__ = ["catalog", "new_platform", "prepared_home"]


_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let fixtures know whether the test failed."""
    report = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def chromium_browser() -> Iterator[Browser]:
    """Return Chromium, or say how to install it."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail(HOW_TO_INSTALL)
        pytest.skip(HOW_TO_INSTALL)
    with chromium() as browser:
        yield browser


@pytest.fixture
def browsers(
    chromium_browser: Browser, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browsers]:
    """Return what opens browsers; a script's error on any page fails the test."""
    folder = screenshots_folder(tmp_path_factory.getbasetemp() / "screenshots")
    found = Browsers(chromium_browser, folder)
    yield found
    has_failed = request.node.stash.get(_FAILED, False)
    found.close(failed=request.node.name if has_failed else "")
    assert found.problems == []


@pytest.fixture(scope="session")
def telegram() -> Iterator[Emulator]:
    """Return a Telegram for all browser tests of this process; each test makes its own people and groups."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture(scope="session")
def desk(
    prepared_home: Path, catalog: Path, telegram: Emulator, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """Return a platform with staff and Telegram for all browser tests of this process."""
    home = tmp_path_factory.mktemp("browser") / "home"
    shutil.copytree(prepared_home, home)
    with Platform(home, catalog=catalog) as platform:
        found = Desk(platform, telegram)
        try:
            found.connect()
            yield found
        finally:
            found.close()


@pytest.fixture(scope="session")
def administered(prepared_home: Path, catalog: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Return a platform on which administrators change fields and settings, apart from the desk of the others."""
    home = tmp_path_factory.mktemp("administered") / "home"
    shutil.copytree(prepared_home, home)
    with Platform(home, catalog=catalog) as platform:
        yield platform
