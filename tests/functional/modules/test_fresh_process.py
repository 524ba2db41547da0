# SPDX-License-Identifier: Apache-2.0
"""Processes that run code of modules: started when they are needed, or early, and never left behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dialog_core.modules.fresh_process import ProcessEnded, run_fresh, started_early
from dialog_core.modules.trial.preflight import ENVIRON, PREFLIGHT, preflight
from dialog_core.server.rolling import children_of


def fresh_processes() -> set[int]:
    """Return those that this process started."""
    return set(children_of(os.getpid()))


def test_one_that_was_started_early_is_the_one_that_answers(tmp_path: Path) -> None:
    before = fresh_processes()
    with started_early(PREFLIGHT, environ=ENVIRON):
        early = fresh_processes() - before
        assert len(early) == 1
        assert preflight(tmp_path, []).ok
        assert not early & fresh_processes()
    assert preflight(tmp_path, []).ok


def test_one_that_was_started_in_vain_is_ended() -> None:
    before = fresh_processes()
    with started_early(PREFLIGHT, environ=ENVIRON):
        assert fresh_processes() - before
    assert fresh_processes() <= before


def test_one_that_ends_before_its_question_says_why() -> None:
    with pytest.raises(ProcessEnded, match="No module named"), started_early("dialog_core.nowhere", environ={}):
        run_fresh("dialog_core.nowhere", {"much": "x" * 100_000}, environ={}, seconds=30)
