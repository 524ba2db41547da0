# SPDX-License-Identifier: Apache-2.0
"""The pytest plugin for authors of modules. It acts for tests that lie in a module's folder, and for no others."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dialog_core.testing.module_under_test import ModuleUnderTest, module_of

if TYPE_CHECKING:
    from dialog_core.config import Config
    from dialog_core.testing.databases import Databases, PostgresServer
    from dialog_core.testing.far_side import FarSide
    from dialog_core.testing.platform import ModulePlatform

pytest.register_assert_rewrite("dialog_core.testing.suites")
DATABASES = ("sqlite", "postgresql")
_LEFT = pytest.StashKey[list[str]]()
_PREPARED = pytest.StashKey["dict[tuple[ModuleUnderTest, str], Config]"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let authors choose the databases."""
    text = "databases that tests of Dialog modules run on: sqlite, postgresql, or both with a comma"
    parser.addini("dialog_databases", text, type="args", default=["sqlite"])
    parser.getgroup("dialog").addoption("--databases", metavar="NAMES", help=text)


def pytest_configure(config: pytest.Config) -> None:
    """Make the module importable that the tests are of, and its translations readable."""
    config.addinivalue_line("markers", "network: this test of a module may reach other machines")
    config.addinivalue_line("markers", "postgres: needs a PostgreSQL server")
    given = [Path(argument.partition("::")[0]) for argument in config.args]
    for path in {config.rootpath, *(path.absolute() for path in given)}:
        module = module_of(path)
        if module is not None:
            _prepare(module)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Turn warnings of the modules' tests into errors."""
    for item in items:
        if module_of(item.path) is not None:
            item.add_marker(pytest.mark.filterwarnings("error"), append=False)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what needs the platform on every database that is wanted."""
    if "dialog_database" not in metafunc.fixturenames:
        return
    given = metafunc.config.getoption("--databases")
    wanted = given.split(",") if given else metafunc.config.getini("dialog_databases")
    for name in wanted:
        if name not in DATABASES:
            raise pytest.UsageError(f"--databases: {name} is none of {', '.join(DATABASES)}")
    marks = {"postgresql": [pytest.mark.postgres]}
    metafunc.parametrize("dialog_database", [pytest.param(name, marks=marks.get(name, [])) for name in wanted])


@cache
def _prepare(module: ModuleUnderTest) -> None:
    if str(module.sources) not in sys.path:
        sys.path.insert(0, str(module.sources))
    from dialog_core.authoring import compile_translations
    from dialog_core.testing.quick_applications import remember_compiled

    remember_compiled()
    compile_translations(module.folder)


# --- what every test of a module gets -------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _dialog_guards(request: pytest.FixtureRequest) -> Iterator[None]:
    """Keep the network away, and look afterwards whether the test has left something open."""
    if module_of(request.path) is None:
        yield
        return
    from contextlib import ExitStack

    from dialog_core.testing.guards import Left, no_network

    request.node.stash[_LEFT] = []
    left = Left()
    with ExitStack() as stack:
        tried = [] if request.node.get_closest_marker("network") else stack.enter_context(no_network())
        yield
    found = [*request.node.stash[_LEFT], *left.behind()]
    found += [f"it reached for {name}, and went on when that was refused" for name in dict.fromkeys(tried)]
    if found:
        pytest.fail("this test left something behind or reached out:\n- " + "\n- ".join(found), pytrace=False)


@pytest.fixture
def module(request: pytest.FixtureRequest) -> ModuleUnderTest:
    """Return the module that this test is of."""
    found = module_of(request.path)
    if found is None:
        text = f"{request.path} lies in no folder of a module: a pyproject.toml with an entry point in dialog.modules"
        raise pytest.UsageError(text)
    _prepare(found)
    return found


@pytest.fixture
def far_side() -> Iterator[FarSide]:
    """Return an HTTP server of this machine that answers as the test says."""
    from dialog_core.testing.far_side import FarSide

    side = FarSide()
    yield side
    side.close()


@pytest.fixture
def platform(
    request: pytest.FixtureRequest, dialog_config: Config, module: ModuleUnderTest
) -> Iterator[ModulePlatform]:
    """Return the platform with the module enabled, on a database of its own."""
    from dialog_core.clock import set_to
    from dialog_core.modules import SLOW, IncidentReport, gather_reports
    from dialog_core.testing.clock import Clock
    from dialog_core.testing.platform import ModulePlatform

    clock = Clock()
    with set_to(lambda: clock.now), gather_reports() as reports:
        running = ModulePlatform(dialog_config, module, clock)
        yield running
        left = running.left_open()
        running.close()
    request.node.stash.setdefault(_LEFT, []).extend(left)
    incidents = [item for item in reports if isinstance(item, IncidentReport) and not item.summary.startswith(SLOW)]
    if incidents and not running.expects_failures:
        told = "\n\n".join(f"{item.module}, {item.place}:\n{item.traceback}" for item in incidents)
        text = "the platform had to pass over failures (platform.expects_failures = True if that is what you test):"
        pytest.fail(f"{text}\n\n{told}", pytrace=False)


# --- databases ------------------------------------------------------------------------------------------------------


@pytest.fixture
def dialog_config(
    request: pytest.FixtureRequest, module: ModuleUnderTest, dialog_database: str, tmp_path: Path
) -> Iterator[Config]:
    """Return the configuration of a platform that was set up with the module: a copy of one that is made once."""
    from dialog_core.config import Config

    home = tmp_path / "dialog"
    prepared = _prepared(request, module, dialog_database)
    shutil.copytree(prepared.home, home)
    if dialog_database == "sqlite":
        yield Config.from_environment({"DIALOG_HOME": str(home)})
        return
    databases: Databases = request.getfixturevalue("postgres_template")
    url = databases(copied_from=prepared.database_url)
    yield Config.from_environment({"DIALOG_HOME": str(home), "DIALOG_DATABASE_URL": url})
    databases.drop(url)


def _prepared(request: pytest.FixtureRequest, module: ModuleUnderTest, database: str) -> Config:
    """Set a platform up with the module, once for all tests of this process; it stays as it is and is only copied."""
    from dialog_core.config import Config
    from dialog_core.testing.clock import Clock
    from dialog_core.testing.platform import ModulePlatform

    made = request.session.stash.setdefault(_PREPARED, {})
    key = (module, database)
    if key not in made:
        factory: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
        home = factory.mktemp(f"dialog_{module.name}") / "home"
        environment = {"DIALOG_HOME": str(home)}
        if database == "sqlite":
            shutil.copytree(request.getfixturevalue("sqlite_template"), home)
        else:
            environment["DIALOG_DATABASE_URL"] = request.getfixturevalue("postgres_template")()
        config = Config.from_environment(environment)
        first = ModulePlatform(config, module, Clock())
        try:
            first.set_up()
        finally:
            first.close()
        made[key] = config
    return made[key]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with an empty, migrated SQLite database."""
    from dialog_core.testing.databases import migrated_sqlite

    return migrated_sqlite(tmp_path_factory.mktemp("sqlite_template"))


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """Return a PostgreSQL server for this test process; it ends with it."""
    from dialog_core.testing.databases import running_postgres

    with running_postgres(tmp_path_factory.mktemp("runtime")) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Return what makes empty, migrated PostgreSQL databases: call it for the address of a new one."""
    from dialog_core.testing.databases import Databases

    return Databases(postgres_server, tmp_path_factory.mktemp("pghome"))
