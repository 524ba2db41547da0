# SPDX-License-Identifier: Apache-2.0
"""The history of a module's settings and the test of its connection, on their pages."""

from __future__ import annotations

from .conftest import Visitor
from .test_modules import installed

__all__ = ["installed"]


def test_settings_are_tried_out_and_brought_back(admin: Visitor, installed: str) -> None:
    admin.get(f"{installed}/settings")
    assert "Test the connection" in admin.page
    values = {"address": "https://gateway.example.org/", "token": "good-one"}
    tried = admin.post(f"{installed}/settings/test", values)
    assert "The connection works." in tried.text
    assert "It answers at https://gateway.example.org/." in tried.text
    bad = admin.post(f"{installed}/settings/test", {**values, "token": "other-secret"})
    assert "The connection does not work." in bad.text
    assert "other-secret" not in bad.text
    assert admin.post(f"{installed}/settings", values).status_code == 303
    admin.get(f"{installed}/settings")
    assert admin.post(f"{installed}/settings", {**values, "token": "good-two", "address": ""}).status_code == 303
    admin.get(f"{installed}/settings/history")
    assert "changed (secret)" in admin.page
    assert "good-" not in admin.page
    assert admin.post(f"{installed}/settings/history/1/revert").status_code == 303
    admin.get(f"{installed}/settings/history")
    assert "Revision 3" in admin.page
    assert admin.post(f"{installed}/settings/history/9/revert").status_code == 409
    assert "no such revision" in admin.page


def test_only_administrators_see_the_history(specialist: Visitor) -> None:
    assert specialist.get("/modules/gateway/settings/history").status_code == 403
