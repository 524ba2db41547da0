# SPDX-License-Identifier: Apache-2.0
"""Words for people outside of a request: customers in a channel, in their own language."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from babel.support import NullTranslations, Translations

LANGUAGES = ("ru", "en")
_FOLDER = Path(__file__).parent / "translations"


@lru_cache(maxsize=8)
def _catalog(language: str) -> NullTranslations:
    return Translations.load(_FOLDER, [language])


def mark(message: str) -> str:
    """Return the text itself; `make messages` finds it by this name, and `say` translates it where it is used."""
    return message


def say(language: str, message: str, /, **values: object) -> str:
    """Return an English gettext id in a language, its `%(name)s` places filled."""
    text = _catalog(language if language in LANGUAGES else "en").gettext(message)
    return text % values if values else text
