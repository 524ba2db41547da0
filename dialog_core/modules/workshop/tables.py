# SPDX-License-Identifier: Apache-2.0
"""The tables of a module whose scripts change while it is written."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import Engine

from dialog_core.modules.migrations.facts import digests_in_folder
from dialog_core.modules.migrations.scripts import drop_tables, tables_revision, upgrade_modules
from dialog_core.modules.own_connection import begin_write

RAN = "scripts-that-ran.json"


def bring_tables(engine: Engine, home: Path, path: Path, name: str) -> bool:
    """Bring a module's tables to its scripts; when one that ran was changed or is gone, make them anew.

    Args:
        path: what of the generation is on the import path.

    Returns:
        Whether they were made anew, with the loss of what was in them.

    Raises:
        MigrationProblem: a script failed; everything is as before.
    """
    scripts = digests_in_folder(path, name)
    file = home / RAN
    ran = _read(file).get(name, {})
    with begin_write(engine) as connection:
        revision = tables_revision(connection, name)
        was_changed = any(scripts.get(known) != digest for known, digest in ran.items())
        is_anew = revision is not None and (was_changed or revision not in scripts)
        if is_anew:
            drop_tables(connection, name)
        upgrade_modules(connection, path, [name])
    file.write_text(json.dumps({name: scripts}, indent=1))
    return is_anew


def _read(file: Path) -> dict[str, dict[str, str]]:
    try:
        found: dict[str, dict[str, str]] = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return found
