# SPDX-License-Identifier: Apache-2.0
"""Keys, signatures, publishers and an index from the command line, with a real server for the folder it makes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dialog_core.cli.module import group
from dialog_core.config import Config
from tests.served_folder import ServedFolder

Wheels = Callable[[str], Path]


@pytest.fixture
def run(sqlite_config: Config, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setenv("DIALOG_HOME", str(sqlite_config.home))
    return lambda *arguments: CliRunner().invoke(group, [str(argument) for argument in arguments])


def test_an_index_is_made_served_and_installed_from(
    run: Callable[..., Any], module_catalog: Callable[..., Path], module_wheel: Wheels, tmp_path: Path
) -> None:
    module_catalog()
    folder = tmp_path / "simple"
    folder.mkdir()
    for name in ("notebook", "paper"):
        shutil.copyfile(module_wheel(name), folder / module_wheel(name).name)
    public = run("key", tmp_path / "key.pem").stdout.strip()
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600
    assert run("key", tmp_path / "key.pem").exit_code == 1
    assert run("sign", folder / module_wheel("notebook").name, "--key", tmp_path / "key.pem").exit_code == 0
    made = run("make-index", folder, "--key", tmp_path / "key.pem", "--serial", "1")
    assert made.exit_code == 0, made.output
    with ServedFolder(tmp_path) as server:
        assert run("index", "set", f"{server.url}simple/", public).exit_code == 0
        assert run("index", "check").stdout == "list 1: 1 modules, 1 libraries\n"
        installed = run("install", "notebook")
        assert installed.exit_code == 0, installed.output
    assert '"source": "index"' in run("list", "--json").stdout
    fingerprint = run("publisher", "add", "ACME", public).stdout.strip()
    assert run("publisher", "list").stdout.split() == ["ACME", fingerprint]
    assert '"publisher": "ACME"' in run("list", "--json").stdout
    assert run("publisher", "remove", fingerprint).exit_code == 0
    assert run("index", "remove").exit_code == 0
    assert run("index", "remove").exit_code == 1


def test_several_wheels_are_installed_together_and_uploads_can_be_forbidden(
    run: Callable[..., Any], module_catalog: Callable[..., Path], module_wheel: Wheels, monkeypatch: pytest.MonkeyPatch
) -> None:
    module_catalog()
    lacking = run("install", module_wheel("notebook"))
    assert lacking.exit_code == 1
    assert "dialog-notebook needs dialoglib-paper>=1, which is neither in the catalog nor uploaded" in lacking.stderr
    monkeypatch.setenv("DIALOG_UPLOADS", "off")
    assert "takes no uploads" in run("install", module_wheel("notebook"), module_wheel("paper")).stderr
    monkeypatch.setenv("DIALOG_UPLOADS", "on")
    together = run("install", module_wheel("notebook"), module_wheel("paper"))
    assert together.exit_code == 0, together.output
    monkeypatch.setenv("DIALOG_UPLOADS", "maybe")
    assert "DIALOG_UPLOADS must be on or off" in run("list").stderr


def test_a_large_file_is_not_read(run: Callable[..., Any], tmp_path: Path) -> None:
    large = tmp_path / "dialog_large-1.0-py3-none-any.whl"
    with large.open("wb") as file:
        file.truncate(500 * 1024 * 1024)
    assert "is larger than 100 MiB" in run("install", large).stderr
