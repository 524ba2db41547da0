# SPDX-License-Identifier: Apache-2.0
"""Let time-outs of a module's HTTP requests run out in a hundredth of their time, so that a test can wait for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

FACTOR = 100.0
_KINDS = ("connect", "read", "write", "pool")


@contextmanager
def hurried() -> Iterator[list[dict[str, float | None]]]:
    """Shorten the time-outs of every request within the block.

    Yields:
        the time-outs that the module had chosen, seconds by kind (`connect`, `read`, `write`, `pool`), a request each.
    """
    chosen: list[dict[str, float | None]] = []
    sending = httpx.HTTPTransport.handle_request

    def send(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        given = dict(request.extensions.get("timeout") or dict.fromkeys(_KINDS))
        chosen.append(given)
        shortened = {kind: None if seconds is None else seconds / FACTOR for kind, seconds in given.items()}
        request.extensions = {**request.extensions, "timeout": {**shortened, "connect": given.get("connect")}}
        return sending(transport, request)

    httpx.HTTPTransport.handle_request = send  # type: ignore[method-assign, assignment]
    try:
        yield chosen
    finally:
        httpx.HTTPTransport.handle_request = sending  # type: ignore[method-assign]
