# SPDX-License-Identifier: Apache-2.0
"""What a module's migration scripts say of themselves, read without running them.

Tables only grow, so that an older version of a module can work with them. A script that takes something away says
`destructive = True` at its top: the module's tables are exported before it runs, and no earlier set of modules can be
returned to afterwards.
"""

from __future__ import annotations

import ast
import hashlib
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from dialog_core.errors import NotAllowedNow
from dialog_core.modules.migrations.scripts import scripts_of, tables_revision
from dialog_core.modules.models import DataStep, StoredWheel

DESTRUCTIVE, PURGED = "destructive", "purged"
KNOWN = 256


@dataclass(frozen=True, slots=True)
class Script:
    """One migration script."""

    revision: str
    after: tuple[str, ...]
    is_destructive: bool


_known: dict[str, tuple[Script, ...]] = {}
"""By the hash of a wheel, which never changes its content."""


def scripts_in_wheel(session: Connection | Session, sha256: str, name: str) -> tuple[Script, ...]:
    """Return the scripts of a stored module; none when it has no tables or is not in the store."""
    if sha256 not in _known:
        content = session.scalar(select(StoredWheel.content).where(StoredWheel.sha256 == sha256)) or b""
        if not content:
            return ()
        folder = f"dialog_{name}/migrations/versions/"
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = [item for item in archive.namelist() if item.startswith(folder) and item.endswith(".py")]
            found = _read_all(archive.read(item).decode(errors="replace") for item in files)
        if len(_known) >= KNOWN:
            _known.clear()
        _known[sha256] = found
    return _known[sha256]


def scripts_in_folder(path: Path, name: str) -> tuple[Script, ...]:
    """Return the scripts of a module in a generation's folder."""
    folder = scripts_of(path, name)
    if folder is None:
        return ()
    return _read_all(file.read_text(errors="replace") for file in sorted((folder / "versions").glob("*.py")))


def digests_in_folder(path: Path, name: str) -> dict[str, str]:
    """Return the SHA-256 of each script of a module in a generation's folder, by its revision."""
    folder = scripts_of(path, name)
    found: dict[str, str] = {}
    for file in sorted((folder / "versions").glob("*.py")) if folder is not None else ():
        content = file.read_bytes()
        script = _read(content.decode(errors="replace"))
        if script is not None:
            found[script.revision] = hashlib.sha256(content).hexdigest()
    return found


def pending(scripts: Iterable[Script], revision: str | None) -> tuple[Script, ...]:
    """Return the scripts that would run on tables of a revision; none when that is unknown to them."""
    by_name = {script.revision: script for script in scripts}
    if revision is not None and revision not in by_name:
        return ()
    done: set[str] = set()
    waiting = [revision] if revision is not None else []
    while waiting:
        name = waiting.pop()
        if name in by_name and name not in done:
            done.add(name)
            waiting.extend(by_name[name].after)
    return tuple(script for name, script in sorted(by_name.items()) if name not in done)


def require_data_fit(session: Session, entries: Iterable[dict[str, Any]]) -> None:
    """Refuse a version of an enabled module whose tables were changed for good by a later version.

    Args:
        entries: module lines of a lock.

    Raises:
        NotAllowedNow: naming the module and the step.
    """
    enabled = {item["name"]: item for item in entries if item["enabled"]}
    query = select(DataStep.module, DataStep.revision).where(DataStep.kind == DESTRUCTIVE, DataStep.module.in_(enabled))
    for module, revision in session.execute(query):
        item = enabled[module]
        known = {script.revision for script in scripts_in_wheel(session, item["sha256"], module)}
        if revision not in known and tables_revision(session.connection(), module) is not None:
            raise NotAllowedNow(
                "“%(name)s” %(version)s cannot work with its data any more: a later version changed its tables in a "
                "way that cannot be taken back (step %(step)s).",
                name=module,
                version=item["version"],
                step=revision,
            )


def _read_all(sources: Iterable[str]) -> tuple[Script, ...]:
    return tuple(script for script in map(_read, sources) if script is not None)


def _read(source: str) -> Script | None:
    """Read the names that a script assigns at its top; None when it is no script or has no literal revision."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    values: dict[str, Any] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            targets, value = statement.targets, statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets, value = [statement.target], statement.value
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Name) and target.id in {"revision", "down_revision", "destructive"}:
                values[target.id] = _literal(value)
    revision, after = values.get("revision"), values.get("down_revision")
    if not isinstance(revision, str):
        return None
    before = (after,) if isinstance(after, str) else tuple(after) if isinstance(after, (tuple, list)) else ()
    return Script(revision, tuple(map(str, before)), values.get("destructive") is True)


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError, MemoryError):
        return None
