# SPDX-License-Identifier: Apache-2.0
"""The words of a text become the same tokens as the words of a question."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from dialog_core.tickets import search_tokens
from dialog_core.tickets.words import DISTINCT_LIMIT, phones, word_tokens, words


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("позвонили с терминалов", "терминал"),
        ("Ёлка в отчёте", "отчет"),
        ("Ёлка в отчёте", "ОТЧЁТЫ"),
        ("накладными принтера", "накладная"),
        ("накладными принтера", "принтеры"),
        ("printing failures on servers", "failure"),
        ("printing failures on servers", "Server"),
        ("обращение №2026-000123", "123"),
        ("обращение №2026-000123", "000123"),
        ("обращение №2026-000123", "№2026"),
        ("перезвоните +7 (900) 555-12-34 до обеда", "9005551234"),
        ("узел srv-017", "srv"),
        ("стали", "сталь"),
    ],
)
def test_a_word_is_found_in_any_form(written: str, asked: str) -> None:
    stored = set(search_tokens(written).split())
    assert all(stored & set(word_tokens(word)) for word in words(asked))


def test_different_words_stay_different() -> None:
    assert not set(search_tokens("принтер печатает").split()) & set(search_tokens("сервер падает").split())


def test_no_token_can_be_taken_for_the_syntax_of_a_query() -> None:
    hostile = "\"OR\" 'x' * NEAR(a b) -- ; DROP_TABLE a:b (c) ^d + e\\f \x00 \u202e ́ 𝟙 ﷺ {g} <h> | & !"
    assert all(token.isalnum() for token in search_tokens(hostile).split())


def test_phones_are_read_in_any_spelling() -> None:
    for spelling in ("+7 900 555-12-34", "8(900)5551234", "89005551234", "+79005551234", "900 555 12 34"):
        assert phones(f"тел. {spelling}, спросить Анну") == ["9005551234"]
    assert phones("12345, 2026, 1234567890123456789012") == []


def test_a_text_made_to_be_slow_is_cut() -> None:
    text = " ".join(
        f"слово{chr(1072 + i % 32)}{chr(1072 + i // 32 % 32)}{chr(1072 + i // 1024)}" for i in range(30_000)
    )
    begun = time.monotonic()
    tokens = search_tokens(text).split()
    assert time.monotonic() - begun < 5
    assert len(tokens) <= 2 * DISTINCT_LIMIT


def test_the_dictionary_is_loaded_only_when_a_word_needs_it() -> None:
    code = (
        "import sys, dialog_core.models, dialog_core.tickets as t; t.ticket_list; t.open_ticket;"
        "assert 'pymorphy3' not in sys.modules; t.search_tokens('слово'); assert 'pymorphy3' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
