# SPDX-License-Identifier: Apache-2.0
"""One signed request to the other side, and what is certain afterwards; no outcome holds the address or the secret."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from dialog_core.plugin import http_client, now

from dialog_webhook import NAME
from dialog_webhook.signing import signed_headers

MAX_ANSWER = 64 * 1024
"""Bytes of an answer that are read; what a far side sends beyond is not our memory's business."""
# Of these no whole request was written, so nobody can have carried it out. `RequestError` itself is the platform's own
# refusal of an address; all errors of transport and decoding are its subclasses and stand for "nobody knows".
_NEVER_WRITTEN = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.WriteTimeout,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)


@dataclass(frozen=True, slots=True)
class Answered:
    """There is an answer; `data` is its JSON object, empty when it has none."""

    status: int
    retry_after: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotSent:
    """Nothing reached the other side; it can be tried again. `is_final`: not with these settings."""

    reason: str
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """The request was written and no answer came: nobody knows what became of it."""

    reason: str


def post(
    settings: Mapping[str, Any], body: Mapping[str, Any], *, key: str, timeout: float
) -> Answered | NotSent | Unknown:
    """Send a JSON object; `key` names the message, and is the same at every attempt. `timeout` is in seconds."""
    content = json.dumps(body).encode()
    headers = {
        **signed_headers(settings["secret"], content, now()),
        "Content-Type": "application/json",
        "Idempotency-Key": key,
    }
    try:
        with (
            http_client(NAME, timeout=timeout) as http,
            http.stream("POST", settings["send_to"], content=content, headers=headers) as response,
        ):
            return Answered(response.status_code, response.headers.get("Retry-After", ""), _read(response, timeout))
    except _NEVER_WRITTEN as error:
        return NotSent(type(error).__name__)
    except (httpx.TransportError, httpx.DecodingError) as error:
        return Unknown(type(error).__name__)
    except (httpx.RequestError, httpx.InvalidURL) as error:
        return NotSent(type(error).__name__, is_final=True)


def _read(response: httpx.Response, seconds: float) -> dict[str, Any]:
    """Return the object in an answer; none when it is not there in time.

    Its status has said all that matters: a body that breaks off, drips or never ends changes nothing.
    """
    ends = time.monotonic() + seconds
    content = bytearray()
    try:
        for part in response.iter_bytes():
            content += part
            if len(content) > MAX_ANSWER or time.monotonic() > ends:
                return {}
        data = json.loads(content)
    except (httpx.TransportError, httpx.DecodingError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
