# SPDX-License-Identifier: Apache-2.0
"""The command `dialog` itself: quick to say what it can do, plain when something is wrong."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dialog_core.cli import COMMANDS
from dialog_core.config import Config
from tests.functional.server.conftest import run_dialog

HEAVY = """
import sys
from dialog_core.cli import main
try:
    main(["--help"])
except SystemExit as end:
    assert not end.code
print([name for name in ("flask", "sqlalchemy", "alembic", "gunicorn") if name in sys.modules])
"""


def test_the_list_of_commands_imports_none_of_them() -> None:
    done = subprocess.run([sys.executable, "-c", HEAVY], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    for name, (_, _, text) in COMMANDS.items():
        assert f"  {name} " in done.stdout
        assert text in done.stdout


@pytest.mark.parametrize("name", list(COMMANDS))
def test_each_command_explains_itself(node: Config, name: str) -> None:
    done = run_dialog(node, name, "--help")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Usage: dialog {name}")
    assert not node.home.exists()


def test_an_unknown_command_is_exit_2(node: Config) -> None:
    done = run_dialog(node, "fly")
    assert done.returncode == 2
    assert "fly" in done.stderr
    assert "Traceback" not in done.stderr
