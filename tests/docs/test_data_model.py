# SPDX-License-Identifier: Apache-2.0
"""docs/data-model.md is what the tables say, and every door that it names is there for modules."""

from __future__ import annotations

import importlib.util
import operator
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from dialog_core import plugin
from dialog_core.database import Base
from dialog_core.modules.calls.contract import specifications

ROOT = Path(__file__).parent.parent.parent
DOMAINS = ("parties", "tickets", "conversations", "events", "staff", "fields")
UNSHOWN = {
    "file_content",  # parts of attachments
    "form_submission", "sign_in_attempt",  # kept for a while against repetition
    "number_counter", "ticket_count",  # kept numbers
}  # fmt: skip
"""Tables of these rooms that no author meets."""


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """Return the script as a module."""
    found = importlib.util.spec_from_file_location("data_model", ROOT / "scripts" / "data_model.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module  # its dataclasses look for it there
    found.loader.exec_module(module)
    return module


def test_the_page_is_what_the_script_makes() -> None:
    script = ROOT / "scripts" / "data_model.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_table_of_the_domain_is_there(generator: ModuleType) -> None:
    domain = {
        mapper.class_.__tablename__
        for mapper in Base.registry.mappers
        if mapper.class_.__module__.split(".")[:2] in [["dialog_core", name] for name in DOMAINS]
    } | {"staff_role", "team_member"}
    assert generator.shown() == domain - UNSHOWN
    assert not [name for name in generator.shown() if not generator.purpose(name)]


def test_every_door_is_open_to_modules(generator: ModuleType) -> None:
    names = {
        name
        for _, tables in generator.subjects()
        for doors in tables.values()
        for name in (*doors.changed_by, *doors.read_by)
    }
    hooks = {name[1:] for name in names if name.startswith("@")}
    assert hooks <= set(specifications())
    for name in names:
        if not name.startswith("@"):
            assert callable(operator.attrgetter(name)(plugin))


def test_the_diagram_has_every_connection(generator: ModuleType) -> None:
    lines = generator.diagram().splitlines()
    assert lines[0] == "erDiagram"
    assert all(re.fullmatch(r'    \w+ (\|\||o\|)--(o\{|o\|) \w+ : "[a-z ]+"', line) for line in lines[1:])
    assert '    organisation o|--o{ ticket : "organisation"' in lines
    assert {word for line in lines[1:] for word in re.findall(r"\b[a-z_]+\b", line.split(" : ")[0]) if word != "o"} <= (
        generator.shown()
    )
