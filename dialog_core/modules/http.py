# SPDX-License-Identifier: Apache-2.0
"""The HTTP client that modules are given: it reaches only the hosts that an administrator agreed to."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import certifi
import httpcore
import httpx
from flask import has_app_context

from dialog_core import __version__
from dialog_core.database import is_writing
from dialog_core.modules.activation.running import running_here
from dialog_core.modules.settings.stored import typed_settings
from dialog_core.modules.wheels.manifest import SETTING_PREFIX, Manifest
from dialog_core.redaction import protect_logs

NAT64 = ipaddress.ip_network("64:ff9b::/96")


class AddressRefused(httpx.RequestError):
    """The address is not one that this module may call; trying again will not help."""


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """Host names that a module may call; `typed` ones an administrator entered, so they may be private."""

    declared: frozenset[str]
    typed: frozenset[str]


def http_client(module: str, *, timeout: float = 30.0) -> httpx.Client:
    """Return a client for the outgoing requests of a module; close it when done.

    It calls only hosts that the module's manifest names, and addresses that an administrator typed into a settings
    field declared as host. Private, link-local and loopback addresses are refused unless typed so. Redirects are
    checked like first requests. `timeout` is in seconds.

    Raises:
        AddressRefused: (by its requests) the host is not allowed.
    """
    return guarded_client(lambda: allowed_hosts(module), timeout=timeout)


def guarded_client(allowed: Callable[[], AllowedHosts], *, timeout: float, redirects: bool = False) -> httpx.Client:
    """Return a client that reaches only what `allowed` returns at each request, redirects included."""
    protect_logs()
    return httpx.Client(
        transport=GuardedTransport(allowed),
        timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)),
        headers={"User-Agent": f"Dialog/{__version__}"},
        trust_env=False,
        follow_redirects=redirects,
        max_redirects=5,
    )


def allowed_hosts(module: str) -> AllowedHosts:
    """Return what a module of this process may call now; nothing when it does not run here."""
    running = running_here()
    loaded = running.module(module) if running is not None else None
    if loaded is None:
        return AllowedHosts(frozenset(), frozenset())
    return hosts_of(loaded.manifest, typed_settings(module))


def hosts_of(manifest: Manifest, typed: dict[str, Any]) -> AllowedHosts:
    """Return the hosts that a manifest names, with those that its settings fields hold."""
    hosts = manifest.capabilities.hosts
    fields = [host.removeprefix(SETTING_PREFIX) for host in hosts if host.startswith(SETTING_PREFIX)]
    entered = {_host_of(str(typed[field])) for field in fields if typed.get(field)}
    return AllowedHosts(
        frozenset(host for host in hosts if not host.startswith(SETTING_PREFIX)), frozenset(entered - {""})
    )


def _host_of(address: str) -> str:
    try:
        return (urlsplit(address if "//" in address else f"//{address}").hostname or "").lower()
    except ValueError:
        return ""


class GuardedTransport(httpx.HTTPTransport):
    """Checks the host of every request, and connects only to addresses that it has checked itself."""

    def __init__(self, allowed: Callable[[], AllowedHosts]) -> None:
        super().__init__(verify=_ssl_context(), trust_env=False)
        self._allowed = allowed
        self._pool.close()
        self._pool = httpcore.ConnectionPool(
            ssl_context=_ssl_context(), keepalive_expiry=30.0, network_backend=CheckedBackend(allowed)
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, or one of its redirects."""
        if has_app_context() and is_writing():
            raise RuntimeError("no network inside of write(): call first, then write what came of it")
        host = request.url.raw_host.decode("ascii").strip("[]").lower()
        hosts = self._allowed()
        if request.url.scheme not in {"http", "https"} or host not in hosts.declared | hosts.typed:
            raise AddressRefused(f"the module may not call {host}: neither its manifest nor its settings name it")
        return super().handle_request(request)


class CheckedBackend(httpcore.NetworkBackend):
    """Resolves a name once, checks the addresses, and connects to one of those: no second look-up can differ."""

    def __init__(self, allowed: Callable[[], AllowedHosts]) -> None:
        self._allowed = allowed
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first checked address that answers."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(f"the name {host} cannot be resolved") from error
        addresses = list(dict.fromkeys(str(item[4][0]) for item in found))
        if host.lower() not in self._allowed().typed:
            addresses = [address for address in addresses if is_public(address)]
        if not addresses:
            raise AddressRefused(f"{host} is an address inside of this network, which no administrator has allowed")
        problem: Exception | None = None
        for address in addresses:
            try:
                return self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        assert problem is not None
        raise problem


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public Internet, whatever it is wrapped in."""
    ip = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


@cache
def _ssl_context() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())
