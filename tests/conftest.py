# SPDX-License-Identifier: Apache-2.0
"""Databases for every test, on those of the kit for module authors: real SQLite files and a real PostgreSQL server."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from dialog_core.config import Config
from dialog_core.testing.databases import Databases
from dialog_core.testing.quick_applications import remember_compiled

SOAK_MINUTES = float(os.environ.get("SOAK_MINUTES", "20"))
_soak_ends = time.monotonic() + 60 * SOAK_MINUTES
remember_compiled()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin nothing more of a soak when its time is over; what runs then may end."""
    if item.get_closest_marker("soak") and time.monotonic() > _soak_ends:
        pytest.skip(f"the {SOAK_MINUTES:g} minutes of this soak are over (SOAK_MINUTES)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the matrices of a soak come first: they are cut to a share of its time, and what follows takes the rest."""
    items.sort(key=lambda item: "test_killed_for_long" not in item.nodeid)


@pytest.fixture(autouse=True)
def _not_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process stays stuck until it is replaced; here one test's stuck call must not be the next one's."""
    from dialog_core.modules.calls import watchdog

    monkeypatch.setattr(watchdog, "_stuck", None)


@pytest.fixture
def sqlite_config(tmp_path: Path, sqlite_template: Path) -> Config:
    """Return the configuration of a home with an empty, migrated SQLite database."""
    home = tmp_path / "home"
    shutil.copytree(sqlite_template, home)
    return Config.from_environment({"DIALOG_HOME": str(home)})


@pytest.fixture
def postgres_config(tmp_path: Path, postgres_template: Databases) -> Iterator[Config]:
    """Return the configuration of a node with an empty, migrated PostgreSQL database of its own."""
    url = postgres_template()
    yield Config.from_environment({"DIALOG_HOME": str(tmp_path / "home"), "DIALOG_DATABASE_URL": url})
    postgres_template.drop(url)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_config(request: pytest.FixtureRequest) -> Config:
    """Return the configuration of either database: a test that takes it runs on both."""
    config: Config = request.getfixturevalue("sqlite_config" if request.param == "sqlite" else "postgres_config")
    return config


@pytest.fixture
def any_core(any_config: Config) -> Iterator[Flask]:
    """Return the core on either database, with its context pushed."""
    yield from _pushed(any_config)


@pytest.fixture
def sqlite_core(sqlite_config: Config) -> Iterator[Flask]:
    """Return the core on SQLite, with its context pushed."""
    yield from _pushed(sqlite_config)


def _pushed(config: Config) -> Iterator[Flask]:
    from dialog_core.app import create_core
    from dialog_core.database import db

    app = create_core(config)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def module_wheel(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function that builds the wheel of a module in tests/fixtures/modules."""
    from hatchling.builders.wheel import WheelBuilder

    folder = tmp_path_factory.mktemp("wheels")
    built: dict[str, Path] = {}

    def make(name: str) -> Path:
        if name not in built:
            source = Path(__file__).parent / "fixtures" / "modules" / name
            built[name] = Path(next(WheelBuilder(str(source)).build(directory=str(folder), versions=["standard"])))
        return built[name]

    return make


@pytest.fixture
def module_catalog(
    module_wheel: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Path]:
    """Return a function that makes a catalog of fixture modules and puts it in the place of the bundled one."""

    def make(*names: str) -> Path:
        folder = tmp_path / "catalog"
        folder.mkdir()
        lines = []
        for wheel in map(module_wheel, names):
            content = shutil.copyfile(wheel, folder / wheel.name).read_bytes()
            distribution, version = wheel.name.split("-")[:2]
            digest = hashlib.sha256(content).hexdigest()
            line = {"filename": wheel.name, "name": distribution.replace("_", "-"), "version": version}
            lines.append(line | {"sha256": digest, "size": len(content)})
        (folder / "catalog.json").write_text(json.dumps({"wheels": lines}))
        monkeypatch.setenv("DIALOG_CATALOG", str(folder))
        return folder

    return make
