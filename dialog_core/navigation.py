# SPDX-License-Identifier: Apache-2.0
"""Entries of the navigation that the modules of this process bring; asked for once per process."""

from __future__ import annotations

from flask import current_app

from dialog_core.hookspecs.ui import NavigationItem
from dialog_core.runtime import runtime
from dialog_core.staff import Actor

_EXTENSION = "dialog_navigation"


def navigation_for(actor: Actor) -> list[NavigationItem]:
    """Return what the actor may see, in order; an entry whose page does not exist here is left out."""
    known: list[NavigationItem] | None = current_app.extensions.get(_EXTENSION)
    if known is None:
        found = [contribution.value for contribution in runtime().hooks.collect("navigation_items")]
        known = sorted(
            (item for item in found if item.endpoint in current_app.view_functions), key=lambda item: item.order
        )
        current_app.extensions[_EXTENSION] = known
    return [item for item in known if item.permission is None or actor.may(item.permission)]
