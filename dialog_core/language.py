# SPDX-License-Identifier: Apache-2.0
"""Words for people outside of a request: customers in a channel, in their own language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Self

from babel.support import NullTranslations, Translations

LANGUAGES = ("ru", "en")
_FOLDER = Path(__file__).parent / "translations"


_of_modules: tuple[Path, ...] = ()


def know_words_of(folders: Iterable[Path]) -> None:
    """Let `say` know the translations of the modules of this process, after those of the core."""
    global _of_modules  # noqa: PLW0603 - a process runs one generation
    _of_modules = tuple(folders)
    _catalog.cache_clear()


@lru_cache(maxsize=8)
def _catalog(language: str) -> NullTranslations:
    known: NullTranslations = Translations.load(_FOLDER, [language])
    last = known
    for folder in _of_modules:
        found = Translations.load(folder, [language])
        last.add_fallback(found)
        last = found
    return known


class Term(str):
    """An English gettext id that fills a place of another message, and is translated with it."""

    __slots__ = ()


class Titles(tuple[Mapping[str, str], ...]):
    """Texts that fill one place together and come in several languages already, as modules give them."""

    __slots__ = ()

    def __str__(self) -> str:
        """Return them in English."""
        return self.in_language("en")

    def in_language(self, language: str) -> str:
        """Return them in a language, parted by commas."""
        return ", ".join(title.get(language) or title.get("en") or "" for title in self)


class Terms(tuple[Term, ...]):
    """Terms that fill one place together, parted by commas."""

    __slots__ = ()

    def __new__(cls, terms: Iterable[str]) -> Self:
        """Take the gettext ids, in their order."""
        return super().__new__(cls, (Term(one) for one in terms))

    def __str__(self) -> str:
        """Return them in English."""
        return ", ".join(self)


def mark(message: str) -> str:
    """Return the text itself; `make messages` finds it by this name, and `say` translates it where it is used."""
    return message


def say(language: str, message: str, /, **values: object) -> str:
    """Return an English gettext id in a language, its `%(name)s` places filled."""
    return phrase(language, _catalog(language if language in LANGUAGES else "en").gettext, message, values)


def phrase(language: str, translate: Callable[[str], str], message: str, values: Mapping[str, object]) -> str:
    """Return a message in a language, into which `translate` brings gettext ids, with its places filled."""
    text = translate(message)
    shown = {name: _shown(language, translate, value) for name, value in values.items()}
    return text % shown if shown else text


def _shown(language: str, translate: Callable[[str], str], value: object) -> object:
    if isinstance(value, Titles):
        return value.in_language(language)
    if isinstance(value, Terms):
        return ", ".join(translate(term) for term in value)
    return translate(value) if isinstance(value, Term) else value
