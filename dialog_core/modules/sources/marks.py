# SPDX-License-Identifier: Apache-2.0
"""The quality marks of wheels that are here, in the catalog or in the store.

Each is computed once on a node: lists show many modules, and a mark takes a tenth of a second. Files in the home keep
them by the hash of the wheel and of the rules. A wheel that only stands in the list of an index has no mark before it
is fetched: a list could claim anything.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from dialog_core.errors import DialogError
from dialog_core.modules.models import StoredWheel
from dialog_core.modules.quality.marks import QualityMark, mark_from_json, quality_of, rules_digest
from dialog_core.modules.settings.stored import this_config
from dialog_core.modules.wheels.catalog import CatalogWheel, catalog_wheels
from dialog_core.modules.wheels.store import describe_stored

log = logging.getLogger("dialog.modules")
MOST_KNOWN = 1024
FOLDER = "quality"
_known: dict[str, QualityMark | None] = {}
"""By the hash of a wheel, which never changes its content."""


def marks_of(connection: Connection | Session, hashes: Iterable[str]) -> dict[str, QualityMark]:
    """Return the marks of wheels by their hashes; those without one are left out."""
    wanted = set(hashes)
    found = {sha256: _known[sha256] for sha256 in wanted & _known.keys()}
    for sha256, compute in _ways(connection, wanted - found.keys()).items():
        found[sha256] = _kept(sha256) or _keep(sha256, compute())
    if len(_known) > MOST_KNOWN:
        _known.clear()
    _known.update(found)
    return {sha256: mark for sha256, mark in found.items() if mark is not None}


def _ways(connection: Connection | Session, hashes: set[str]) -> dict[str, Callable[[], QualityMark | None]]:
    """Return how to compute the mark of each wheel that is here."""
    ways: dict[str, Callable[[], QualityMark | None]] = {}
    if hashes:
        query = select(StoredWheel.sha256).where(StoredWheel.sha256.in_(hashes))
        ways |= {sha256: partial(_of_stored, connection, sha256) for sha256 in connection.scalars(query).all()}
        ways |= {wheel.sha256: partial(_of_catalog, wheel) for wheel in catalog_wheels() if wheel.sha256 in hashes}
    return ways


def _of_catalog(wheel: CatalogWheel) -> QualityMark | None:
    return quality_of(wheel.describe(), wheel.read())


def _of_stored(connection: Connection | Session, sha256: str) -> QualityMark | None:
    try:
        info = describe_stored(connection, sha256)
    except DialogError:  # a damaged wheel is told elsewhere
        return None
    content = connection.scalar(select(StoredWheel.content).where(StoredWheel.sha256 == sha256))
    return quality_of(info, content or b"")


def _file(sha256: str) -> Path:
    return this_config().home / FOLDER / f"{rules_digest()}-{sha256}.json"


def _kept(sha256: str) -> QualityMark | None:
    try:
        return mark_from_json(json.loads(_file(sha256).read_text()))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(sha256: str, mark: QualityMark | None) -> QualityMark | None:
    if mark is not None:
        path = _file(sha256)
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            for old in path.parent.glob("*.json"):
                if not old.name.startswith(rules_digest()):  # of rules that this platform does not have any more
                    old.unlink(missing_ok=True)
            fresh.write_text(json.dumps(mark.as_json()))
            fresh.replace(path)
        except OSError as error:  # it is computed again next time
            log.warning("%s cannot be written: %s", path, error)
    return mark
