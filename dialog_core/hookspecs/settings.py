# SPDX-License-Identifier: Apache-2.0
"""Settings of a module: one marshmallow schema makes the form, the validation, the API and the docs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import marshmallow as ma

from dialog_core.hookspecs.markers import HookKind, hookspec


@dataclass(frozen=True, slots=True)
class ConnectionResult:
    """Whether a module's settings lead to the other side.

    Attributes:
        is_good: the other side answered and took the credentials.
        message: what was found, in words of an administrator; an English gettext id with `%(name)s` places, shown in
            the reader's language when the module's translations have it.
        values: what fills the places; never a secret.
    """

    is_good: bool
    message: str
    values: Mapping[str, object] = field(default_factory=dict)


@hookspec(kind=HookKind.COLLECT, since="0.1", budget=0.05)
def settings_schema() -> type[ma.Schema]:
    """Return the marshmallow schema of the module's settings.

    Field metadata: `title` and `help` (`{"ru": …, "en": …}`), `secret=True` for values that are encrypted and
    never shown again, `host=True` for an address that the administrator thereby allows the module to reach.
    Called: at preflight and when settings are saved.
    Process: a fresh one, without key and database. Transaction: none.
    Return: the class of the schema.
    On error: preflight refuses the module.
    """


@hookspec(kind=HookKind.FIRST, since="0.1", budget=10.0, limit=20.0)
def check_settings(settings: Mapping[str, Any]) -> ConnectionResult | None:
    """Try the settings on the other side: the button “Test the connection”.

    `settings` are validated values with defaults and readable secrets, which need not be stored yet.
    `http_client(NAME)` and `module_settings(NAME)` hold to them; there is no database. Nothing may be changed there.
    Called: when an administrator asks for it.
    Process: a fresh one, without database, that is ended after half a minute. Transaction: none.
    Return: what came of it, or None when there is nothing to try.
    On error: shown to the administrator as a test that failed; nothing else happens.
    """
