# SPDX-License-Identifier: Apache-2.0
"""A module of each kind, as the template makes it, is good code, passes its own tests, and is taken by a platform.

`make test` runs the tests of the module that brings everything: the others are parts of it, and their tests run in the
soak, on PostgreSQL too.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dialog_core.authoring import check, read_source
from dialog_core.config import Config
from dialog_core.modules import Action, Level, Verb, flaws_of, overview, upload_wheel
from dialog_core.staff import system_actor
from tests.author_kit.conftest import MadeModule
from tests.author_kit.making import EVERYTHING, ROOT, build, environment, run_tool
from tests.functional.changing import inside, make_change

KINDS = ((), *((kind,) for kind in EVERYTHING))
"""What modules are made to bring; nothing named is all of it together."""


@pytest.fixture
def folders(made_module: MadeModule) -> list[Path]:
    return [made_module(*kind) for kind in KINDS]


def test_the_code_is_in_the_style_it_asks_for(folders: list[Path]) -> None:
    names = [str(folder) for folder in folders]
    run_tool(folders[0], "ruff", "check", "--no-cache", *names)
    run_tool(folders[0], "ruff", "format", "--check", "--no-cache", *names)


def test_the_code_passes_mypy_strict(folders: list[Path]) -> None:
    sources = [str(folder / "src") for folder in folders]
    options = ["--config-file", "pyproject.toml", "--cache-dir", str(ROOT / ".mypy_cache" / "made")]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, *sources],
        cwd=folders[0], env=environment() | {"MYPYPATH": os.pathsep.join(sources)}, capture_output=True, text=True,
        check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_checks_give_each_the_best_mark(folders: list[Path]) -> None:
    for folder in folders:
        assert flaws_of(read_source(folder).files) == (), folder.name
    report = check(folders[0])
    assert (report.flaws, report.mark and report.mark.level) == ((), Level.EXCELLENT)


def test_what_brings_everything_passes_its_own_tests(made_module: MadeModule) -> None:
    assert "passed" in run_tool(made_module(), "pytest", "-q", "-p", "no:cacheprovider", "tests")


@pytest.mark.soak
@pytest.mark.parametrize("kind", EVERYTHING)
def test_what_brings_one_thing_passes_its_own_tests(kind: str, made_module: MadeModule) -> None:
    assert "passed" in run_tool(made_module(kind), "pytest", "-q", "-p", "no:cacheprovider", "tests")


@pytest.mark.soak
@pytest.mark.postgres
def test_what_brings_everything_passes_its_own_tests_on_postgresql(made_module: MadeModule) -> None:
    command = ("pytest", "-q", "-p", "no:cacheprovider", "--databases=postgresql", "tests")
    assert "passed" in run_tool(made_module(), *command, seconds=900)


def test_all_of_them_are_built_installed_and_enabled_together(
    folders: list[Path], sqlite_config: Config, tmp_path: Path
) -> None:
    wheels = [build(folder, tmp_path / "dist") for folder in folders]
    with inside(sqlite_config):
        stored = [upload_wheel(system_actor("cli"), filename=path.name, content=path.read_bytes()) for path in wheels]
    names = [info.manifest.name for info in stored if info.manifest is not None]
    assert names == ["everything_of_mine", *(f"{kind}_of_mine" for kind in EVERYTHING)]
    installs = [Action(Verb.INSTALL, name, info.sha256) for name, info in zip(names, stored, strict=True)]
    assert make_change(sqlite_config, *installs, *(Action(Verb.ENABLE, name) for name in names)) == ""
    with inside(sqlite_config):
        found = {row.name: row.state for row in overview(system_actor("cli")).modules}
    assert {name: found[name] for name in names} == dict.fromkeys(names, "enabled")
