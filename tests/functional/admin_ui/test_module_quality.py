# SPDX-License-Identifier: Apache-2.0
"""The quality mark on the pages: a badge in the list and in the plan, the promises on the module's page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from dialog_core import staff
from dialog_core.authoring import build_wheel, publish, read_source
from dialog_core.database import db
from tests.author_kit.sound_module import FILES, PACKAGE, write_module

from .conftest import PASSWORD, Visitor


@pytest.fixture
def offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, str]], None]:
    """Return a function that makes a catalog of one module, the sound one with other files."""

    def offer(files: dict[str, str]) -> None:
        source = read_source(write_module(tmp_path / "source", {**FILES, **files}))
        publish([build_wheel(source, tmp_path / "dist")], tmp_path / "catalog", key=None, days=1)
        monkeypatch.setenv("DIALOG_CATALOG", str(tmp_path / "catalog"))

    return offer


PAGES = ("/modules", "/modules/sample", "/modules/sample/install")


def test_a_module_that_keeps_its_promises(admin: Visitor, offered: Callable[[dict[str, str]], None]) -> None:
    offered({})
    for path in PAGES:
        admin.get(path)
        assert 'data-kind="good" title="Promises kept: 11 of 11">excellent quality</span>' in admin.page
    admin.get("/modules/sample")
    assert "Does nothing while it is loaded" in admin.page
    assert "a module cannot give itself a mark" in admin.page
    assert "not kept" not in admin.page


def test_what_is_not_kept_is_told_and_a_claim_is_one_flaw_more(
    app: Flask, visitor: Callable[..., Visitor], admin: Visitor, offered: Callable[[dict[str, str]], None]
) -> None:
    hooks = f"{PACKAGE}/hooks.py"
    code = FILES[hooks].replace("import os\n", "import os\nimport time\n") + "\n\ntime.sleep(0)\n"
    offered({hooks: code, f"{PACKAGE}/quality.toml": 'level = "excellent"\n'})
    for path in PAGES:
        admin.get(path)
        assert 'data-kind="warn" title="Promises kept: 9 of 11">basic quality</span>' in admin.page
    admin.get("/modules/sample")
    assert admin.page.count("not kept, places: 1") == 2
    with app.app_context():
        system = staff.system_actor("test")
        staff.create_staff(
            system, email="rita@example.com", name="Rita", role="administrator", password=PASSWORD, language="ru"
        )
        db.session.remove()
    rita = visitor("rita@example.com", "ru")
    rita.get("/modules/sample")
    assert 'title="Выполнено обещаний: 9 из 11">качество базовое</span>' in rita.page
    assert "Ничего не делает при загрузке" in rita.page
    assert "Keeps" not in rita.page
