# SPDX-License-Identifier: Apache-2.0
"""docs/hooks.md is what the specifications say, and every hook is documented whole and tested by name."""

from __future__ import annotations

import importlib.util
import inspect
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from dialog_core import plugin
from dialog_core.hookspecs import HookKind, hookspec
from dialog_core.modules.calls.contract import specifications

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "hooks.md").read_text()
HOOKS = sorted(specifications())


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """Return the script as a module."""
    found = importlib.util.spec_from_file_location("hook_reference", ROOT / "scripts" / "hook_reference.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def tests() -> str:
    """Return the text of all tests, without this one."""
    files = [*ROOT.glob("tests/**/test_*.py"), *ROOT.glob("plugins/*/tests/*.py"), *ROOT.glob("tests/**/conftest.py")]
    return "\n".join(path.read_text() for path in files if path != Path(__file__))


def test_the_page_is_what_the_script_makes() -> None:
    script = ROOT / "scripts" / "hook_reference.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_has_its_section_with_its_signature(name: str, generator: ModuleType) -> None:
    found = re.search(rf"^### {name}\n\n```python\n(.+)\n```\n", PAGE, re.MULTILINE)
    assert found is not None, f"docs/hooks.md has no section {name}"
    assert found.group(1) == generator.signature(name, specifications()[name])


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_says_all_that_an_author_must_know(name: str, generator: ModuleType) -> None:
    said = generator.parts(specifications()[name])
    assert all(said.values()), said


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_is_named_by_a_test(name: str, tests: str) -> None:
    assert re.search(rf"\b{name}\b", tests), f"no test names the hook {name}"


@pytest.mark.parametrize("name", HOOKS)
def test_the_types_of_a_hook_are_there_for_authors(name: str) -> None:
    written = " ".join(str(hint) for hint in inspect.get_annotations(specifications()[name]).values())
    for word in set(re.findall(r"\b[A-Z]\w+", written)) - {"Any", "Iterable", "Sequence", "Mapping", "None", "Schema"}:
        assert hasattr(plugin, word) or word == "Blueprint", f"{name} speaks of {word}, which plugin.py does not have"


def test_a_docstring_without_a_part_is_found(generator: ModuleType) -> None:
    @hookspec(kind=HookKind.COLLECT, since="0.1", budget=1)
    def half() -> None:
        """Do half of it.

        Called: now. Process: web. Transaction: none. Return: nothing.
        """

    with pytest.raises(ValueError, match="On error"):
        generator.parts(half)


def test_a_deprecation_stands_in_the_reference(generator: ModuleType) -> None:
    @hookspec(kind=HookKind.NOTIFY, since="0.1", budget=1, deprecated_in="0.2", removed_in="0.4", instead="Use that.")
    def old() -> None:
        """Tell.

        Called: now. Process: web. Transaction: none. Return: nothing. On error: nothing.
        """

    assert "outdated since 0.2 and gone in 0.4. Use that." in generator.section("old", old)
