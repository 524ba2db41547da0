# SPDX-License-Identifier: Apache-2.0
"""The hash chain of a ticket's journal, as pure arithmetic.

A text can be erased later: destroying `data`, name and salt leaves the payload digest, over which the chain still
verifies, while nobody can guess the text from the digest.
"""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime
from typing import Any

SALT_BYTES = 16
_write_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def new_salt() -> bytes:
    """Return a fresh random salt of 16 bytes."""
    return os.urandom(SALT_BYTES)


def payload_digest(salt: bytes, actor_name: str, data: dict[str, Any]) -> str:
    """Return the hex SHA-256 of salt, actor's name and data (JSON with sorted keys)."""
    text = _write_json([actor_name, data])
    return hashlib.sha256(salt + text.encode()).hexdigest()


def link_digest(  # noqa: PLR0917 - each part of the link is one
    previous: str, position: int, kind: str, at: datetime, actor_kind: str, actor_id: int | None, payload: str
) -> str:
    """Return the hex SHA-256 that binds an event to the one before it (`previous` is empty for the first)."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    text = "\n".join((previous, str(position), kind, moment, actor_kind, str(actor_id or ""), payload))
    return hashlib.sha256(text.encode()).hexdigest()
