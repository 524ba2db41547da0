# SPDX-License-Identifier: Apache-2.0
"""The modules pages: catalog, consent, progress, settings, upload, with real wheels and a real installation."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from dialog_core.config import Config
from dialog_core.database import db, write
from dialog_core.modules import flush_incidents, keep_incidents, report_incident
from dialog_core.modules.calls.notices import QUARANTINED, add_notice
from dialog_core.modules.changes.coordinator import apply_when_free
from dialog_core.modules.recovery.quarantine import TOLERANCES
from dialog_core.modules.reports.strikes import Kind

from .conftest import PASSWORD, Visitor

Catalog = Callable[..., Path]


def carry_out(app: Flask, config: Config, location: str | None) -> None:
    """Make the change whose page a form led to, as the worker would."""
    found = re.fullmatch(r"/modules/changes/(\d+)", location or "")
    assert found is not None, location
    with app.app_context():
        apply_when_free(config, int(found.group(1)))
        db.session.remove()


@pytest.fixture
def installed(app: Flask, admin: Visitor, sqlite_config: Config, module_catalog: Catalog) -> str:
    """Install the module `gateway` from the catalog by its pages and return the address of its page."""
    module_catalog("gateway")
    admin.get("/modules/gateway/install")
    carry_out(app, sqlite_config, admin.post("/modules/gateway/install").location)
    return "/modules/gateway"


def test_an_empty_catalog_says_what_to_do(admin: Visitor, module_catalog: Catalog) -> None:
    module_catalog()
    admin.get("/modules")
    assert "No modules here yet" in admin.page
    assert 'href="/modules/upload"' in admin.page


def test_a_module_shows_what_it_asks_for_before_anything_runs(admin: Visitor, module_catalog: Catalog) -> None:
    module_catalog("gateway")
    admin.get("/modules")
    assert "Sample gateway" in admin.page
    for path in ("/modules/gateway", "/modules/gateway/install"):
        admin.get(path)
        assert "gateway.example.org" in admin.page
        assert "the address in its setting “address”" in admin.page
        assert "runs with the platform's rights" in admin.page
    assert "Agree and install" in admin.page


def test_installing_is_watched_step_by_step(
    app: Flask, admin: Visitor, sqlite_config: Config, module_catalog: Catalog
) -> None:
    module_catalog("gateway")
    admin.get("/modules/gateway/install")
    location = admin.post("/modules/gateway/install").location
    waiting = admin.get(f"{location}/steps")
    assert 'hx-trigger="load delay:1s"' in waiting.text
    carry_out(app, sqlite_config, location)
    done = admin.get(f"{location}/steps")
    assert "hx-trigger" not in done.text
    assert done.text.count('data-state="done"') == 7
    assert "Fill in the settings" in done.text
    admin.get("/modules/history")
    assert "Installing Sample gateway" in admin.page
    admin.get("/modules")
    assert "switched off" in admin.page


def test_enabling_without_a_required_setting_is_refused_by_name(admin: Visitor, installed: str) -> None:
    admin.get(installed)
    assert admin.post(f"{installed}/enable").status_code == 409
    assert "cannot be enabled before this is set" in admin.page
    assert "token" in admin.page


def test_settings_are_checked_kept_and_secrets_not_shown(
    app: Flask, admin: Visitor, sqlite_config: Config, installed: str
) -> None:
    admin.get(f"{installed}/settings")
    assert 'type="password"' in admin.page
    wrong = admin.post(f"{installed}/settings", {"address": "elsewhere", "token": "abc"})
    assert wrong.status_code == 422
    assert "at least 5 characters" in admin.error_of("token")
    assert 'value="elsewhere"' in admin.page
    assert 'value="abc"' not in admin.page
    right = {"address": "https://gateway.example.org/", "token": "secret-one"}
    assert admin.post(f"{installed}/settings", right).status_code == 303
    admin.get(f"{installed}/settings")
    assert "secret-one" not in admin.page
    assert "leave empty to keep it" in admin.page
    assert admin.post(f"{installed}/settings", {"address": "https://other.example/", "token": ""}).status_code == 303
    carry_out(app, sqlite_config, admin.post(f"{installed}/enable").location)
    admin.get("/modules")
    assert 'data-state="enabled"' in admin.page


def test_a_failing_module_has_a_red_card_and_its_failures_are_listed(
    app: Flask, admin: Visitor, sqlite_config: Config, installed: str
) -> None:
    admin.get(f"{installed}/settings")
    admin.post(f"{installed}/settings", {"address": "https://gateway.example.org/", "token": "secret-one"})
    carry_out(app, sqlite_config, admin.post(f"{installed}/enable").location)
    keep_incidents(sqlite_config)
    with app.app_context():
        try:
            raise RuntimeError("<b>out of order</b>")
        except RuntimeError as error:
            report_incident("gateway", "hook settings_schema", error)
        flush_incidents()
        db.session.remove()
    admin.get("/modules")
    assert 'data-state="problem"' in admin.page
    shown = admin.get("/modules/incidents?module=gateway").text
    assert "&lt;b&gt;out of order&lt;/b&gt;" in shown
    assert "Traceback" in shown


def test_an_upload_is_looked_into_and_needs_the_password(
    app: Flask, admin: Visitor, sqlite_config: Config, module_wheel: Callable[[str], Path], module_catalog: Catalog
) -> None:
    module_catalog()
    wheel = module_wheel("gateway")
    admin.get("/modules/upload")
    sent = admin.post("/modules/upload", {"wheel": (io.BytesIO(b"not a wheel"), "x-1.0-py3-none-any.whl")})
    assert sent.status_code == 422
    sent = admin.post("/modules/upload", {"wheel": (io.BytesIO(wheel.read_bytes()), wheel.name)})
    assert sent.location.startswith("/modules/gateway/install?sha256=")
    admin.get(sent.location)
    assert "Nobody vouches for dialog-gateway 1.0" in admin.page
    form = {"sha256": sent.location.partition("sha256=")[2]}
    assert admin.post("/modules/gateway/install", {**form, "password": "wrong password"}).status_code == 409
    assert "wrong" in admin.error_of("password")
    answer = admin.post("/modules/gateway/install", {**form, "password": PASSWORD})
    carry_out(app, sqlite_config, answer.location)
    admin.get("/modules/gateway")
    assert "uploaded, not signed" in admin.page


def test_a_specialist_does_not_get_in(specialist: Visitor, module_catalog: Catalog) -> None:
    module_catalog("gateway")
    for path in (
        "/modules",
        "/modules/gateway",
        "/modules/gateway/install",
        "/modules/gateway/settings",
        "/modules/changes/1",
    ):
        assert specialist.get(path).status_code == 403


def test_administrators_are_told_on_every_page_what_the_platform_did(
    app: Flask, admin: Visitor, installed: str
) -> None:
    with app.app_context():
        with write() as session:
            values = {"count": 3}
            add_notice(
                session, module="gateway", kind=QUARANTINED, message=TOLERANCES[Kind.DEATH].message, values=values,
                change=None,
            )  # fmt: skip
        db.session.remove()
    shown = admin.get("/profile").text
    assert "switched off a module that did harm" in shown
    assert "3 processes died" in shown
    number = re.findall(r"/modules/notices/(\d+)/close", shown)[0]
    assert admin.post(f"/modules/notices/{number}/close").status_code == 303
    assert "did harm" not in admin.get("/profile").text
    kept = admin.get(installed).text.split('id="past"')[1]
    assert "The platform switched it off." in kept
    assert "3 processes died" in kept
