# SPDX-License-Identifier: Apache-2.0
"""Marks of wheels that are made to be hard to look into; nothing of them may run, and none may take the page down."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from dialog_core.modules import CODES, PROMISES, Level, QualityMark, inspect_wheel, mark_of
from dialog_core.modules.quality.marks import mark_from_json, quality_of
from tests.small_wheels import library, module

TRAP = "import sys\nsys.modules['trapped'] = sys\n"
NASTY = {
    "brackets": {"deep.py": "x = " + "(" * 4000 + ")" * 4000},
    "attributes": {"deep.py": "x = a" + ".b" * 60_000},
    "sums": {"deep.py": "x = " + "1+" * 60_000 + "1"},
    "calls": {"deep.py": "f" + "()" * 30_000},
    "lists": {"deep.py": "x = " + "[" * 150 + "]" * 150},
    "numbers": {"deep.py": "x = " + "9" * 100_000},
    "nothing": {"deep.py": "\0"},
    "letters": {"deep.py": "# coding: no-such-thing\n"},
    "many": {f"part{number}.py": "x = 1\n" * 40_000 for number in range(30)},
    "line": {"deep.py": f'x = "{"a" * 400_000}"'},
    "catalogue": {"translations/ru/LC_MESSAGES/messages.po": 'msgid "%(a" \nmsgstr ' + '"%(' * 20_000},
    "template": {"templates/nasty/page.html": "{% if a %}" * 5_000 + "{{ _(" * 1_000},
    "migration": {"migrations/versions/0001_x.py": "revision = [\ndown_revision = 1\n"},
}


@pytest.mark.parametrize("files", NASTY.values(), ids=NASTY.keys())
def test_nasty_files_have_a_low_mark_and_cost_little(tmp_path: Path, files: dict[str, str]) -> None:
    path = module(tmp_path, "nasty", "1.0", code=TRAP, files=files)
    content = path.read_bytes()
    info = inspect_wheel(path.name, content)
    began = time.process_time()
    mark = quality_of(info, content)
    assert mark is not None
    assert mark.level is Level.BASIC
    assert time.process_time() - began < 10
    assert "trapped" not in sys.modules


def test_a_library_has_no_mark(tmp_path: Path) -> None:
    path = library(tmp_path, "paper", "1.0")
    assert quality_of(inspect_wheel(path.name, path.read_bytes()), path.read_bytes()) is None


def test_a_mark_says_the_same_after_it_was_kept(tmp_path: Path) -> None:
    path = module(tmp_path, "plain", "1.0")
    mark = quality_of(inspect_wheel(path.name, path.read_bytes()), path.read_bytes())
    assert isinstance(mark, QualityMark)
    assert mark_from_json(mark.as_json()) == mark
    assert 0 < mark.kept < len(PROMISES)
    with pytest.raises(KeyError):
        mark_from_json({"level": "good", "flaws": {}})


def test_every_promise_can_be_broken_and_none_means_the_best() -> None:
    assert {code.promise.name for code in CODES.values()} == {promise.name for promise in PROMISES}
    assert mark_of(()).level is Level.EXCELLENT
    assert mark_of(()).kept == len(PROMISES)
