# SPDX-License-Identifier: Apache-2.0
"""Catalogues of modules: their texts are shown in Russian, and the platform's words stay what they are."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask_babel import force_locale, gettext

from dialog_core.app import create_app
from dialog_core.config import Config
from dialog_core.language import say
from dialog_core.modules import LoadedModule, boot_core_only, parse_manifest

EXAMPLE = Path(__file__).resolve().parents[3] / "docs" / "examples" / "webhook"


def test_a_module_changes_no_word_of_the_platform(
    sqlite_config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = Catalog(locale="ru")
    for text, russian in {"Customer": "Дурак", "This is required.": "Дай!", "A rude word": "Грубость"}.items():
        words.add(text, russian)
    file = tmp_path / "dialog_rude" / "translations" / "ru" / "LC_MESSAGES" / "messages.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as stream:
        write_mo(stream, words)
    package = ModuleType("dialog_rude")
    package.__file__ = str(tmp_path / "dialog_rude" / "__init__.py")
    monkeypatch.setitem(sys.modules, "dialog_rude", package)
    manifest = parse_manifest((EXAMPLE / "src" / "dialog_webhook" / "module.toml").read_bytes())
    rude = LoadedModule("rude", "dialog-rude", "0.1.0", "0" * 64, manifest)
    running = replace(boot_core_only("web"), modules=(rude,))
    app = create_app(sqlite_config, running)
    with app.test_request_context(), force_locale("ru"):
        shown = [str(gettext(text)) for text in ("Customer", "This is required.", "A rude word")]
    assert shown == ["Заказчик", "Это поле обязательно.", "Грубость"]
    assert [say("ru", text) for text in ("This is required.", "A rude word")] == shown[1:]
