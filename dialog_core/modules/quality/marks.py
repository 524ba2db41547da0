# SPDX-License-Identifier: Apache-2.0
"""The quality mark of a module: which promises it keeps, computed by the platform from the wheel's content.

A module cannot give itself a mark: nothing that a wheel says of its quality is read.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from dialog_core.modules.quality.codes import CODES, Flaw
from dialog_core.modules.quality.files import files_of_wheel
from dialog_core.modules.quality.promises import PROMISES, Promise
from dialog_core.modules.quality.rules import flaws_of
from dialog_core.modules.wheels.wheel import WheelInfo

log = logging.getLogger("dialog.modules")


class Level(StrEnum):
    """How good a module is, by its promises."""

    BASIC = "basic"
    """It breaks a promise in a way that the checks call an error."""
    GOOD = "good"
    """There are advices, and no error."""
    EXCELLENT = "excellent"
    """It keeps every promise."""


@dataclass(frozen=True, slots=True)
class PromiseKept:
    """One promise; `flaws` counts what was found against it."""

    promise: Promise
    flaws: int

    @property
    def is_kept(self) -> bool:
        """Whether nothing was found against it."""
        return not self.flaws


@dataclass(frozen=True, slots=True)
class QualityMark:
    """What the platform found out about a module; `promises` are all that there are, in their order."""

    level: Level
    promises: tuple[PromiseKept, ...]

    @property
    def kept(self) -> int:
        """Return how many promises are kept."""
        return sum(each.is_kept for each in self.promises)

    def as_json(self) -> dict[str, Any]:
        """Return JSON values, for `mark_from_json`."""
        return {"level": self.level.value, "flaws": {each.promise.name: each.flaws for each in self.promises}}


def mark_from_json(data: dict[str, Any]) -> QualityMark:
    """Rebuild a mark; raises ValueError, KeyError or TypeError when it is none of these promises."""
    promises = tuple(PromiseKept(promise, int(data["flaws"][promise.name])) for promise in PROMISES)
    return QualityMark(Level(data["level"]), promises)


@cache
def rules_digest() -> str:
    """Return what tells these rules from those of another version of the platform."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def mark_of(flaws: Iterable[Flaw]) -> QualityMark:
    """Return the mark that flaws leave."""
    found = list(flaws)
    counts = Counter(CODES[flaw.code].promise.name for flaw in found)
    is_broken = any(flaw.is_error for flaw in found)
    level = Level.BASIC if is_broken else Level.GOOD if found else Level.EXCELLENT
    return QualityMark(level, tuple(PromiseKept(promise, counts[promise.name]) for promise in PROMISES))


def quality_of(info: WheelInfo, content: bytes) -> QualityMark | None:
    """Return the mark of a wheel that `inspect_wheel` has accepted; None for a library.

    A module that the rules cannot look into has the lowest mark: nobody hides flaws that way.
    """
    if info.manifest is None:
        return None
    try:
        return mark_of(flaws_of(files_of_wheel(info, content)))
    except Exception as error:  # noqa: BLE001 - files of others are looked into, and the page must come up
        log.warning("the rules cannot look into %s: %s: %s", info.filename, type(error).__name__, error)
        return mark_of([Flaw("syntax", info.filename, 1, "it cannot be looked into", "ask its author")])
