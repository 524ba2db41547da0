# SPDX-License-Identifier: Apache-2.0
"""The organisation's directory: one question over HTTP, and an answer only when it really is one.

GET ADDRESS/customers/NUMBER answers 200 with {"exists": true, "name": "…"} or {"exists": false}. Everything else, a 404
too, is no answer: a mistyped address or a proxy's page must never make a customer's number wrong.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
from dialog_core.plugin import http_client, mark

from dialog_customer_number import NAME

TIMEOUT = 5.0
"""Seconds until an answer begins, and again until all of it is there: far sides can drip for ever."""
MAX_ANSWER = 64 * 1024
LONGEST_PAUSE = 3600.0
_NOT_REACHED = mark("The directory cannot be reached")
_STATUS = mark("The directory answers with status")
_TOO_SLOW = mark("The directory takes too long")
_NONSENSE = mark("The directory answers, but not as a directory does")


@dataclass(frozen=True, slots=True)
class Found:
    """The directory's answer; `name` is the customer's, perhaps empty."""

    exists: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """There is none; `problem` says why, without the address; `retry_after`: seconds that were asked for."""

    problem: str
    retry_after: float | None = None


def ask(settings: Mapping[str, Any], number: str) -> Found | NoAnswer:
    """Ask for one number. Never called inside of a transaction: the platform's client would refuse it."""
    url = f"{settings['directory'].rstrip('/')}/customers/{quote(number, safe='')}"
    headers = {"Accept": "application/json"}
    if settings["token"]:
        headers["Authorization"] = f"Bearer {settings['token']}"
    try:
        with http_client(NAME, timeout=TIMEOUT) as http, http.stream("GET", url, headers=headers) as response:
            if response.status_code != 200:
                return NoAnswer(f"{_STATUS}: {response.status_code}", _pause(response))
            return _understand(_read(response))
    except (TimeoutError, httpx.TimeoutException):
        return NoAnswer(_TOO_SLOW)
    except (httpx.RequestError, httpx.InvalidURL) as error:
        return NoAnswer(f"{_NOT_REACHED}: {type(error).__name__}")


def _read(response: httpx.Response) -> bytes:
    """Return the body; nothing when it is longer than any answer."""
    ends = time.monotonic() + TIMEOUT
    content = bytearray()
    for part in response.iter_bytes():
        content += part
        if time.monotonic() > ends:
            raise TimeoutError
        if len(content) > MAX_ANSWER:
            return b""
    return bytes(content)


def _understand(content: bytes) -> Found | NoAnswer:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict) or not isinstance(data.get("exists"), bool):
        return NoAnswer(_NONSENSE)
    name = data.get("name", "")
    # A name that is none is no reason to doubt the rest; what no database keeps goes.
    words = "".join(sign if sign.isprintable() else " " for sign in name) if isinstance(name, str) else ""
    return Found(data["exists"], " ".join(words.split())[:200])


def _pause(response: httpx.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    is_number = value.isascii() and value.isdecimal()
    return min(float(value[:9]), LONGEST_PAUSE) if is_number else None
