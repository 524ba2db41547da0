# SPDX-License-Identifier: Apache-2.0
"""What nobody can return to is forgotten; what runs, never."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete, select, update

from dialog_core.clock import now
from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.modules import Action, Verb, get_generation, prune_wheels
from dialog_core.modules.generations.pruning import prune_folders
from dialog_core.modules.models import KeptModule, StoredWheel
from dialog_core.modules.own_connection import begin_write
from dialog_core.staff import system_actor
from tests.functional.changing import inside, make_change
from tests.functional.modules.conftest import Dialog


def test_wheels_and_folders_of_old_generations_go(
    sqlite_config: Config, dialog: Dialog, module_wheel: Callable[[str], Path], module_catalog: Callable[..., Path]
) -> None:
    module_catalog("paper")
    for name in ("gateway", "notebook2"):
        assert dialog("install", str(module_wheel(name))).code == 0  # 2 and 3
    assert make_change(sqlite_config, Action(Verb.REMOVE, "notebook")) == ""  # 4
    assert make_change(sqlite_config, Action(Verb.REMOVE, "gateway")) == ""  # 5
    assert dialog("install", str(module_wheel("gateway"))).code == 0  # 6
    engine = open_engine(sqlite_config)
    with inside(sqlite_config):
        assert not prune_wheels(generations=2), "all of it is new"
        with begin_write(engine) as connection:
            connection.execute(update(StoredWheel).values(stored_at=now() - timedelta(days=40)))
        assert not prune_wheels(generations=4)
        assert not prune_wheels(generations=1), "the data of the removed module are kept, and its wheel with them"
        assert {"2", "3", "4"} <= set(prune_folders(engine, sqlite_config.home, generations=2))
        left = {path.name for path in (sqlite_config.home / "generations").iterdir() if path.name.isdigit()}
        assert left == {"5", "6"}
        with begin_write(engine) as connection:
            connection.execute(delete(KeptModule))
        assert prune_wheels(generations=2)
        assert "is not kept any more: dialog-notebook 2.0" in str(get_generation(system_actor(), generation=3).obstacle)
        assert get_generation(system_actor(), generation=2).can_return
    with engine.connect() as connection:
        assert list(connection.scalars(select(StoredWheel.distribution))) == ["dialog-gateway"]
    engine.dispose()
