# SPDX-License-Identifier: Apache-2.0
"""The pages for authors lead somewhere: links, places of the UI and their pictures, codes of checks, hooks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dialog_core import plugin
from dialog_core.modules.calls.contract import specifications
from dialog_core.modules.quality.codes import CODES

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGES = ("tutorial.md", "ui-slots.md", "questions.md", "data-model.md", "modules.md", "hooks.md")
SLOTS = (DOCS / "ui-slots.md").read_text()
LARGEST = 60_000
"""Bytes of a picture that shows one place."""


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    page = DOCS / name
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)):
        path, _, anchor = target.partition("#")
        other = page.parent / path if path else page
        assert other.exists(), f"{name} leads to {target}"
        if anchor:
            assert anchor in anchors(other), f"{name} leads to {target}"


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as they are made where Markdown is shown."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_every_place_has_its_hooks_and_its_picture() -> None:
    places = SLOTS.split("\n## ")[1:]
    assert len(places) == 7
    for place in places:
        hooks = re.findall(r"hooks\.md#(\w+)", place)
        assert hooks, place
        assert set(hooks) <= set(specifications())
        assert len(re.findall(r"!\[[^\]]+\]\(images/slot-\w+\.png\)", place)) == 1, place


def test_pictures_are_there_and_small() -> None:
    named = set(re.findall(r"\(images/(slot-\w+\.png)\)", SLOTS))
    files = {path.name: path for path in (DOCS / "images").glob("slot-*.png")}
    assert named == set(files)
    for path in files.values():
        assert path.read_bytes().startswith(b"\x89PNG")
        assert path.stat().st_size < LARGEST, path


def test_hooks_of_pages_are_all_shown() -> None:
    places = {"navigation_items", "web_mounts", "ticket_panels", "list_columns", "ticket_fields", "settings_schema"}
    assert places <= set(re.findall(r"hooks\.md#(\w+)", SLOTS))


def test_answers_name_checks_and_doors_that_there_are() -> None:
    text = (DOCS / "questions.md").read_text()
    assert len(re.findall(r"^## .+\?$", text, re.MULTILINE)) == 5
    for said in re.findall(r"\*Held by:\*([^\n]+(?:\n[^\n]+)*)", text):
        codes = set(re.findall(r"`([a-z-]+)`", said))
        assert codes <= set(CODES), codes - set(CODES)
    for name in ("http_client", "module_settings", "module_base", "run_soon", "fields"):
        assert name in text
        assert hasattr(plugin, name)
