# SPDX-License-Identifier: Apache-2.0
"""An administrator decides whom to trust: publishers, an index, uploaded files; and finds modules in the catalog."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from dialog_core.clock import now
from dialog_core.modules import make_document, new_key, project_pages, sign_document, sign_wheel
from tests.fixtures.handmade import pack, parts
from tests.running.browsing import Browsers
from tests.running.fixtures import NewPlatform
from tests.running.platform import ADMINISTRATOR, PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.xdist_group("module_trust")]
CHANGELOG = """# 2.0
- Reads *scanned* forms as well
- `forms.limit` is a setting now

# 1.0
- The first one
"""
TEXTS = (("Формы заявок", "Request forms"), ("Разбирает присланные формы.", "Reads forms that customers send."))


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, *values: Any) -> None:
        pass


def module(name: str, version: str, changelog: str = "") -> bytes:
    files = parts(name, version, changelog=changelog)
    manifest = files[f"dialog_{name}/module.toml"].decode()
    for (russian, english), heading in zip(TEXTS, ("title", "description"), strict=True):
        was = f'[{heading}]\nru = "а"\nen = "a"'
        assert was in manifest
        manifest = manifest.replace(was, f'[{heading}]\nru = "{russian}"\nen = "{english}"')
    files[f"dialog_{name}/module.toml"] = manifest.encode()
    return pack(files)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Serve an index with two versions of a module; return its address and the key of its list."""
    folder = tmp_path / "simple"
    folder.mkdir()
    for version, changelog in (("1.0", ""), ("2.0", CHANGELOG)):
        (folder / f"dialog_forms-{version}-py3-none-any.whl").write_bytes(module("forms", version, changelog))
    private, public = new_key()
    content = make_document(folder, serial=7, expires_at=now() + timedelta(days=30))
    for project, page in project_pages(content).items():
        (folder / project).mkdir()
        (folder / project / "index.html").write_text(page)
    (folder / "dialog-index.json").write_bytes(content)
    (folder / "dialog-index.json.sig").write_bytes(sign_document(private, content))
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path)))
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/simple/", public
    server.shutdown()
    server.server_close()
    thread.join()


def test_trust_is_given_seen_and_used(
    new_platform: NewPlatform, browsers: Browsers, served: tuple[str, str], tmp_path: Path
) -> None:
    """A publisher and an index are trusted; the catalog is searched; a signed file needs no password, others do."""
    address, index_key = served
    private, public = new_key()
    platform = new_platform()
    platform.add_person(ADMINISTRATOR, "administrator", name="Anna Admin")
    page = browsers.page(platform.url, ADMINISTRATOR)

    page.goto("/modules/sources")
    browsers.shot(page, "trust-1-nobody-yet")
    page.get_by_label("Name").fill("ACME Forms")
    page.get_by_label("Public key", exact=True).fill(public)
    page.locator("#field-password").fill(PASSWORD)
    page.get_by_role("button", name="Trust this publisher").click()
    expect(page.locator(".publisher-line")).to_contain_text("ACME Forms")
    page.get_by_text("Set an index").click()
    page.get_by_label("Address").fill(address)
    page.get_by_label("Public key of its list").fill(index_key)
    page.locator("#field-index_password").fill(PASSWORD)
    page.get_by_role("button", name="Set and check").click()
    expect(page.locator("main")).to_contain_text("number 7, valid until")
    browsers.shot(page, "trust-2-sources")

    page.goto("/modules")
    browsers.shot(page, "trust-3-catalog")
    page.get_by_label("Find a module").fill("ФОРМЫ")
    expect(page.locator(".module-card")).to_have_count(1)
    expect(page.locator(".module-card")).to_contain_text("Request forms")
    page.locator(".module-card").click()
    expect(page.locator(".changelog")).to_contain_text("Reads scanned forms as well")
    expect(page.locator(".version-line")).to_have_count(2)
    browsers.shot(page, "trust-4-details")
    page.get_by_role("link", name="Install 1.0…").click()
    expect(page.locator("form.card-form")).to_contain_text("from the signed list of 127.0.0.1")
    expect(page.locator("#field-password")).to_have_count(0)
    browsers.shot(page, "trust-5-consent-of-the-index")

    signed = tmp_path / "dialog_signed-1.0-py3-none-any.whl"
    signed.write_bytes(module("signed", "1.0"))
    beside = Path(f"{signed}.sig")
    beside.write_bytes(sign_wheel(private, signed.read_bytes()))
    page.goto("/modules/upload")
    page.locator("#field-wheel").set_input_files([signed, beside])
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("form.card-form")).to_contain_text("signed by ACME Forms")
    expect(page.locator("#field-password")).to_have_count(0)
    unsigned = tmp_path / "dialog_plain-1.0-py3-none-any.whl"
    unsigned.write_bytes(module("plain", "1.0"))
    page.goto("/modules/upload")
    page.locator("#field-wheel").set_input_files([unsigned])
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("form.card-form")).to_contain_text("Nobody vouches for dialog-plain 1.0")
    browsers.shot(page, "trust-6-consent-of-a-stranger")
    page.goto("/modules/upload")
    page.locator("#field-wheel").set_input_files([signed, unsigned])
    page.get_by_role("button", name="Upload").click()
    expect(page.locator(".upload-line")).to_have_count(2)
    browsers.shot(page, "trust-7-uploaded")

    page.goto("/modules/sources")
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator(".publisher-line button").click()
    expect(page.locator("main")).to_contain_text("Nobody yet.")
    page.goto("/modules/signed")
    expect(page.locator("main")).to_contain_text("signed with a key that is not trusted here")

    platform.add_person("olga@example.org", "administrator", name="Ольга", language="ru")
    dark = browsers.page(
        platform.url, "olga@example.org", color_scheme="dark", viewport={"width": 390, "height": 844}, locale="ru-RU"
    )
    dark.goto("/modules/sources")
    expect(dark.locator("main")).to_contain_text("Доверенные издатели")
    for name in ("sources", "forms", "upload"):
        dark.goto(f"/modules/{name}")
        assert dark.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        browsers.shot(dark, f"trust-8-dark-{name}")
    dark.goto("/modules?q=forms")
    assert dark.evaluate("document.documentElement.scrollWidth <= innerWidth")
    browsers.shot(dark, "trust-8-dark-catalog")
