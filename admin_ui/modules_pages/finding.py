# SPDX-License-Identifier: Apache-2.0
"""Find modules in the catalog: by words in both languages, by category, by state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import request
from flask_babel import gettext

from admin_ui.modules_pages.cards import Card
from admin_ui.modules_pages.words import category_title


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for; an empty text asks for nothing."""

    words: str = ""
    category: str = ""
    state: str = ""

    @classmethod
    def of_request(cls) -> Wish:
        """Return what the address asks for."""
        given = request.args
        return cls(given.get("q", "").strip()[:200], given.get("category", "")[:40], given.get("state", "")[:20])

    def __bool__(self) -> bool:
        return bool(self.words or self.category or self.state)

    def fits(self, card: Card) -> bool:
        """Tell whether a module is among what is looked for."""
        manifest = card.row.manifest
        text = _plain(" ".join((card.row.name, *manifest.title.values(), *manifest.description.values())))
        has_words = all(word in text for word in _plain(self.words).split())
        return has_words and self.category in {"", manifest.category} and (not self.state or _has(card, self.state))


def categories(cards: Iterable[Card]) -> list[tuple[str, str]]:
    """Return the categories that there are, with their titles."""
    return sorted(
        {(card.row.manifest.category, category_title(card.row.manifest.category)) for card in cards},
        key=lambda pair: pair[1],
    )


def states() -> list[tuple[str, str]]:
    """Return what can be asked for of the state of modules."""
    return [
        ("enabled", str(gettext("switched on"))),
        ("disabled", str(gettext("switched off"))),
        ("update", str(gettext("with a newer version"))),
        ("problem", str(gettext("with a problem"))),
        ("available", str(gettext("not installed"))),
    ]


def _has(card: Card, state: str) -> bool:
    if state == "problem":
        return card.state == "problem"
    return card.row.has_update if state == "update" else card.row.state == state


def _plain(text: str) -> str:
    return text.casefold().replace("ё", "е")
