# SPDX-License-Identifier: Apache-2.0
"""An organisation's own index, served by a real HTTP server on this machine; its list is signed with a real key."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from dialog_core.clock import now
from dialog_core.config import Config
from dialog_core.database import db
from dialog_core.errors import NotAllowedNow, NotFound, NotPermitted, WrongValue
from dialog_core.modules import (
    Action,
    Verb,
    add_publisher,
    check_index,
    index_view,
    make_document,
    module_offers,
    new_key,
    overview,
    plan_change,
    remove_index,
    request_change,
    set_index,
    sign_document,
    sign_wheel,
)
from dialog_core.modules.changes.applying import apply_change
from dialog_core.modules.models import ModuleIndex, StoredWheel
from dialog_core.modules.sources import index_client
from dialog_core.modules.sources.index import check_index_when_due
from dialog_core.staff import Actor, ActorKind, system_actor

CLI = system_actor("cli")
Wheels = Callable[[str], Path]


@dataclass
class Index:
    """A folder of wheels and what is told about it; everything can be made false.

    Attributes:
        answers: what is sent for a path instead of what is right.
        asked: the paths that were asked for.
    """

    folder: Path
    private: str
    public: str
    url: str = ""
    answers: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    as_json: bool = True
    with_hash: bool = True
    location: str = ""
    kind: str = "application/json"
    encoding: str = ""
    pause: float = 0.0

    def publish(self, serial: int, *, expires_at: datetime | None = None, private: str = "") -> bytes:
        """Sign a new list of the folder."""
        content = make_document(self.folder, serial=serial, expires_at=expires_at or now() + timedelta(days=1))
        self.sign(content, private)
        return content

    def sign(self, content: bytes, private: str = "") -> None:
        self.answers["/simple/dialog-index.json"] = content
        self.answers["/simple/dialog-index.json.sig"] = sign_document(private or self.private, content)

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Return status, media type and content for a path."""
        self.asked.append(path)
        if path in self.answers:
            return 200, self.kind, self.answers[path]
        if path.startswith("/files/"):
            file = self.folder / path.rpartition("/")[2]
            return (200, "application/octet-stream", file.read_bytes()) if file.exists() else (404, "text/plain", b"")
        project = path.removeprefix("/simple/").strip("/").replace("-", "_")
        wheels = sorted(self.folder.glob(f"{project}-*.whl"))
        hashes = {wheel: hashlib.sha256(wheel.read_bytes()).hexdigest() for wheel in wheels}
        if self.as_json:
            files = [
                {"filename": wheel.name, "url": f"../../files/{wheel.name}"}
                | ({"hashes": {"sha256": hashes[wheel]}} if self.with_hash else {})
                for wheel in wheels
            ]
            body = json.dumps({"meta": {"api-version": "1.0"}, "name": project, "files": files}).encode()
            return 200, "application/vnd.pypi.simple.v1+json", body
        links = [f'<a href="/files/{wheel.name}#sha256={hashes[wheel]}">{wheel.name}</a>' for wheel in wheels]
        return 200, "text/html", f"<!DOCTYPE html><html><body>{''.join(links)}</body></html>".encode()


@pytest.fixture
def index(tmp_path: Path, module_catalog: Callable[..., Path]) -> Iterator[Index]:
    """Serve an empty index; the platform's own catalog is empty too."""
    module_catalog()
    folder = tmp_path / "index"
    folder.mkdir()
    found = Index(folder, *new_key())

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if found.location:
                self.send_response(302)
                self.send_header("Location", found.location)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            status, kind, content = found.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            if found.encoding:
                self.send_header("Content-Encoding", found.encoding)
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # who has read enough hangs up
                for place in range(0, len(content), 100) if found.pause else ():
                    self.wfile.write(content[place : place + 100])
                    self.wfile.flush()
                    time.sleep(found.pause)
                if not found.pause:
                    self.wfile.write(content)

        def log_message(self, *values: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}/simple/"
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def filled(any_core: Flask, index: Index, module_wheel: Wheels) -> Index:
    """Return an index with a module and its library, known to the platform."""
    for name in ("notebook", "paper"):
        shutil.copyfile(module_wheel(name), index.folder / module_wheel(name).name)
    index.publish(5)
    set_index(CLI, url=index.url, public_key=index.public)
    check_index(CLI)
    return index


@pytest.mark.parametrize("as_json", [True, False], ids=["PEP 691", "PEP 503"])
def test_a_module_and_its_library_come_from_the_index(filled: Index, any_config: Config, as_json: bool) -> None:
    filled.as_json = as_json
    row = next(row for row in overview(CLI).modules if row.name == "notebook")
    assert (row.state, row.source, row.publisher, row.available) == ("available", "index", "127.0.0.1", "1.0")
    assert [path for path in filled.asked if path.endswith(".whl")] == []
    plan = plan_change(CLI, actions=[Action(Verb.INSTALL, "notebook")])
    assert (plan.items[0].source, plan.items[0].publisher, plan.libraries) == (
        "index", "127.0.0.1", (("dialoglib-paper", "1.2"),),
    )  # fmt: skip
    assert plan.unvouched == ()
    done = apply_change(any_config, request_change(CLI, actions=[Action(Verb.INSTALL, "notebook")]), converge_seconds=5)
    assert done.state == "done", done.problem
    with db.engine.connect() as connection:
        assert set(connection.scalars(select(StoredWheel.source))) == {"index"}
    view = index_view(CLI)
    assert view is not None
    assert (view.serial, view.modules, view.libraries, view.problem, view.is_expired) == (5, 1, 1, None, False)


def test_a_wheel_of_the_index_that_a_publisher_signed_shows_the_publisher(filled: Index) -> None:
    private, public = new_key()
    wheel = next(filled.folder.glob("dialog_notebook*"))
    Path(f"{wheel}.sig").write_bytes(sign_wheel(private, wheel.read_bytes()))
    filled.publish(6)
    check_index(CLI)
    assert module_offers(CLI, name="notebook")[0].vouching.publisher == "127.0.0.1"
    add_publisher(CLI, name="ACME", public_key=public)
    assert module_offers(CLI, name="notebook")[0].vouching.publisher == "ACME"
    assert plan_change(CLI, actions=[Action(Verb.INSTALL, "notebook")]).items[0].publisher == "ACME"


def refused(words: str) -> None:
    with pytest.raises(NotAllowedNow, match=words):
        check_index(CLI)
    view = index_view(CLI)
    assert view is not None
    assert view.problem is not None
    assert view.serial == 5
    assert [row.name for row in overview(CLI).modules] == ["notebook"]


def test_lists_that_are_refused_leave_the_accepted_one(filled: Index) -> None:
    good = filled.publish(5)
    filled.publish(4)
    refused("sends list 4, but list 5 was seen before")
    filled.publish(5, expires_at=now() + timedelta(days=2))
    refused("another list under the same number 5")
    filled.publish(6, expires_at=now() - timedelta(seconds=1))
    refused("expired on")
    filled.publish(6, private=new_key()[0])
    refused("signed with the key .*, not with the one that was entered")
    filled.publish(6)
    filled.answers["/simple/dialog-index.json"] += b" "
    refused("signature does not fit the list")
    filled.answers["/simple/dialog-index.json.sig"] = b"no signature"
    with pytest.raises(WrongValue, match="not a signature file"):
        check_index(CLI)
    for broken in (b"no json", b"[]", b"{}", json.dumps(json.loads(good) | {"format": 9, "serial": 9}).encode()):
        filled.sign(broken)
        refused("list of the index cannot be read")
    odd = json.loads(good)["files"]
    next(item for item in odd if item["manifest"])["manifest"]["icon"] = ["<svg>"]
    for change in (
        {"serial": "9"},
        {"serial": 0},
        {"expires": "soon"},
        {"files": [{"filename": "x"}]},
        {"serial": 9, "files": odd},
    ):
        filled.sign(json.dumps(json.loads(good) | change).encode())
        refused("list of the index cannot be read")
    filled.publish(7)
    check_index(CLI)
    view = index_view(CLI)
    assert view is not None
    assert (view.serial, view.problem) == (7, None)


def test_what_the_index_sends_instead_is_not_installed(filled: Index) -> None:
    action = [Action(Verb.INSTALL, "notebook")]
    name = next(filled.folder.glob("dialog_notebook*")).name
    content = (filled.folder / name).read_bytes()
    (filled.folder / name).write_bytes(content[:-1] + b"x")
    with pytest.raises(NotAllowedNow, match="gives another hash for dialog_notebook"):
        plan_change(CLI, actions=action)
    filled.with_hash = False
    with pytest.raises(NotAllowedNow, match="with other content than its signed list says"):
        plan_change(CLI, actions=action)
    (filled.folder / name).write_bytes(content + b"0" * 5_000_000)
    with pytest.raises(NotAllowedNow, match=r"sends more for http.* than the \d+ bytes"):
        plan_change(CLI, actions=action)
    (filled.folder / name).unlink()
    with pytest.raises(NotAllowedNow, match="its page of “dialog-notebook” does not have it"):
        plan_change(CLI, actions=action)
    (filled.folder / name).write_bytes(content)
    list_ = json.loads(filled.publish(6))
    next(item for item in list_["files"] if item["manifest"])["manifest"]["title"]["en"] = "Something harmless"
    filled.sign(json.dumps(list_).encode())
    check_index(CLI)
    with pytest.raises(NotAllowedNow, match=r"describes dialog_notebook.* otherwise than the wheel itself"):
        plan_change(CLI, actions=action)
    with db.engine.connect() as connection:
        assert list(connection.scalars(select(StoredWheel.sha256))) == []


def test_an_index_leads_nowhere_else_and_not_for_long(filled: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    filled.location = filled.url.replace("127.0.0.1", "localhost")
    refused("leads to another host than the one that was entered")
    filled.location = ""
    filled.answers["/simple/dialog-index.json"] = b"0" * (index_client.MAX_PAGE * 2 + 1)
    refused("sends more for")
    filled.publish(6)
    monkeypatch.setattr(index_client, "PAGE_SECONDS", -1.0)
    refused("is too slow")


def test_an_index_that_drips_or_packs_its_answers_is_given_up(filled: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zlib.compress(zlib.compress(b"0" * (index_client.MAX_PAGE * 3)))
    filled.answers["/simple/dialog-index.json"], filled.encoding = bomb, "deflate, deflate"
    refused("packed")
    filled.encoding = ""
    filled.answers["/simple/dialog-index.json"] = b"0" * 4000
    filled.pause = 0.1
    monkeypatch.setattr(index_client, "PAGE_SECONDS", 0.3)
    began = time.monotonic()
    refused("is too slow")
    assert time.monotonic() < began + 2.5, "it was not read to its end"


@pytest.mark.parametrize("link", [7, None, ["x"], "http://[", "http://127.0.0.1:x/"])
@pytest.mark.parametrize("as_json", [True, False], ids=["PEP 691", "PEP 503"])
def test_pages_with_links_that_are_none(filled: Index, link: Any, as_json: bool) -> None:
    name = next(filled.folder.glob("dialog_notebook*")).name
    page = {"files": [{"filename": name, "url": link}]}
    filled.answers["/simple/dialog-notebook/"] = (
        json.dumps(page) if as_json else f'<a href="{link}">{name}</a><a href="http://[">x</a>'
    ).encode()
    filled.kind = "application/json" if as_json else "text/html"
    with pytest.raises(NotAllowedNow):
        plan_change(CLI, actions=[Action(Verb.INSTALL, "notebook")])


def test_a_list_with_a_requirement_that_is_none_is_refused(filled: Index) -> None:
    list_ = json.loads(filled.publish(6))
    list_["files"][0]["requires"] = ["@@@"]
    filled.sign(json.dumps(list_).encode())
    refused("list of the index cannot be read")


def test_an_index_that_is_gone_stops_nothing(filled: Index, any_config: Config) -> None:
    install = [Action(Verb.INSTALL, "notebook")]
    assert apply_change(any_config, request_change(CLI, actions=install), converge_seconds=5).state == "done"
    with db.engine.begin() as connection:
        connection.execute(ModuleIndex.__table__.update().values(url="http://127.0.0.1:9/simple/", checked_at=None))
    assert not check_index_when_due()
    view = index_view(CLI)
    assert view is not None
    assert view.problem is not None
    assert "cannot be reached" in view.problem[0]
    assert not check_index_when_due(), "it is asked once an hour"
    enabled = apply_change(
        any_config, request_change(CLI, actions=[Action(Verb.ENABLE, "notebook")]), converge_seconds=5
    )
    assert enabled.state == "done", enabled.problem
    remove_index(CLI)
    assert index_view(CLI) is None
    assert next(row.state for row in overview(CLI).modules) == "enabled"
    with pytest.raises(NotFound):
        check_index(CLI)


def test_an_expired_list_installs_nothing_new(filled: Index) -> None:
    with db.engine.begin() as connection:
        connection.execute(ModuleIndex.__table__.update().values(expires_at=now() - timedelta(days=1)))
    with pytest.raises(NotAllowedNow, match=r"expired on \d{4}-.*must sign a new one"):
        plan_change(CLI, actions=[Action(Verb.INSTALL, "notebook")])


def test_an_old_list_stays_refused_when_the_index_is_entered_again(filled: Index) -> None:
    remove_index(CLI)
    filled.publish(4)
    set_index(CLI, url=filled.url, public_key=filled.public)
    with pytest.raises(NotAllowedNow, match="list 5 was seen before"):
        check_index(CLI)
    private, public = new_key()
    set_index(CLI, url=filled.url, public_key=public)
    filled.publish(1, private=private)
    check_index(CLI)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://example.org/", "starts with https"),
        ("example.org", "starts with https"),
        ("http://", "starts with https"),
        ("http://example.org:x/", "starts with https"),
        ("https://user:word@example.org/", "neither a user name nor a password"),
        ("https://example.org/?a=b", "neither a user name nor a password"),
    ],
)
def test_addresses_that_are_none(sqlite_core: Flask, url: str, words: str) -> None:
    with pytest.raises(WrongValue, match=words):
        set_index(CLI, url=url, public_key=new_key()[1])


def test_only_an_administrator_with_a_password_sets_an_index(sqlite_core: Flask) -> None:
    nobody = Actor(ActorKind.STAFF, "Sam", 1)
    keeper = Actor(ActorKind.STAFF, "Ada", 1, frozenset({"module.manage"}))
    for act in (
        lambda: set_index(nobody, url="https://example.org/", public_key=new_key()[1]),
        lambda: remove_index(nobody),
        lambda: check_index(nobody),
        lambda: index_view(nobody),
        lambda: module_offers(nobody, name="x"),
    ):
        with pytest.raises(NotPermitted):
            act()
    with pytest.raises(WrongValue, match="Confirm this with your password"):
        set_index(keeper, url="https://example.org/", public_key=new_key()[1])


def test_a_name_from_the_index_is_not_taken_from_an_upload(
    filled: Index, any_config: Config, module_wheel: Wheels
) -> None:
    from dialog_core.modules import upload_wheel

    install = [Action(Verb.INSTALL, "notebook")]
    assert apply_change(any_config, request_change(CLI, actions=install), converge_seconds=5).state == "done"
    content = bytearray(module_wheel("notebook").read_bytes())
    content[-2:] = b"\x01\x00"
    with pytest.raises(WrongValue, match=r"was installed from an index of the organisation.*remove it first"):
        upload_wheel(CLI, filename=module_wheel("notebook").name, content=bytes(content) + b" ")
