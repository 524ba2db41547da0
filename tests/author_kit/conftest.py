# SPDX-License-Identifier: Apache-2.0
"""Modules made from the template, each once for all tests of a run."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.author_kit.making import EVERYTHING, make_module
from tests.running.fixtures import made_once

MadeModule = Callable[..., Path]


@pytest.fixture(scope="session")
def made_module(tmp_path_factory: pytest.TempPathFactory) -> MadeModule:
    """Return a function that gives the folder of a module which brings some things; nobody changes what is in it."""

    def made(*brings: str) -> Path:
        chosen = brings or EVERYTHING
        name = chosen[0] if len(chosen) == 1 else "everything"
        return made_once(
            tmp_path_factory, f"made-{name}", lambda folder: make_module(folder, f"{name}_of_mine", *chosen)
        )

    return made


@pytest.fixture
def own_module(made_module: MadeModule, tmp_path: Path) -> MadeModule:
    """Return a function that gives a copy of such a module, which a test may change."""

    def own(*brings: str) -> Path:
        leftovers = shutil.ignore_patterns("*.mo", "__pycache__")  # other tests run its tests meanwhile
        return Path(shutil.copytree(made_module(*brings), tmp_path / "module", ignore=leftovers))

    return own
