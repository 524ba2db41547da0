# SPDX-License-Identifier: Apache-2.0
"""Entries of a form: what was entered, and what is wrong with it, by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import request, session

from admin_ui.shell.errors import explain
from dialog_core.plugin import DialogError, NotFound, NotPermitted, WrongValue


@dataclass(slots=True)
class Entries:
    """Values by field as they were entered, and errors by field; the error of the field "" concerns the whole form."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_request(cls) -> Entries:
        """Return what the request's form holds, without the CSRF token and without passwords."""
        hidden = {"csrf_token"}
        values = {key: value for key, value in request.form.items() if key not in hidden and "password" not in key}
        return cls(values=values)

    @classmethod
    def holding(cls, values: Mapping[str, Any]) -> Entries:
        """Return entries that show what is stored."""
        return cls(values=dict(values))

    def refuse(self, error: DialogError) -> Entries:
        """Add what an operation refused, at the field that it names; who may not do it at all gets the error page."""
        if isinstance(error, (NotPermitted, NotFound)):
            raise error
        self.errors[error.field if isinstance(error, WrongValue) else ""] = explain(error)
        return self


def safe_next(fallback: str) -> str:
    """Return the `next` address of the request if it leads to a page of this site, else the fallback."""
    wanted = request.values.get("next", "")
    parts = urlsplit(wanted)
    is_here = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return wanted if is_here and "\\" not in wanted and wanted.isprintable() else fallback


def client_address() -> str:
    """Return the address of the caller, as the trusted proxies tell it."""
    return request.remote_addr or "unknown"


def show_once(key: str, secret: str) -> None:
    """Carry a secret over the redirect after a form, in the cookie of the one who is to see it."""
    session[f"once_{key}"] = secret


def take_shown_once(key: str) -> str | None:
    """Return a secret to show, and forget it."""
    value = session.pop(f"once_{key}", None)
    return value if isinstance(value, str) else None
