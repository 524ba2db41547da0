# SPDX-License-Identifier: Apache-2.0
"""`dialog module doctor` names what is wrong with a module and the way out, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, update

from dialog_core.clock import now
from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.modules import Action, Verb, generation_folder
from dialog_core.modules.calls.breaker_rows import BreakerReport
from dialog_core.modules.calls.breakers import Pause
from dialog_core.modules.generations.wanted import read_current
from dialog_core.modules.migrations.scripts import version_table
from dialog_core.modules.models import ModuleSettings, NodeProcess, StoredWheel
from dialog_core.modules.own_connection import begin_write
from dialog_core.modules.reports.incidents import IncidentReport
from tests.functional.changing import make_change
from tests.functional.modules.conftest import run_command

Catalog = Callable[..., Path]


@pytest.fixture
def engine(any_config: Config, module_catalog: Catalog) -> Iterator[Engine]:
    """Return a database where the module notebook is on."""
    module_catalog("notebook", "paper")
    assert make_change(any_config, Action(Verb.INSTALL, "notebook"), Action(Verb.ENABLE, "notebook")) == ""
    found = open_engine(any_config)
    yield found
    found.dispose()


def examine(config: Config, *arguments: str) -> tuple[int, dict[str, tuple[str, str, str]]]:
    answer = run_command(config, "doctor", *arguments)
    assert answer.json, answer.error
    lines = answer.json["findings"]
    return answer.code, {line["subject"]: (line["verdict"], line["text"], line["advice"]) for line in lines}


def test_a_module_that_is_well(any_config: Config, engine: Engine) -> None:
    code, found = examine(any_config)
    assert code == 0
    assert {subject for subject, line in found.items() if line[0] != "ok"} == {"processes"}
    assert found["processes"][2] == "Start it: dialog up"
    assert set(found) >= {"store", "folder", "state", "settings", "tables", "failures", "pauses"}
    assert examine(any_config, "notebook")[0] == 0
    assert "is not installed" in run_command(any_config, "doctor", "nobody").error


def test_whatever_is_wrong_is_named_with_the_way_out(any_config: Config, engine: Engine) -> None:
    with engine.connect() as connection:
        generation = read_current(connection).generation
    assert generation is not None
    with begin_write(engine) as connection:
        connection.exec_driver_sql(f"UPDATE {version_table('notebook')} SET version_num = '0099'")
        IncidentReport("notebook", "hook pages", "ValueError: no", "Traceback").write(connection)
        IncidentReport("notebook", "hook pages", "slow: over 1 s", "took 2 s").write(connection)
        BreakerReport("notebook", "pages", Pause(1, 500.0), "ValueError: no").write(connection)
        process: dict[str, Any] = {
            "node": "there", "pid": 1, "role": "web", "generation_id": None, "wanted_id": generation, "state": "core",
            "problem": "it does not start", "started_at": now(), "seen_at": now(),
        }  # fmt: skip
        connection.execute(NodeProcess.__table__.insert().values(**process))  # type: ignore[attr-defined]
    changed = generation_folder(any_config.home, generation) / "lib" / "dialog_notebook" / "module.toml"
    changed.write_text("# somebody was here")
    code, found = examine(any_config)
    assert code == 1
    verdicts = {subject: line[0] for subject, line in found.items()}
    assert verdicts["folder"] == verdicts["processes"] == "bad"
    assert verdicts["tables"] == verdicts["failures"] == verdicts["pauses"] == "warn"
    assert "dialog_notebook/module.toml" in found["folder"][1]
    assert found["failures"][1].startswith("1 within a day")
    assert "0099" in found["tables"][1]
    assert "it does not start" in found["processes"][1]
    assert all(line[2] for line in found.values() if line[0] != "ok")


def test_a_wheel_that_was_spoilt_and_settings_that_are_missing(any_config: Config, engine: Engine) -> None:
    with begin_write(engine) as connection:
        connection.execute(update(StoredWheel).values(content=b"spoilt"))
        connection.execute(update(ModuleSettings).values(values={}))
    code, found = examine(any_config, "notebook")
    assert code == 1
    assert found["store"][0] == "bad"
    assert "has other content" in found["store"][1]
    assert "install it by its name" in found["store"][2]
