# SPDX-License-Identifier: Apache-2.0
"""Hand an update to the platform's inbox under the key that makes it unique."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from dialog_core.plugin import store_inbound
from dialog_telegram import NAME
from dialog_telegram.reading import integer
from dialog_telegram.texts import storable


def store_update(bot_id: str, update: Any) -> bool:
    """Store an update, readable or not.

    Returns:
        False when it is there already.
    """
    payload = storable(update) if isinstance(update, dict) else {"unreadable": storable(update)}
    return store_inbound(NAME, external_id(bot_id, payload), payload)


def external_id(bot_id: str, payload: dict[str, Any]) -> str:
    """Return `"<bot id>:<update_id>"`; what has no number is known by its content."""
    number = integer(payload, "update_id")
    if number is not None:
        return f"{bot_id}:{number}"
    digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
    return f"{bot_id}:unnumbered:{digest}"
