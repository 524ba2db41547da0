# SPDX-License-Identifier: Apache-2.0
"""What the web UI contributes: the pages of each folder and their places in the navigation."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec

from dialog_core.plugin import NavigationItem, WebMount, hookimpl

PAGES = (
    "shell",
    "signing_pages",
    "setup_pages",
    "staff_pages",
    "fields_pages",
    "installation_pages",
    "modules_pages",
    "tickets_pages",
    "parties_pages",
    "inbox_pages",
)
"""Folders of this package; the face of each has `MOUNTS` and `NAVIGATION`."""


# Imported with this module, not when a hook is called: that would exceed the hook's budget.
FACES = tuple(import_module(f"admin_ui.{pages}") for pages in PAGES if find_spec(f"admin_ui.{pages}"))


class AdminUi:
    """The hooks that the web UI implements."""

    @hookimpl
    def web_mounts(self) -> Iterable[WebMount]:
        """Return the routes of all pages."""
        return [mount for face in FACES for mount in getattr(face, "MOUNTS", ())]

    @hookimpl
    def navigation_items(self) -> Iterable[NavigationItem]:
        """Return the entries of all pages."""
        return [item for face in FACES for item in getattr(face, "NAVIGATION", ())]


plugin = AdminUi()
