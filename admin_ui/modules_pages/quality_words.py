# SPDX-License-Identifier: Apache-2.0
"""Words for the quality mark, which the platform computes itself."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext

from dialog_core.modules import Level, QualityMark

KINDS = {Level.EXCELLENT: "good", Level.GOOD: "", Level.BASIC: "warn"}


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """One promise in the reader's language: its title, what it means, and how much was found against it."""

    title: str
    meaning: str
    flaws: int


@dataclass(frozen=True, slots=True)
class ShownMark:
    """A mark as pages show it; `kind` colours it."""

    title: str
    kind: str
    summary: str
    promises: tuple[PromiseLine, ...]


def shown_mark(mark: QualityMark | None) -> ShownMark | None:
    """Return a mark in the reader's language."""
    if mark is None:
        return None
    titles = {
        Level.EXCELLENT: gettext("excellent quality"),
        Level.GOOD: gettext("good quality"),
        Level.BASIC: gettext("basic quality"),
    }
    summary = gettext("Promises kept: %(kept)s of %(total)s", kept=mark.kept, total=len(mark.promises))
    lines = [
        PromiseLine(gettext(each.promise.title), gettext(each.promise.meaning), each.flaws) for each in mark.promises
    ]
    return ShownMark(str(titles[mark.level]), KINDS[mark.level], str(summary), tuple(lines))
