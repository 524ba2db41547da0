# SPDX-License-Identifier: Apache-2.0
"""Which version `dialog` starts on a node."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from dialog_core import __version__
from dialog_core.upgrade import active


class Became(Exception):
    """In the place of what never returns."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home; becoming another program raises `Became` with the command."""

    def execve(path: str, command: list[str], environ: dict[str, Any]) -> None:
        assert environ[active.HERE_VARIABLE] == "here"
        raise Became(*command)

    monkeypatch.setattr(active.os, "execve", execve)
    monkeypatch.setenv("DIALOG_HOME", str(tmp_path))
    monkeypatch.delenv(active.HERE_VARIABLE, raising=False)
    return tmp_path


def _set(home: Path, version: str, python: str, base: str) -> None:
    active.Active(version, python, base).write(active.active_file(home))


def test_the_active_version_is_started_with_the_same_arguments(home: Path) -> None:
    _set(home, "9.9", sys.executable, __version__)
    with pytest.raises(Became) as became:
        active.become_active(["module", "list"])
    assert became.value.args == (sys.executable, "-P", "-m", "dialog_core.cli", "module", "list")


@pytest.mark.parametrize(
    ("version", "python", "base"),
    [
        (__version__, sys.executable, "0.0.1"),  # it is the active version already
        ("9.9", sys.executable, "0.0.1"),  # `dialog` was installed anew since: a newer image counts
        ("9.9", "/no/such/python", __version__),
    ],
)
def test_otherwise_the_version_that_was_called_goes_on(home: Path, version: str, python: str, base: str) -> None:
    _set(home, version, python, base)
    active.become_active(["up"])


def test_without_a_record_or_with_a_torn_one_the_called_version_goes_on(home: Path) -> None:
    active.become_active(["up"])
    file = active.active_file(home)
    file.parent.mkdir()
    for text in ("", "{", "[]", '{"version": "9.9"}', '"text"'):
        file.write_text(text)
        active.become_active(["up"])


def test_an_operator_can_call_the_installed_version(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _set(home, "9.9", sys.executable, __version__)
    monkeypatch.setenv(active.HERE_VARIABLE, "here")
    active.become_active(["up"])


def test_the_installed_version_is_remembered_over_several_upgrades(home: Path) -> None:
    assert active.base_version(home) == __version__
    _set(home, __version__, sys.executable, "0.0.1")
    assert active.base_version(home) == "0.0.1"
