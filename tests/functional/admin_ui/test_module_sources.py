# SPDX-License-Identifier: Apache-2.0
"""The page of sources: publishers and the index are entered, shown with their fingerprints, and taken away."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from dialog_core.modules import new_key, sign_wheel
from dialog_core.modules.trust.signing import key_id
from tests.fixtures.handmade import pack, parts

from .conftest import PASSWORD, Visitor

Wheels = Callable[[str], Path]


def test_a_publisher_is_trusted_with_the_password_and_its_fingerprint_is_shown(admin: Visitor) -> None:
    _, public = new_key()
    admin.get("/modules/sources")
    assert "Nobody yet." in admin.page
    assert admin.post("/modules/sources/publishers", {"name": "ACME", "public_key": "no"}).status_code == 422
    assert "not an Ed25519 public key" in admin.error_of("public_key")
    assert 'value="ACME"' in admin.page
    entries = {"name": "<b>ACME", "public_key": public}
    assert admin.post("/modules/sources/publishers", entries).status_code == 422
    assert "Confirm this with your password" in admin.error_of("password")
    assert admin.post("/modules/sources/publishers", entries | {"password": "wrong"}).status_code == 422
    assert "wrong" in admin.error_of("password")
    assert admin.post("/modules/sources/publishers", entries | {"password": PASSWORD}).status_code == 303
    shown = admin.get("/modules/sources").text
    assert "&lt;b&gt;ACME" in shown
    assert key_id(public)[:4] + " " + key_id(public)[4:8] in shown
    assert admin.post(f"/modules/sources/publishers/{key_id(public)}/remove").status_code == 303
    admin.get("/modules/sources")
    assert "Nobody yet." in admin.page


def test_an_index_that_does_not_answer_is_said_on_the_page(admin: Visitor) -> None:
    _, public = new_key()
    admin.get("/modules/sources")
    entries = {"url": "http://127.0.0.1:9/simple/", "index_key": public}
    assert admin.post("/modules/sources/index", entries | {"index_key": "no"}).status_code == 422
    assert "not an Ed25519 public key" in admin.error_of("index_key")
    assert admin.post("/modules/sources/index", entries).status_code == 422
    assert "Confirm this with your password" in admin.error_of("index_password")
    assert admin.post("/modules/sources/index", entries | {"index_password": PASSWORD}).status_code == 303
    admin.get("/modules/sources")
    assert "The index cannot be reached" in admin.page
    assert "http://127.0.0.1:9/simple/" in admin.page
    admin.get("/modules")
    assert "The index cannot be reached" in admin.page
    admin.get("/modules/sources")
    assert admin.post("/modules/sources/index/check").status_code == 303
    assert admin.post("/modules/sources/index/remove").status_code == 303
    admin.get("/modules/sources")
    assert "None is set." in admin.page


def test_several_files_are_uploaded_together_and_what_is_missing_is_named(
    admin: Visitor, module_wheel: Wheels, module_catalog: Callable[..., Path]
) -> None:
    module_catalog()
    private, _ = new_key()
    notebook, paper = module_wheel("notebook"), module_wheel("paper")
    admin.get("/modules/upload")

    def files(*paths: Path) -> dict[str, list[tuple[io.BytesIO, str]]]:
        return {"wheel": [(io.BytesIO(path.read_bytes()), path.name) for path in paths]}

    lacking = admin.post("/modules/upload", files(notebook))
    assert "It needs dialoglib-paper>=1" in lacking.text.replace("&gt;", ">")
    admin.get("/modules/upload")
    together = files(notebook, paper)
    together["wheel"].append((io.BytesIO(sign_wheel(private, notebook.read_bytes())), f"{notebook.name}.sig"))
    sent = admin.post("/modules/upload", together)
    assert sent.location.startswith("/modules/notebook/install?sha256=")
    admin.get(sent.location)
    assert "signed with a key that is not trusted here" in admin.page
    assert "Nobody vouches for dialog-notebook 1.0, dialoglib-paper 1.2" in admin.page


def test_where_uploads_are_forbidden_the_page_says_why(
    admin: Visitor, module_wheel: Wheels, module_catalog: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    module_catalog()
    monkeypatch.setattr("dialog_core.modules.sources.uploads.uploads_allowed", lambda: False)
    for place in ("upload", "sources", "catalog"):
        monkeypatch.setattr(f"admin_ui.modules_pages.{place}.uploads_allowed", lambda: False)
    admin.get("/modules")
    assert 'href="/modules/upload"' not in admin.page
    assert "DIALOG_UPLOADS=off" in admin.page
    admin.get("/modules/upload")
    assert "Uploads are switched off" in admin.page
    wheel = module_wheel("gateway")
    sent = admin.post("/modules/upload", {"wheel": (io.BytesIO(wheel.read_bytes()), wheel.name)})
    assert sent.status_code == 422
    admin.get("/modules/sources")
    assert "Switched off by whoever runs this installation" in admin.page


def test_a_form_of_five_hundred_megabytes_is_refused_before_it_is_read(admin: Visitor) -> None:
    class Unread:
        def read(self, size: int = -1) -> bytes:
            raise AssertionError("it is read")

    answer = admin.client.post(
        "/modules/upload",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(500 * 1024 * 1024), "wsgi.input": Unread()},
    )
    assert answer.status_code == 413


def test_a_specialist_changes_no_trust(specialist: Visitor) -> None:
    specialist.get("/")
    assert specialist.get("/modules/sources").status_code == 403
    for path in ("publishers", f"publishers/{'0' * 64}/remove", "index", "index/check", "index/remove"):
        assert specialist.post(f"/modules/sources/{path}").status_code == 403
    assert specialist.post("/modules/upload").status_code == 403


CHANGELOG = """# 2.0
- Faster, *much* faster. See [the list](https://evil.example/)
- ![picture](https://evil.example/x.png) <script>alert(1)</script>
"""


@pytest.fixture
def two_versions(admin: Visitor, module_catalog: Callable[..., Path]) -> None:
    """Upload two versions of a module, the second with a changelog."""
    module_catalog("gateway")
    admin.get("/modules/upload")
    for version, changelog in (("1.0", ""), ("2.0", CHANGELOG)):
        content = pack(parts("sample", version, changelog=changelog))
        sent = admin.post(
            "/modules/upload", {"wheel": (io.BytesIO(content), f"dialog_sample-{version}-py3-none-any.whl")}
        )
        assert sent.status_code == 303


@pytest.mark.usefixtures("two_versions")
def test_the_page_of_a_module_offers_versions_and_shows_its_changelog_harmlessly(admin: Visitor) -> None:
    shown = admin.get("/modules/sample").text
    assert shown.count("Install…") == 1
    assert shown.index("Install 2.0…") < shown.index("Install 1.0…")
    assert "uploaded, not signed" in admin.page
    assert "What is new up to 2.0" in admin.page
    assert "<em>much</em>" in shown
    assert "evil.example" in shown
    for harmful in ('<a href="https://evil', "<img", "<script>alert"):
        assert harmful not in shown.partition("card-body changelog")[2].partition("</div>")[0]
    found = [part.partition('"')[0] for part in shown.split("/modules/sample/install?sha256=")[1:]]
    assert len(set(found)) == 2
    admin.get(f"/modules/sample/install?sha256={found[1]}")
    assert "Nobody vouches for dialog-sample 1.0" in admin.page


@pytest.mark.usefixtures("two_versions")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"gateway", "sample"}),
        ("q=SAMPLE+gateway", {"gateway"}),
        ("q=проба", {"gateway"}),
        ("q=nothing+such", set()),
        ("category=other", {"gateway", "sample"}),
        ("category=channel", set()),
        ("state=available", {"gateway", "sample"}),
        ("state=enabled", set()),
        ("state=%3Cscript%3E&category=%27", set()),
    ],
)
def test_modules_are_found_by_words_category_and_state(admin: Visitor, query: str, names: set[str]) -> None:
    shown = admin.get(f"/modules?{query}").text
    assert {name for name in ("gateway", "sample") if f'href="/modules/{name}"' in shown} == names
    assert ("Nothing fits" in shown) == (not names)
    part = admin.get(f"/modules?{query}", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="module-list">')
    assert ("Nothing fits" in part) == (not names)
