# SPDX-License-Identifier: Apache-2.0
"""`dialog demo load` works on an empty home and tells what it did."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from dialog_core.cli.demo import group


def test_demonstration_data_by_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIALOG_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DIALOG_DATABASE_URL", raising=False)
    answer = CliRunner().invoke(group, ["load", "--tickets", "30", "--seed", "2", "--json"])
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert (told["tickets"], told["entries"], told["customers"]) == (30, 90, 12)
    answer = CliRunner().invoke(group, ["load", "--tickets", "5"])
    assert answer.exit_code == 0, answer.output
    assert answer.stdout.startswith("5 tickets with 15 messages of 12 customers in ")
