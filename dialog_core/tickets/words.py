# SPDX-License-Identifier: Apache-2.0
"""Words of a text as search tokens: the same for what is stored and for what is asked.

A Russian word gives its stem and the stem of its lemma (mostly one and the same), an English word its stem, a number
itself with and without leading zeros, a phone its last ten digits. ё counts as е.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache
from typing import Any

TEXT_LIMIT = 200_000
WORD_LIMIT = 40
DISTINCT_LIMIT = 4_000
PHONE_DIGITS = 10

_WORD = re.compile(r"[^\W_]+")
_PHONE = re.compile(r"(?<!\w)\+?\d[\d\s().\-]{8,18}\d(?!\w)")
_CYRILLIC = re.compile(r"[а-я]")
_NOT_DIGIT = re.compile(r"[^0-9]")
_lock = threading.Lock()  # neither the stemmers nor the dictionary promise to bear two threads


class _Language:
    """Dictionary and stemmers, loaded with the first word: 0.2 s and 30 MiB that a process may never need."""

    def __init__(self) -> None:
        import pymorphy3
        import Stemmer

        self.russian = Stemmer.Stemmer("russian")
        self.english = Stemmer.Stemmer("english")
        self.dictionary: Any = pymorphy3.MorphAnalyzer(lang="ru")

    def russian_tokens(self, word: str) -> tuple[str, ...]:
        """Return the stem of the word and that of its lemma."""
        parses = self.dictionary.parse(word)
        lemma = str(parses[0].normal_form).replace("ё", "е") if parses else word
        return tuple(dict.fromkeys((self.russian.stemWord(word), self.russian.stemWord(lemma))))


@lru_cache(maxsize=1)
def _language() -> _Language:
    return _Language()


def warm_up_search() -> None:
    """Load the dictionary now; a process that will search or index may call it before the first request."""
    with _lock:
        _language()


def folded(text: str) -> str:
    """Return the text in the one spelling that words are compared in."""
    spelt = unicodedata.normalize("NFKC", text[:TEXT_LIMIT].replace("№", " "))  # else № turns into the letters “No”
    return spelt.lower().replace("ё", "е")


def words(text: str) -> list[str]:
    """Return the words of a text, folded, in their order, each as often as it stands there."""
    return _WORD.findall(folded(text))


@lru_cache(maxsize=65_536)
def word_tokens(word: str) -> tuple[str, ...]:
    """Return the tokens of one folded word; any of them counts as the word."""
    word = word[:WORD_LIMIT]
    if word.isdecimal():
        return tuple(dict.fromkeys((word, word.lstrip("0") or "0")))
    if any(letter.isdecimal() for letter in word):
        return (word,)
    with _lock:
        if _CYRILLIC.search(word):
            return _language().russian_tokens(word)
        return (str(_language().english.stemWord(word)),) if word.isascii() else (word,)


def phones(text: str) -> list[str]:
    """Return the last ten digits of everything in the text that may be a phone."""
    digits = (_NOT_DIGIT.sub("", found) for found in _PHONE.findall(unicodedata.normalize("NFKC", text[:TEXT_LIMIT])))
    return [number[-PHONE_DIGITS:] for number in digits if PHONE_DIGITS <= len(number) <= PHONE_DIGITS + 5]


def search_tokens(text: str) -> str:
    """Return the distinct tokens of a text, parted by spaces.

    Only the first `DISTINCT_LIMIT` distinct words count: nobody's writing has more, and a text made to have
    more must not hold the write transaction for seconds.
    """
    found: dict[str, None] = {}
    for word in list(dict.fromkeys(words(text)))[:DISTINCT_LIMIT]:
        for token in word_tokens(word):
            found[token] = None
    for phone in phones(text):
        found[phone] = None
    return " ".join(found)
