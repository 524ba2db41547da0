# SPDX-License-Identifier: Apache-2.0
"""Measure the author's inner loop: from saving a file until a page shows the change.

`.venv/bin/python bench/dev_reload.py [--rounds 10] [--json FILE]`. The real `dialog module dev` on a module with pages,
settings, a table, a job and a service. Beside the seconds stand the time that the command itself says for a load, and
the processor time of all processes, which hardly depends on what else the machine does.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from processes import processor_seconds  # noqa: E402 - the path comes first

from tests.running.author import Author  # noqa: E402

MODULE, PAGE = "diary", "/diary/"
WANTED_SECONDS = 2.0
QUIET_SECONDS = 1.5
LOADED = re.compile(r"loaded in ([\d.]+) s")


def seen_after(author: Author, file: Path, old: str, new: str) -> float:
    """Change a file and return how long it takes until the page shows it, in seconds."""
    file.write_text(file.read_text().replace(old, new))
    begun = time.perf_counter()
    while new not in author.page(PAGE).text:
        time.sleep(0.01)
    return time.perf_counter() - begun


def measure(rounds: int) -> dict[str, Any]:
    """Return seconds for each change, and for the first start."""
    with tempfile.TemporaryDirectory(prefix="dialog-dev-bench-") as folder:
        begun = time.perf_counter()
        with Author(Path(folder), MODULE) as author:
            started = time.perf_counter() - begun
            files = {"code": author.package / "hooks.py", "template": author.package / "templates/diary/index.html"}
            words = {"code": "first greeting", "template": "lines in the diary"}
            seconds: dict[str, list[float]] = {kind: [] for kind in files}
            time.sleep(QUIET_SECONDS)
            processor = processor_seconds(author.process, with_ended=True)
            for turn in range(rounds):
                for kind, file in files.items():
                    time.sleep(QUIET_SECONDS)
                    word = f"{kind} of round {turn}"
                    seconds[kind].append(seen_after(author, file, words[kind], word))
                    words[kind] = word
            time.sleep(QUIET_SECONDS)
            used = processor_seconds(author.process, with_ended=True) - processor
            return {
                "first_start": started,
                **seconds,
                "load": [float(text) for text in LOADED.findall(author.terminal)],
                "processor": used / (rounds * len(files)),
            }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    options = parser.parse_args()
    found = measure(options.rounds)
    print(f"first start until the link is open   {found['first_start']:6.2f} s")
    for kind in ("code", "template", "load"):
        print(
            f"{kind:<20} median {median(found[kind]):5.2f} s   worst {max(found[kind]):5.2f} s   ({len(found[kind])})"
        )
    print(f"processor time of all processes per change   {found['processor']:.2f} s")
    worst = max(found["code"] + found["template"])
    print(
        f"wanted: under {WANTED_SECONDS:g} s; worst {worst:.2f} s: {'good' if worst < WANTED_SECONDS else 'TOO SLOW'}"
    )
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
