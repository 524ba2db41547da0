# SPDX-License-Identifier: Apache-2.0
"""Logs: one line per record with the name of the process, and never a secret."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from dialog_core.server import set_up_logging

BOT = "8012345678:AAH-abcdefghijklmnopqrstuvwxyz_0123"
LINK = "A5Nb7RwqP_0hXyZ12345678901234567890-abcdefg"


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """Return the root logger, and put it back as it was."""
    logger = logging.getLogger()
    handlers, level = list(logger.handlers), logger.level
    yield logger
    logger.handlers[:] = handlers
    logger.setLevel(level)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"POST https://api.telegram.org/bot{BOT}/getMe", BOT),
        (f"Authorization: Bearer {LINK}", LINK),
        (f"token dlg_{LINK}", LINK),
        (f"GET /setup/{LINK} 200", LINK),
        (f"GET /invitation/{LINK} 200", LINK),
    ],
)
@pytest.mark.usefixtures("root")
def test_no_secret_reaches_the_log(text: str, secret: str, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("web")
    logging.getLogger("dialog.server").warning("it said %s", text)
    try:
        raise ValueError(text)
    except ValueError:
        logging.getLogger("other").exception("failed")
    shown = capsys.readouterr().err
    assert secret not in shown
    assert shown.count("[secret]") >= 2
    assert " web WARNING dialog.server: it said" in shown


@pytest.mark.usefixtures("root")
def test_the_chatter_of_libraries_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("jobs")
    logging.getLogger("httpx").info("a request")
    logging.getLogger("anything").info("a detail")
    logging.getLogger("dialog.jobs").info("a step")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].endswith("jobs INFO dialog.jobs: a step")
