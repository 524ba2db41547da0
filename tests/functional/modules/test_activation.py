# SPDX-License-Identifier: Apache-2.0
"""How a process comes up when something is wrong: each boot in a process of its own, as a process boots once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dialog_core.config import Config
from dialog_core.modules.activation.boot_markers import BootMarker
from tests.functional.modules.conftest import Dialog, environment

BOOT = """
import json, sys
from dialog_core.config import Config
from dialog_core.modules import boot, flush_incidents
running = boot(Config.from_environment(), "web")
flush_incidents()
loaded = sorted(name for name in sys.modules if name.startswith("dialog_") and "." not in name)
print(json.dumps({"state": running.state, "wanted": running.wanted, "generation": running.generation,
                  "problem": running.problem, "modules": [m.name for m in running.modules], "imported": loaded,
                  "navigation": running.hooks.implementations("navigation_items"),
                  "fields": running.hooks.implementations("intake_fields"), "path": sys.path}))
"""


def boot(config: Config, **extra: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", BOOT], capture_output=True, text=True, check=False, env={**environment(config), **extra},
        timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.fixture
def enabled(sqlite_config: Config, assembled: Callable[..., None]) -> Config:
    commands = ("install notebook", "install gateway", "enable notebook")
    assembled(*commands, catalog=("notebook", "paper", "gateway"))
    return sqlite_config


def test_runs_what_is_enabled_and_never_loads_what_is_off(enabled: Config) -> None:
    found = boot(enabled)
    assert (found["state"], found["generation"], found["modules"]) == ("running", 4, ["notebook"])
    assert "dialog_gateway" not in found["imported"]
    assert "notebook" in found["navigation"]
    assert "intake" in found["fields"]
    assert found["path"][-1] == str(enabled.home / "generations" / "4" / "lib")


def test_safe_mode_loads_no_module_and_no_builtin(enabled: Config) -> None:
    found = boot(enabled, DIALOG_SAFE_MODE="1")
    assert (found["state"], found["generation"], found["wanted"], found["modules"]) == ("safe", None, 4, [])
    assert "notebook" not in found["navigation"]
    assert found["fields"] == []


def test_comes_up_with_the_core_when_a_module_does_not_start(enabled: Config, dialog: Dialog) -> None:
    package = enabled.home / "generations" / "4" / "lib" / "dialog_notebook" / "__init__.py"
    package.write_text("import sys\nsys.exit(3)\n")
    found = boot(enabled)
    assert (found["state"], found["generation"], found["wanted"]) == ("core", None, 4)
    assert "notebook does not start: SystemExit: 3" in found["problem"]
    [row] = [row for row in dialog("list").json["modules"] if row["name"] == "notebook"]
    assert row["incidents"] == 1


def test_falls_back_to_the_last_good_generation(enabled: Config) -> None:
    from sqlalchemy import update

    from dialog_core.database import open_engine
    from dialog_core.modules.models import ActiveGeneration
    from dialog_core.modules.own_connection import begin_write

    engine = open_engine(enabled)
    with begin_write(engine) as connection:
        connection.execute(update(ActiveGeneration).values(last_good_id=3))
    engine.dispose()
    assert boot(enabled)["state"] == "running"
    (enabled.home / "generations" / "4" / "lib" / "dialoglib_paper" / "__init__.py").write_text("1/0")
    found = boot(enabled)
    assert (found["state"], found["generation"], found["modules"]) == ("fallback", 3, [])
    assert "division by zero" in found["problem"]
    assert not any("generations/4" in entry for entry in found["path"])


def test_two_boots_that_killed_their_process_are_enough(enabled: Config) -> None:
    package = enabled.home / "generations" / "4" / "lib" / "dialog_notebook" / "__init__.py"
    package.write_text("import os\nos._exit(9)\n")
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", BOOT], env=environment(enabled), check=False, timeout=60)
        assert done.returncode == 9
    assert BootMarker(enabled.home, 4).unfinished() == 2
    found = boot(enabled)
    assert (found["state"], found["generation"]) == ("core", None)
    assert "twice, a process did not survive its start" in found["problem"]


def test_makes_the_folder_again_when_it_is_gone(enabled: Config) -> None:
    import shutil

    shutil.rmtree(enabled.home / "generations")
    shutil.rmtree(enabled.home / "store")
    assert boot(enabled)["modules"] == ["notebook"]


def test_comes_up_without_a_database(tmp_path: Path) -> None:
    nowhere = Config.from_environment(
        {"DIALOG_HOME": str(tmp_path), "DIALOG_DATABASE_URL": "postgresql+psycopg://127.0.0.1:1/x"}
    )
    found = boot(nowhere)
    assert (found["state"], found["generation"]) == ("core", None)
    assert "cannot be reached" in found["problem"]


def test_comes_up_on_an_empty_home(tmp_path: Path) -> None:
    found = boot(Config.from_environment({"DIALOG_HOME": str(tmp_path / "new")}))
    assert (found["state"], found["generation"], found["problem"]) == ("running", None, "")
