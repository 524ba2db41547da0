# SPDX-License-Identifier: Apache-2.0
"""Who wrote a request, and when: HMAC-SHA256 over time and body, the same both ways.

The time is part of what is signed: a request that somebody recorded is worth nothing after the window, and within it
its id is known already. Only the standard library is needed, here and on the other side.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

TIME_HEADER = "X-Dialog-Timestamp"
SIGNATURE_HEADER = "X-Dialog-Signature"
_SCHEME = "sha256="


class UntrustedError(Exception):
    """The request is not to be trusted; `code` for programs, the text for people."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return what stands in the header of the signature."""
    signed = timestamp.encode() + b"." + body
    return _SCHEME + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def signed_headers(secret: str, body: bytes, at: datetime) -> dict[str, str]:
    """Return the headers of a request that is sent at `at` (aware)."""
    timestamp = str(int(at.timestamp()))
    return {TIME_HEADER: timestamp, SIGNATURE_HEADER: signature(secret, timestamp, body)}


def check_genuine(headers: Mapping[str, str], body: bytes, *, secret: str, at: datetime, window: int) -> None:
    """Let only a request pass that the other side wrote within `window` seconds of `at`.

    Raises:
        UntrustedError: its signature is missing or wrong, or its time is too far away.
    """
    timestamp, given = headers.get(TIME_HEADER, ""), headers.get(SIGNATURE_HEADER, "")
    expected = signature(secret, timestamp, body)
    # The comparison takes the same time wherever the two differ: no guess can be bettered digit by digit.
    if not secret or not hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8", "replace")):
        raise UntrustedError("signature", f"{SIGNATURE_HEADER} is missing or is not the signature of this request")
    # What is signed is still not trusted to be a number.
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
        raise UntrustedError("timestamp", f"{TIME_HEADER} must be seconds since 1970 as a whole number")
    if abs(at.timestamp() - int(timestamp)) > window:
        raise UntrustedError("timestamp", f"{TIME_HEADER} is more than {window} s away from the time here")
