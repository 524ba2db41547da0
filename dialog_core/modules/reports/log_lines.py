# SPDX-License-Identifier: Apache-2.0
"""What modules log, as rows: the newest lines of each, for its page, whichever process they come from."""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, insert, select
from sqlalchemy.orm import Session

from dialog_core.database import db
from dialog_core.modules.health_models import ModuleLogLine
from dialog_core.modules.own_connection import begin_write
from dialog_core.modules.reports.writer import add_chore, start_reports
from dialog_core.redaction import redact_secrets
from dialog_core.staff import Actor
from dialog_core.staff.permissions import MODULE_MANAGE

KEPT: Final = 500
"""Lines of each module."""
MAX_TEXT: Final = 4000
LEVELS: Final = {"INFO": logging.INFO, "WARNING": logging.WARNING, "ERROR": logging.ERROR}
"""By which the lines can be chosen: those of a level and above."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line; `process` is its role and number, `at` aware UTC."""

    id: int
    module: str
    at: datetime
    process: str
    level: str
    text: str


class KeepLogLines(logging.Handler):
    """Collects what the loggers of modules are told, in memory; as a chore, it writes that down.

    Logging happens anywhere, in the middle of a transaction, too, so nothing but a list is touched then.
    """

    def __init__(self, role: str) -> None:
        super().__init__(logging.INFO)
        self._process = f"{role} {os.getpid()}"[:80]
        self._lines: dict[str, deque[dict[str, Any]]] = {}
        self._left_out: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._access = threading.Lock()

    def listen(self, module: str) -> None:
        """Take the lines of a module: of the logger that it is given, and of one that has the name of its package."""
        for name in (f"dialog.{module}", f"dialog_{module}"):
            logger = logging.getLogger(name)
            for handler in [item for item in logger.handlers if isinstance(item, KeepLogLines)]:
                logger.removeHandler(handler)
            logger.addHandler(self)
            logger.setLevel(logging.INFO)
            self._names[name] = module

    def emit(self, record: logging.LogRecord) -> None:
        """Take a line; never raises, and never waits for the database."""
        try:
            text = redact_secrets(_words(record)).replace("\0", "")[:MAX_TEXT]
            module = next(item for name, item in self._names.items() if f"{record.name}.".startswith(f"{name}."))
            at = datetime.fromtimestamp(record.created, UTC)
            line = {"module": module, "at": at, "process": self._process, "level": record.levelname[:10], "text": text}
            with self._access:
                lines = self._lines.setdefault(module, deque(maxlen=KEPT))
                if len(lines) == KEPT:
                    self._left_out[module] = self._left_out.get(module, 0) + 1
                lines.append(line)
            start_reports()
        except Exception:  # noqa: BLE001 - a line that cannot be kept is a line that is not kept
            self.handleError(record)

    def __call__(self, engine: Engine) -> None:
        """Write down what came since the last time."""
        with self._access:
            news, self._lines = self._lines, {}
            left_out, self._left_out = self._left_out, {}
        if not news:
            return
        with begin_write(engine) as connection:
            for module in sorted(news):
                lines = list(news[module])
                if module in left_out:
                    lines[0] = {
                        **lines[0],
                        "level": "WARNING",
                        "text": f"{left_out[module] + 1} lines are left out here",
                    }
                connection.execute(insert(ModuleLogLine), lines)
                _trim(connection, module)


def keep_log_lines(role: str, modules: Iterable[str]) -> None:
    """Keep the lines of these modules in this process from now on."""
    handler = KeepLogLines(role)
    for module in modules:
        handler.listen(module)
    add_chore(handler)


def list_log_lines(actor: Actor, *, module: str, level: str = "INFO", limit: int = KEPT) -> list[LogLine]:
    """Return the newest lines of a module, newest first.

    Args:
        level: one of `LEVELS`; anything else means all.

    Raises:
        NotPermitted: `module.manage` is missing.
    """
    actor.require(MODULE_MANAGE)
    table = ModuleLogLine
    query = select(table.id, table.module, table.at, table.process, table.level, table.text)
    query = query.where(table.module == module).order_by(table.id.desc()).limit(min(limit, KEPT))
    lowest = LEVELS.get(level, logging.INFO)
    if lowest > logging.INFO:
        query = query.where(table.level.in_([name for name, number in _NAMES.items() if number >= lowest]))
    with db.engine.connect() as connection:
        return [LogLine(*row) for row in connection.execute(query)]


def forget_log_lines(session: Connection | Session, *, module: str) -> None:
    """Remove the lines of a module."""
    session.execute(delete(ModuleLogLine).where(ModuleLogLine.module == module))


_NAMES: Final = {"INFO": 20, "WARNING": 30, "ERROR": 40, "CRITICAL": 50}


def _trim(connection: Connection, module: str) -> None:
    newest = select(ModuleLogLine.id).where(ModuleLogLine.module == module).order_by(ModuleLogLine.id.desc())
    oldest_kept = connection.scalar(newest.offset(KEPT - 1).limit(1))
    if oldest_kept is not None:
        connection.execute(delete(ModuleLogLine).where(ModuleLogLine.module == module, ModuleLogLine.id < oldest_kept))


def _words(record: logging.LogRecord) -> str:
    text = record.getMessage()
    if record.exc_info:
        text = f"{text}\n{record.exc_text or logging.Formatter().formatException(record.exc_info)}"
    elif record.exc_text:  # another handler has made a text of it
        text = f"{text}\n{record.exc_text}"
    return text
