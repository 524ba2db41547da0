# SPDX-License-Identifier: Apache-2.0
"""Let a process that runs modules keep its books: running calls, timings, breakers, and what to do when it is stuck."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from dialog_core.config import Config
from dialog_core.modules.calls.breaker_rows import TryNow, read_breakers, report_breaker, take_over
from dialog_core.modules.calls.implementation import Implementation
from dialog_core.modules.calls.ledger import LEDGER
from dialog_core.modules.calls.timing_rows import KeepTimings
from dialog_core.modules.calls.watchdog import Stuck, tell_when_stuck
from dialog_core.modules.reports.incidents import report_hang
from dialog_core.modules.reports.strikes import Kind, report_strike
from dialog_core.modules.reports.writer import add_chore

log = logging.getLogger("dialog.modules")


def keep_books(config: Config, engine: Engine, items: Iterable[Implementation]) -> None:
    """Begin; what cannot be kept is only missing on the pages, and never keeps the process from starting."""
    found = list(items)
    try:
        LEDGER.keep_in_file(config.home)
    except OSError as error:
        log.warning("calls into modules cannot be written down: %s", error)
    keep_books_of(engine, found)
    tell_when_stuck(_tell_stuck)


def keep_books_of(engine: Engine, items: Iterable[Implementation]) -> None:
    """Keep timings and pauses of these, too, from now on."""
    found = list(items)
    with suppress(SQLAlchemyError), engine.connect() as connection:
        take_over(found, read_breakers(connection))
    add_chore(KeepTimings(found))
    add_chore(TryNow(found))


def _tell_stuck(stuck: Stuck) -> None:
    """Record it, and let the parent see that this process has to be replaced."""
    item = stuck.item
    report_hang(item.module, item.place, stuck.problem, stuck.stack)
    report_strike(item.module, Kind.STUCK, item.place, stuck.problem)
    pause = item.breaker.failed(at_once=True)
    if pause is not None:  # the process that takes this one's place does not call it at once again
        report_breaker(item, pause, stuck.problem)
    LEDGER.say_stuck()
