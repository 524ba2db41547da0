# SPDX-License-Identifier: Apache-2.0
"""What modules and their schemas say, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import Babel

from admin_ui.modules_pages.words import schema_message
from admin_ui.shell import module_words
from scripts.messages import packages


@pytest.fixture(autouse=True)
def russian_reader() -> Iterator[None]:
    """Read everything in Russian, with the translations of the platform and of its modules."""
    app = Flask("reader")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(str(package / "translations") for package in packages())
    Babel(app, locale_selector=lambda: "ru")
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        (
            "There is nothing to send: no text and no file.",
            "Отправлять нечего: нет ни текста, ни файла.",
        ),
        ("Telegram was not reached: timed out: 5 s", "Нет связи с Telegram: timed out: 5 s"),
        ("Bad Request: chat not found (400)", "Bad Request: chat not found (400)"),
        (": a colon first", ": a colon first"),
    ],
)
def test_a_modules_text_is_translated_up_to_its_particulars(text: str, shown: str) -> None:
    assert module_words(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Must be greater than or equal to 1 and less than or equal to 50.", "Введите число от 1 до 50."),
        ("Must be greater than or equal to 1.", "Введите число не меньше 1."),
        ("Must be one of: polling, webhook.", "Выберите одно из: polling, webhook."),
        ("Length must be between 2 and 5.", "Нужно от 2 до 5 знаков."),
        ("Not a valid URL.", "Это не адрес (URL)."),
        (
            "This is not a bot token: it looks like 123456789:AAE…",
            "Это не токен бота: он выглядит как 123456789:AAE…",
        ),
        ("Something of the module's own", "Something of the module's own"),
    ],
)
def test_messages_of_a_schema_are_translated(text: str, shown: str) -> None:
    assert schema_message(text) == shown
