# SPDX-License-Identifier: Apache-2.0
"""The outbound client against a real HTTP server on this machine, which is a private address to it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from flask import Flask

from dialog_core.database import write
from dialog_core.modules.http import AddressRefused, AllowedHosts, GuardedTransport, hosts_of, is_public
from dialog_core.modules.wheels.manifest import Capabilities, Manifest


class Handler(BaseHTTPRequestHandler):
    """Answers, or redirects to what stands in the path."""

    def do_GET(self) -> None:
        target = self.path.partition("?to=")[2]
        self.send_response(302 if target else 200)
        if target:
            self.send_header("Location", target)
        self.send_header("Content-Length", "2" if not target else "0")
        self.end_headers()
        if not target:
            self.wfile.write(b"ok")

    def log_message(self, *values: Any) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


def client(*, declared: set[str] | None = None, typed: set[str] | None = None) -> httpx.Client:
    allowed = AllowedHosts(frozenset(declared or ()), frozenset(typed or ()))
    return httpx.Client(transport=GuardedTransport(lambda: allowed), timeout=3, trust_env=False, follow_redirects=True)


def test_an_address_that_an_administrator_typed_may_be_private(port: int) -> None:
    with client(typed={"127.0.0.1"}) as http:
        assert http.get(f"http://127.0.0.1:{port}/").text == "ok"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_declared_host_that_is_private_is_refused(port: int, host: str) -> None:
    with client(declared={host}) as http, pytest.raises(AddressRefused, match="inside of this network"):
        http.get(f"http://{host}:{port}/")


def test_a_public_name_that_leads_inside_is_refused(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *values, **more: inside)
    with client(declared={"api.example.org"}) as http, pytest.raises(AddressRefused, match="inside of this network"):
        http.get(f"http://api.example.org:{port}/")


def test_the_name_is_looked_up_once(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []

    real = socket.getaddrinfo

    def look_up(host: Any, *values: Any, **more: Any) -> Any:
        if host != "relay.example.org":
            return real(host, *values, **more)
        calls.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with client(typed={"relay.example.org"}) as http:
        assert http.get(f"http://relay.example.org:{port}/").text == "ok"
    assert calls == ["relay.example.org"]


def test_what_is_not_named_is_refused_and_so_is_a_redirect_to_it(port: int) -> None:
    with client(typed={"127.0.0.1"}) as http:
        for url in (f"http://localhost:{port}/", "http://169.254.169.254/latest", f"http://[::1]:{port}/"):
            with pytest.raises(AddressRefused, match="neither its manifest nor its settings"):
                http.get(url)
            with pytest.raises(AddressRefused, match="neither its manifest nor its settings"):
                http.get(f"http://127.0.0.1:{port}/?to={url}")


def test_no_network_inside_of_a_write_transaction(port: int, core_app: Flask) -> None:
    with client(typed={"127.0.0.1"}) as http, write(), pytest.raises(RuntimeError, match="inside of write"):
        http.get(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.215.14", True),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_hosts_come_from_manifest_and_from_what_was_typed() -> None:
    texts = {"ru": "а", "en": "a"}
    wanted = Capabilities(hosts=("api.example.org", "setting:base_url"))
    manifest = Manifest("sample", texts, texts, "note", "other", (), capabilities=wanted)
    assert hosts_of(manifest, {}) == AllowedHosts(frozenset({"api.example.org"}), frozenset())
    typed = hosts_of(manifest, {"base_url": "http://Relay.local:8081/x", "other": "http://evil.example.org"})
    assert typed.typed == {"relay.local"}
    assert hosts_of(manifest, {"base_url": "http://["}).typed == frozenset()
