# SPDX-License-Identifier: Apache-2.0
"""`python -m dialog_core.upgrade.examine FOLDER`: asked of the *new* version, whether it can run here.

An older version asks; keys of question and answer only ever grow. Question: `revision` of the database (or null),
`path` and `lock` of the wanted generation, `files` (hash to path) of its wheels. Answer: `version`, `obstacles`.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from dialog_core import __version__
from dialog_core.database import knows_revision
from dialog_core.errors import DialogError
from dialog_core.modules import choose_libraries, stored_file, try_out
from dialog_core.upgrade.schema import what_is_taken_away

PARENTS = (
    "dialog_core.server.up",
    "dialog_core.server.part",
    "dialog_core.server.job_process",
    "dialog_core.cli.server",
)


def main(folder: str) -> None:
    """Answer."""
    question = json.loads((Path(folder) / "question.json").read_text())
    obstacles: list[str] = []
    for module in PARENTS:
        import_module(module)
    obstacles += _database(Path(folder), question["revision"])
    modules = [item for item in question["lock"]["modules"] if item["enabled"]]
    misfit = _modules(modules, question)
    obstacles += misfit
    empty = Path(folder) / "empty"
    empty.mkdir()
    report = try_out(empty if misfit else Path(question["path"] or empty), [] if misfit else modules)
    obstacles += [f"{item.module or 'The platform'}: {item.text}" for item in report.findings]
    answer = {"version": __version__, "obstacles": obstacles}
    (Path(folder) / "answer.json").write_text(json.dumps(answer))


def _database(folder: Path, revision: str | None) -> list[str]:
    if revision is None:
        return []
    if not knows_revision(revision):
        return [f"The database is at revision {revision}, which this version does not know: it is older than that."]
    scratch = folder / "scratch"
    scratch.mkdir()
    return [
        f"The migration of the core takes something away, so the running version could not go on: {line}. "
        "Stop the platform, make a backup, and start the new version by hand (docs/upgrading.md)."
        for line in what_is_taken_away(scratch, revision)
    ]


def _modules(modules: list[dict[str, Any]], question: dict[str, Any]) -> list[str]:
    files = {sha256: stored_file(Path(path), sha256) for sha256, path in question["files"].items()}
    libraries = [files[item["sha256"]] for item in question["lock"]["libraries"]]
    try:
        choose_libraries([files[item["sha256"]] for item in modules], libraries)
    except DialogError as error:
        return [f"{error} Install a version of it that fits, or disable it, and upgrade again."]
    return []


if __name__ == "__main__":
    main(sys.argv[1])
