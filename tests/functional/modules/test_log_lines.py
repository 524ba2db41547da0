# SPDX-License-Identifier: Apache-2.0
"""What modules log is kept in rows, the newest of each, on both databases."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, func, select

from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.modules import keep_incidents
from dialog_core.modules.health_models import ModuleLogLine
from dialog_core.modules.own_connection import begin_write
from dialog_core.modules.reports.log_lines import KEPT, KeepLogLines, forget_log_lines


@pytest.fixture
def engine(any_config: Config) -> Iterator[Engine]:
    found = open_engine(any_config)
    yield found
    found.dispose()


def lines(engine: Engine, module: str) -> list[str]:
    with engine.connect() as connection:
        return list(
            connection.scalars(
                select(ModuleLogLine.text).where(ModuleLogLine.module == module).order_by(ModuleLogLine.id)
            )
        )


def test_the_newest_lines_of_each_module_are_kept_and_a_flood_is_told(any_config: Config, engine: Engine) -> None:
    keep_incidents(any_config)
    handler = KeepLogLines("jobs")
    for module in ("talks", "quiet"):
        handler.listen(module)
    logging.getLogger("dialog.quiet").info("once")
    for number in range(KEPT):
        logging.getLogger("dialog.talks").info("line %s", number)
    handler(engine)
    handler(engine)
    assert lines(engine, "talks") == [f"line {number}" for number in range(KEPT)]
    for number in range(3):
        logging.getLogger("dialog_talks.deep").warning("more %s\0", number)
    handler(engine)
    found = lines(engine, "talks")
    assert len(found) == KEPT
    assert (found[0], found[-1]) == ("line 3", "more 2")
    for number in range(KEPT + 9):
        logging.getLogger("dialog.talks").info("flood %s", number)
    handler(engine)
    found = lines(engine, "talks")
    assert found[0] == "10 lines are left out here"
    assert found[-1] == f"flood {KEPT + 8}"
    assert lines(engine, "quiet") == ["once"]
    with begin_write(engine) as connection:
        forget_log_lines(connection, module="talks")
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(ModuleLogLine)) == 1


def test_a_line_that_cannot_be_formed_harms_nobody(
    any_config: Config, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    keep_incidents(any_config)
    handler = KeepLogLines("web")
    handler.listen("talks")
    log = logging.getLogger("dialog.talks")
    log.info("%d tickets", "many")
    log.info("x" * 10_000)
    handler(engine)
    assert [len(text) for text in lines(engine, "talks")] == [4000]
