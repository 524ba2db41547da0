# SPDX-License-Identifier: Apache-2.0
"""The README says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from dialog_core.cli import group
from dialog_core.config import Config

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def test_links_and_pictures_exist() -> None:
    targets = [target for target in re.findall(r"\]\(([^)]+)\)", README) if not target.startswith("http")]
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    wanted = set(re.findall(r"\bmake ([a-z]+)", README))
    assert {"run", "test", "check", "bench", "install"} <= wanted
    assert [name for name in wanted if not re.search(rf"^{name}:", makefile, re.MULTILINE)] == []


def test_configuration_is_the_codes() -> None:
    documented = set(re.findall(r"^\| `([A-Z_]+)`", README, re.MULTILINE))
    read = set(re.findall(r"`((?:DIALOG_)?[A-Z_]+)`?[,)=]", Config.__doc__ or "")) | {"DIALOG_SAFE_MODE"}
    assert documented == read
    defaults = Config.from_environment({})
    assert (defaults.port, defaults.bind, defaults.web_workers, defaults.trusted_proxies) == (8000, "127.0.0.1", 2, 0)


def commands() -> list[list[str]]:
    return [line.split()[1:] for line in README.splitlines() if line.startswith(".venv/bin/dialog ")]


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_commands_and_their_options_exist(words: list[str]) -> None:
    command: click.Command = group
    context = click.Context(command)
    rest = list(words)
    while isinstance(command, click.Group) and rest:
        found = command.get_command(context, rest.pop(0))
        assert found is not None
        command = found
    options = {name for parameter in command.params for name in parameter.opts}
    assert [word for word in rest if word.startswith("--") and word not in options] == []
