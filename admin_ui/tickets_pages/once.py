# SPDX-License-Identifier: Apache-2.0
"""A key in each form that acts, so that sending it twice acts once."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from flask import request

from dialog_core.plugin import staff

FIELD = "form_key"


def new_key() -> str:
    """Return the key of a form that is about to be shown."""
    return secrets.token_urlsafe(18)


def once(change: Callable[[], object]) -> staff.Submitted:
    """Run what the submitted form asks for, unless this very form did so already; errors as of `change`."""
    return staff.do_once(staff.current_actor(), request.form.get(FIELD, ""), lambda: str(change()))
