# SPDX-License-Identifier: Apache-2.0
"""Files go in and come out as they were, and never run in a browser."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import quote

import pytest

from tests.functional.api.conftest import Caller, Callers

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 50


def upload(caller: Caller, query: str = "", **options: Any) -> Any:
    return caller.post(f"/tickets/{caller.ticket()['number']}/attachments{query}", **options)


def test_files_of_a_form_become_one_entry(any_callers: Callers) -> None:
    caller = any_callers.specialist
    form = {"one": (io.BytesIO(PNG), "снимок.png"), "two": (io.BytesIO(b"<script>"), "../../evil.html")}
    number = caller.ticket()["number"]
    answer = caller.post(f"/tickets/{number}/attachments?text=Снимки&kind=message", data=form)
    assert answer.status_code == 201
    items = {one["name"]: one for one in answer.get_json()["items"]}
    assert items["снимок.png"]["media_type"] == "image/png"
    assert all("/" not in name for name in items)
    entry = caller.get(f"/tickets/{number}/entries").get_json()["items"][-1]
    assert (entry["id"], entry["text"], entry["kind"]) == (answer.get_json()["entry"], "Снимки", "message")
    for one in items.values():
        given = caller.get(one["_links"]["content"]["href"].removeprefix("/api/v1"))
        assert given.status_code == 200


def test_the_body_can_be_the_content(caller: Caller) -> None:
    content = bytes(range(256)) * 8192
    answer = upload(caller, "?name=dump.bin", data=content, content_type="application/octet-stream")
    (one,) = answer.get_json()["items"]
    given = caller.get(f"/attachments/{one['id']}")
    assert given.data == content
    assert one["size"] == len(content)
    named = upload(
        caller, data=b"x", content_type="text/plain", headers={"Content-Disposition": 'attachment; filename="a.txt"'}
    )
    assert named.get_json()["items"][0]["name"] == "a.txt"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", b"<html><script>alert(1)</script>"),
        ("a.svg", b"<svg onload=alert(1)>"),
        ('"\r\nX-Evil: 1.png', PNG),
    ],
    ids=["html", "svg", "header"],
)
def test_nothing_runs_when_it_is_downloaded(caller: Caller, name: str, content: bytes) -> None:
    one = upload(caller, f"?name={quote(name)}", data=content, content_type="text/html").get_json()["items"][0]
    given = caller.get(f"/attachments/{one['id']}")
    assert given.headers["Content-Disposition"].startswith("attachment;")
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in given.headers["Content-Security-Policy"]
    assert "X-Evil" not in given.headers
    assert given.mimetype == ("image/png" if content is PNG else "application/octet-stream")


def test_what_cannot_be_a_file_is_refused(caller: Caller) -> None:
    assert upload(caller, data=b"", content_type="text/plain").status_code == 422
    assert upload(caller, data={"note": "no file"}, content_type="multipart/form-data").status_code == 422
    assert upload(caller, data=b"a=1", content_type="application/x-www-form-urlencoded").status_code == 415
    assert upload(caller, "?kind=answer", data=b"x", content_type="text/plain").status_code == 422


def test_a_file_over_the_limit_is_refused_and_one_at_it_is_kept(caller: Caller) -> None:
    at_limit = b"x" * (20 * 1024 * 1024)
    assert upload(caller, data=at_limit, content_type="text/plain").status_code == 201
    assert upload(caller, data=at_limit + b"x", content_type="text/plain").status_code == 413


def test_files_need_the_right_to_read(callers: Callers) -> None:
    one = upload(callers.specialist, data=b"x", content_type="text/plain").get_json()["items"][0]
    assert callers.app.test_client().get(f"/api/v1/attachments/{one['id']}").status_code == 401
