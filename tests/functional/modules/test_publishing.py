# SPDX-License-Identifier: Apache-2.0
"""From an author's folder to an installed module: build, sign, publish, and a platform that takes it from there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from dialog_core.authoring import build_wheel, read_source
from dialog_core.cli.module import group
from dialog_core.config import Config
from dialog_core.modules import (
    Action,
    Level,
    Verb,
    check_index,
    new_key,
    overview,
    plan_change,
    request_change,
    set_index,
)
from dialog_core.modules.changes.applying import apply_change
from dialog_core.staff import system_actor
from tests.author_kit.sound_module import FILES, write_module
from tests.served_folder import ServedFolder

CLI = system_actor("cli")


def dialog(*arguments: object) -> Result:
    return CliRunner(env={"DIALOG_HOME": "/nowhere/at/all"}).invoke(group, [str(each) for each in arguments])


def said(*arguments: object) -> str:
    """Run a command that works and return what it says."""
    answer = dialog(*arguments)
    assert answer.exit_code == 0, f"{answer.output} {answer.exception}"
    return answer.output


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel of the sound module."""
    folder = tmp_path_factory.mktemp("sample")
    return build_wheel(read_source(write_module(folder)), folder / "dist")


@pytest.fixture
def other_wheel(tmp_path: Path) -> Path:
    """Return a wheel of the same version with other content."""
    files = {**FILES, "README.md": "# Sample\n\nAnother.\n"}
    return build_wheel(read_source(write_module(tmp_path / "other", files)), tmp_path / "other" / "dist")


@pytest.fixture
def key(tmp_path: Path) -> tuple[Path, str]:
    """Return the file of a private key, and the public one."""
    private, public = new_key()
    path = tmp_path / "key.txt"
    path.write_text(private)
    return path, public


def test_a_published_module_is_installed_from_the_index(
    sqlite_core: Flask, sqlite_config: Config, tmp_path: Path, wheel: Path, key: tuple[Path, str]
) -> None:
    mine = shutil.copy(wheel, tmp_path / wheel.name)
    said("sign", mine, "--key", key[0])
    folder = tmp_path / "www" / "simple"
    assert said("publish", mine, "--to", folder, "--key", key[0]).splitlines() == [
        f"{folder / wheel.name}: new",
        f"{folder}: list 1",
    ]
    assert said("publish", mine, "--to", folder, "--key", key[0]).splitlines() == [f"{folder}: list 2"]
    assert (folder / f"{wheel.name}.sig").exists()
    with ServedFolder(tmp_path / "www") as server:
        set_index(CLI, url=f"{server.url}simple/", public_key=key[1])
        check_index(CLI)
        row = next(row for row in overview(CLI).modules if row.name == "sample")
        assert (row.state, row.source, row.quality) == ("available", "index", None), "its wheel is not here yet"
        plan = plan_change(CLI, actions=[Action(Verb.INSTALL, "sample")])
        assert plan.items[0].quality is not None
        assert plan.items[0].quality.level is Level.EXCELLENT
        number = request_change(CLI, actions=[Action(Verb.INSTALL, "sample")])
        done = apply_change(sqlite_config, number, converge_seconds=5)
    assert done.state == "done", done.problem
    row = next(row for row in overview(CLI).modules if row.name == "sample")
    assert row.quality is not None
    assert (row.state, row.quality.level) == ("disabled", Level.EXCELLENT)


def test_without_a_key_the_folder_is_a_catalog(
    sqlite_core: Flask, tmp_path: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "catalog"
    assert said("publish", wheel, "--to", folder).splitlines()[-1] == f"{folder}: catalog"
    monkeypatch.setenv("DIALOG_CATALOG", str(folder))
    rows = [(row.name, row.source, row.quality and row.quality.level) for row in overview(CLI).modules]
    assert rows == [("sample", "catalog", Level.EXCELLENT)]


def test_a_version_is_never_replaced(tmp_path: Path, wheel: Path, other_wheel: Path, key: tuple[Path, str]) -> None:
    for number, options in enumerate(([], ["--key", key[0]])):
        folder = tmp_path / str(number)
        said("publish", wheel, "--to", folder, *options)
        before = (folder / wheel.name).read_bytes()
        answer = dialog("publish", other_wheel, "--to", folder, *options)
        assert answer.exit_code == 1
        assert "give the changed module a new version" in str(answer.exception)
        assert (folder / wheel.name).read_bytes() == before


def test_folders_of_the_other_kind_and_other_keys(tmp_path: Path, wheel: Path, key: tuple[Path, str]) -> None:
    index, catalog = tmp_path / "index", tmp_path / "catalog"
    said("publish", wheel, "--to", index, "--key", key[0])
    said("publish", wheel, "--to", catalog)
    assert "give its --key" in str(dialog("publish", wheel, "--to", index).exception)
    assert "publish without --key" in str(dialog("publish", wheel, "--to", catalog, "--key", key[0]).exception)
    other = tmp_path / "other.txt"
    other.write_text(new_key()[0])
    assert "signed with another key" in str(dialog("publish", wheel, "--to", index, "--key", other).exception)
    assert json.loads((index / "dialog-index.json").read_text())["serial"] == 1


def test_what_a_module_needs_is_told(tmp_path: Path, module_wheel: Callable[[str], Path]) -> None:
    answer = dialog("publish", module_wheel("notebook"), "--to", tmp_path / "a")
    assert answer.exit_code == 0
    assert "dialog-notebook needs dialoglib-paper" in answer.stderr
    both = dialog("publish", module_wheel("notebook"), module_wheel("paper"), "--to", tmp_path / "b")
    assert both.stderr == ""


def test_a_signature_of_another_wheel_is_not_published(
    tmp_path: Path, wheel: Path, other_wheel: Path, key: tuple[Path, str]
) -> None:
    said("sign", other_wheel, "--key", key[0])
    mine = Path(shutil.copy(wheel, tmp_path / wheel.name))
    shutil.copy(f"{other_wheel}.sig", f"{mine}.sig")
    answer = dialog("publish", mine, "--to", tmp_path / "folder")
    assert "the signature of another wheel" in str(answer.exception)
    assert not (tmp_path / "folder").exists()


def test_a_mark_is_computed_once_on_a_node(
    sqlite_core: Flask, sqlite_config: Config, tmp_path: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dialog_core.modules.sources import marks

    said("publish", wheel, "--to", tmp_path / "catalog")
    monkeypatch.setenv("DIALOG_CATALOG", str(tmp_path / "catalog"))
    monkeypatch.setattr(marks, "_known", {})
    computed, real = [], marks.quality_of
    monkeypatch.setattr(
        marks, "quality_of", lambda info, content: computed.append(info.filename) or real(info, content)
    )
    first = [row.quality for row in overview(CLI).modules]
    assert [row.quality for row in overview(CLI).modules] == first
    assert computed == [wheel.name]
    monkeypatch.setattr(marks, "_known", {})  # another process of the node
    assert [row.quality for row in overview(CLI).modules] == first
    assert computed == [wheel.name]
    for path in (sqlite_config.home / "quality").iterdir():
        path.write_text('{"level": "platinum"}')
    monkeypatch.setattr(marks, "_known", {})
    assert [row.quality for row in overview(CLI).modules] == first
    assert computed == [wheel.name] * 2, "a file that says nonsense is not believed"
