# SPDX-License-Identifier: Apache-2.0
"""A stranger does what docs/tutorial.md says, with the installed platform and without this tree."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.author_kit.making import ROOT
from tests.author_kit.stranger import make_environment, places_of_this_tree, shell_environment
from tests.author_kit.walking import Block, Walk, agrees, blocks, patched
from tests.running.fixtures import made_once

PAGE = ROOT / "docs" / "tutorial.md"
KNOWN = {"console", "browser", "diff", "python", "html", "po"}


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a virtual environment with the platform in it, once for all tests of a run."""
    return made_once(tmp_path_factory, "stranger", make_environment)


def test_nothing_there_leads_back_to_this_tree(installed: Path) -> None:
    assert places_of_this_tree(installed) == []


def test_every_step_of_the_tutorial(installed: Path, tmp_path: Path) -> None:
    home = tmp_path / "anna"
    home.mkdir()
    with Walk(home, shell_environment(installed, home)) as walk:
        for block in blocks(PAGE.read_text()):
            walk.do(block)
        assert walk.folder == home / "dialog-visits"


def test_the_page_has_only_blocks_that_are_done() -> None:
    found = blocks(PAGE.read_text())
    assert {block.language for block in found} <= KNOWN
    assert [block.line for block in found if "prepared" in block.words] == [found[0].line]
    assert 'pip install "dialog-platform[author]"' in found[0].text


@pytest.mark.parametrize(
    ("wanted", "said", "is_so"),
    [
        ("", "", True),
        ("", "a word\n", False),
        ("17 passed in …\n", "17 passed in 3 s\n", True),
        ("17 passed in …\n", "116 passed\n17 passed in 3 s\n", False),
        ("…\nb\n", "a\na\nb\n", True),
        ("a\n…\n", "a\n", True),
        ("a.c\n", "abc\n", False),
    ],
)
def test_answers_are_compared(wanted: str, said: str, is_so: bool) -> None:
    assert agrees(wanted, said) is is_so


def test_a_change_that_fits_nowhere_is_told() -> None:
    assert patched("a\nb\nc\n", " a\n-b\n+x\n+y\n@@\n c\n+z\n") == "a\nx\ny\nc\nz\n"
    with pytest.raises(AssertionError, match="0 times"):
        patched("a\n", "-b\n+c\n")


def test_a_failing_block_names_its_line(tmp_path: Path) -> None:
    with Walk(tmp_path, {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}) as walk:
        walk.do(Block(3, "console", (), "$ cd /\n$ pwd\n/\n$ export A=b\n$ echo $A\nb\n"))
        with pytest.raises(AssertionError, match=r"line 7: \$ false\nends with 1"):
            walk.do(Block(7, "console", (), "$ false\n"))
