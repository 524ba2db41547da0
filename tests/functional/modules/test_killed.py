# SPDX-License-Identifier: Apache-2.0
"""The process that makes a change is killed at each of its steps: the change is made by the next one, whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text

from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.modules import Action, DataFate, Verb, changes_to_apply, list_kept_data, request_change
from dialog_core.modules.changes.coordinator import apply_when_free
from dialog_core.modules.models import ModuleChange
from dialog_core.modules.own_connection import begin_write
from dialog_core.staff import system_actor
from tests.functional.changing import inside, make_change
from tests.functional.modules.conftest import environment

CLI = system_actor("cli")
Catalog = Callable[..., Path]

SOAKED = ("resolve", "build", "preflight", "migrate", "activate", "converge")


def kill_at(config: Config, change: int, step: str) -> None:
    """Start to make a change and kill the process as soon as a step shows in the database."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dialog_core.modules.changes.apply", str(change)],
        env=environment(config),
        start_new_session=True,
    )
    engine = open_engine(config)
    until = time.monotonic() + 120
    while process.poll() is None:
        with engine.connect() as connection:
            steps = connection.scalar(select(ModuleChange.steps).where(ModuleChange.id == change)) or []
        if any(item["step"] == step for item in steps):
            os.killpg(process.pid, signal.SIGKILL)
            break
        assert time.monotonic() < until, "the step was never reached"
        time.sleep(0.005)
    process.wait()
    engine.dispose()


@pytest.mark.slow
@pytest.mark.parametrize("step", ["data", *(pytest.param(step, marks=pytest.mark.soak) for step in SOAKED)])
def test_a_removal_with_its_data_ends_whole(sqlite_config: Config, module_catalog: Catalog, step: str) -> None:
    module_catalog("notebook", "paper", "gateway")
    assert make_change(sqlite_config, Action(Verb.INSTALL, "notebook"), Action(Verb.ENABLE, "notebook")) == ""
    engine = open_engine(sqlite_config)
    with begin_write(engine) as connection:
        connection.execute(text("INSERT INTO notebook_note (id, text) VALUES (1, 'x')"))
    with inside(sqlite_config):
        change = request_change(CLI, actions=[Action(Verb.REMOVE, "notebook", data=DataFate.PURGE)])
    kill_at(sqlite_config, change, step)
    with inside(sqlite_config):
        if change in changes_to_apply():
            view = apply_when_free(sqlite_config, change)
            assert (view.state, view.problem) == ("done", "")
    assert not any(name.startswith("notebook_") for name in inspect(engine).get_table_names())
    engine.dispose()
    with inside(sqlite_config):
        assert list_kept_data(CLI) == []
    assert make_change(sqlite_config, Action(Verb.INSTALL, "gateway")) == "", "the next change works"
