# SPDX-License-Identifier: Apache-2.0
"""Take the pictures of docs/ui-slots.md: a module from the template that fills every place, in real Chromium.

`.venv/bin/python scripts/slot_pictures.py [FOLDER]`, docs/images unless told otherwise. The module runs under
`dialog module dev`; each picture is one element of a page, as small as it tells what it shows.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import FloatRect, Page  # noqa: E402 - the checkout is put on the path first

from tests.author_kit.making import EVERYTHING, environment, make_module  # noqa: E402
from tests.running.browsing import chromium  # noqa: E402
from tests.running.platform import free_port  # noqa: E402
from tests.running.waiting import eventually  # noqa: E402

NAME, TICKET = "pictures", "/tickets/DEV-0024"
LINK = re.compile(r"^Ready\..*?(http://\S+)", re.MULTILINE)
START_SECONDS = 120
WIDE, HIGH = 1100, 2400
MARGIN, LONGEST = 12, 420
"""Pixels around an element, and how much of a long one is shown."""
NEW_HOOKS = ("list_columns", "list_column_values", "health_checks", "check_settings")
MORE = f'''

@hookimpl
def list_columns() -> list[ListColumn]:
    """Add a column."""
    return [ListColumn("{NAME}_mood", {{"ru": "Настроение", "en": "Mood"}})]


@hookimpl
def list_column_values(columns: tuple[str, ...], ticket_ids: tuple[int, ...]) -> list[ColumnValue]:
    """Fill it."""
    words = (
        ({{"ru": "спокойно", "en": "calm"}}, Tone.GOOD),
        ({{"ru": "ждёт", "en": "waiting"}}, Tone.WARN),
        ({{"ru": "недоволен", "en": "upset"}}, Tone.BAD),
    )
    return [ColumnValue("{NAME}_mood", one, words[one % 3][0], tone=words[one % 3][1]) for one in ticket_ids]


@hookimpl
def health_checks() -> list[HealthCheck]:
    """Look whether the other system answers."""
    title = {{"ru": "Другая система отвечает", "en": "The other system answers"}}
    return [HealthCheck("far_side", title, lambda context: Health(True, "It answers"))]


@hookimpl
def check_settings(settings: object) -> ConnectionResult:
    """Test the settings."""
    return ConnectionResult(True, "It answers")
'''


@dataclass(frozen=True, slots=True)
class Slot:
    """One picture: the page, the element, and how much of it is shown, from its foot when `tail` is set."""

    picture: str
    path: str
    element: str
    most: int = LONGEST
    tail: bool = False


SLOTS = (
    Slot("slot-navigation", f"/{NAME}/", "aside .navbar-nav"),
    Slot("slot-page", f"/{NAME}/", "#content", most=500),
    Slot("slot-fields", "/tickets/new", f'.card:has([name="fields.{NAME}_number"])', tail=True, most=300),
    Slot("slot-list", "/queue", ".ticket-list"),
    Slot("slot-panel", TICKET, f'details[data-remember^="panel-{NAME}-"]'),
    Slot("slot-settings", f"/modules/{NAME}/settings", "#content form[method=post]"),
    Slot("slot-work", f"/modules/{NAME}", "#work"),
)


def make(folder: Path) -> None:
    """Make the module: all that the template has, and the places that it leaves out."""
    make_module(folder, NAME, *EVERYTHING)
    package = folder / "src" / f"dialog_{NAME}"
    hooks = package / "hooks.py"
    types = ("ColumnValue", "ConnectionResult", "Health", "HealthCheck", "ListColumn", "Tone")
    begin = "from dialog_core.plugin import (\n"
    hooks.write_text(hooks.read_text().replace(begin, begin + "".join(f"    {one},\n" for one in types)) + MORE)
    manifest = package / "module.toml"
    text = manifest.read_text().replace("hooks = [\n", "hooks = [\n" + "".join(f'    "{one}",\n' for one in NEW_HOOKS))
    manifest.write_text(text.replace("[capabilities]\n", f'[capabilities]\ncolumns = ["{NAME}_mood"]\n'))


@contextmanager
def running(module: Path) -> Iterator[str]:
    """Run `dialog module dev` on the module and give the link that signs in."""
    log = module.with_name("terminal.log")
    command = [sys.executable, "-m", "dialog_core.cli", "module", "dev", str(module), "--port", str(free_port())]
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, env=environment() | {"PYTHONUNBUFFERED": "1"}, stdout=file, stderr=file, start_new_session=True
        )
    try:
        eventually(lambda: LINK.search(log.read_text()), seconds=START_SECONDS, what=f"the link in {log}")
        yield str(LINK.findall(log.read_text())[-1])
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait()


def use_it(page: Page, address: str) -> None:
    """Write a note, fill in a field, and take a ticket into work, so that the module has something to show."""
    page.goto(f"{address}/{NAME}/")
    for note in ("The spare toner is in room 12.", "Romashka moves in March: ask for the new address."):
        page.fill('[name="text"]', note)
        page.click("#content form button.btn-primary")
        page.get_by_text(note).wait_for()
    page.goto(f"{address}{TICKET}/fields")
    page.fill(f'[name="fields.{NAME}_number"]', "A-17")
    page.locator(f'form:has([name="fields.{NAME}_number"]) button.btn-primary').click()
    page.goto(f"{address}{TICKET}/act/start")
    page.select_option('[name="executor_id"]', index=1)
    page.locator('form:has([name="executor_id"]) button.btn-primary').click()
    panel = page.locator(f'details[data-remember^="panel-{NAME}-"]')

    def is_told() -> bool:
        page.goto(f"{address}{TICKET}")
        return panel.count() > 0

    eventually(is_told, seconds=START_SECONDS, what="the panel of the module")


def take(page: Page, address: str, slot: Slot, folder: Path) -> None:
    """Take one picture."""
    page.goto(f"{address}{slot.path}")
    found = page.locator(slot.element).first
    found.wait_for()
    box = found.bounding_box()
    assert box is not None, f"{slot.element} is not visible on {slot.path}"
    height = min(box["height"] + 2 * MARGIN, slot.most)
    left, top = max(0, box["x"] - MARGIN), max(0, box["y"] - MARGIN)
    if slot.tail:
        top = box["y"] + box["height"] + MARGIN - height
    clip: FloatRect = {"x": left, "y": top, "width": min(box["width"] + 2 * MARGIN, WIDE - left), "height": height}
    page.screenshot(path=folder / f"{slot.picture}.png", clip=clip, animations="disabled")


def take_all(folder: Path) -> None:
    """Take every picture."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="dialog-slots-") as place:
        module = Path(place) / f"dialog-{NAME}"
        make(module)
        with running(module) as link, chromium() as browser:
            address = link.partition("/-/")[0]
            page = browser.new_page(locale="en-US", reduced_motion="reduce", viewport={"width": WIDE, "height": HIGH})
            page.goto(link)
            use_it(page, address)
            for slot in SLOTS:
                take(page, address, slot, folder)


if __name__ == "__main__":
    take_all(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images")
