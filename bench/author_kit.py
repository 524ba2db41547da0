# SPDX-License-Identifier: Apache-2.0
"""Measure an author's way: from `dialog module new` to a module that is green, built, installed and enabled.

`.venv/bin/python bench/author_kit.py [--brings channel,fields,lifecycle,pages,job,service] [--json FILE]`. The platform
runs already, on SQLite with an empty catalog; each step is the command that an author types. `seconds` by the clock,
`processor` of the command alone (the platform's own work of a change is in its seconds).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from tests.author_kit.making import EVERYTHING, run_tool  # noqa: E402 - the path comes first
from tests.running import Platform  # noqa: E402

NAME = "measured"
WANTED_SECONDS = 60.0
ANSWERS = {
    "name": NAME, "title-en": "Measured", "title-ru": "Измеренный", "description-en": "A module that is measured.",
    "description-ru": "Модуль, который измеряют.", "author": "Anna", "licence": "MIT",
}  # fmt: skip


def steps(place: Path, brings: str, platform: Platform) -> Iterator[tuple[str, Callable[[], object]]]:
    """Give each step and what does it."""
    folder = place / f"dialog-{NAME}"
    told = [part for key, text in ANSWERS.items() for part in (f"--{key}", text)]

    def dialog(*words: str) -> Callable[[], object]:
        return lambda: run_tool(folder if folder.exists() else place, "dialog_core.cli", "module", *words)

    def wheel() -> str:
        return str(next((folder / "dist").glob("*.whl")))

    yield "new", dialog("new", *told, "--brings", brings)
    yield "pytest", lambda: run_tool(folder, "pytest", "-q")
    yield "build", dialog("build", ".")  # it begins with all that `check` does
    yield "install", lambda: platform.dialog("module", "install", wheel())
    yield "enable", lambda: platform.dialog("module", "enable", NAME)


def measure(brings: str) -> dict[str, dict[str, float]]:
    """Return seconds by the clock and of the processor for each step."""
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="dialog-author-bench-") as folder:
        place, catalog = Path(folder) / "author", Path(folder) / "catalog"
        place.mkdir()
        catalog.mkdir()
        with Platform(Path(folder) / "home", catalog=catalog) as platform:
            platform.begin("North Desk")
            for name, act in steps(place, brings, platform):
                begun, used = time.perf_counter(), _processor()
                act()
                found[name] = {"seconds": time.perf_counter() - begun, "processor": _processor() - used}
                print(f"{name:<10} {found[name]['seconds']:6.1f} s   processor {found[name]['processor']:6.1f} s")
            state = [row for row in platform.dialog_json("module", "list")["modules"] if row["name"] == NAME]
            assert [row["state"] for row in state] == ["enabled"], state
    return found


def _processor() -> float:
    now = os.times()
    return now.children_user + now.children_system


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--brings", default=",".join(EVERYTHING), help="what the module brings; all of it by default")
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}")
    found = measure(options.brings)
    total = sum(step["seconds"] for step in found.values())
    print(f"{'in all':<10} {total:6.1f} s   wanted: under {WANTED_SECONDS:g} s: ", end="")
    print("good" if total < WANTED_SECONDS else "TOO SLOW")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
