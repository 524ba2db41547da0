# SPDX-License-Identifier: Apache-2.0
"""Answers to htmx: whether a fragment is wanted, and toasts sent beside it."""

from __future__ import annotations

import json

from flask import request


def is_partial() -> bool:
    """Tell whether htmx asks for a fragment (a boosted link or a history step wants the whole page)."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and not (
        headers.get("HX-Boosted") or headers.get("HX-History-Restore-Request")
    )


def toast_header(text: str, kind: str = "success") -> dict[str, str]:
    """Return the header that shows a toast: `success`, `info`, `warning` or `error`."""
    return {"HX-Trigger": json.dumps({"toast": {"text": text, "kind": kind}})}
