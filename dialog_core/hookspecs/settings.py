# SPDX-License-Identifier: Apache-2.0
"""Settings of a module: one marshmallow schema makes the form, the validation, the API and the docs."""

from __future__ import annotations

import marshmallow as ma

from dialog_core.hookspecs.markers import HookKind, hookspec


@hookspec(kind=HookKind.COLLECT, since="0.1", budget=0.05)
def settings_schema() -> type[ma.Schema]:
    """Return the marshmallow schema of the module's settings.

    Field metadata: `title` and `help` (`{"ru": …, "en": …}`), `secret=True` for values that are encrypted and
    never shown again, `host=True` for an address that the administrator thereby allows the module to reach.
    Called: at preflight and when settings are saved, in a fresh process; and when a process starts.
    On error: preflight refuses the module.
    """
