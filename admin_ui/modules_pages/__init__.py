# SPDX-License-Identifier: Apache-2.0
"""Administration of modules: catalog, consent, progress, settings, incidents."""

from admin_ui.modules_pages import (
    catalog,
    changing,
    condition,
    consenting,
    generations,
    health,
    index,
    kept,
    settings,
    settings_history,
    sources,
    updates,
    upload,
)
from admin_ui.modules_pages.blueprint import modules
from dialog_core.plugin import Audience, NavigationItem, WebMount

VIEWS = (
    health,
    catalog,
    changing,
    condition,
    consenting,
    generations,
    index,
    kept,
    settings,
    settings_history,
    sources,
    updates,
    upload,
)
"""Modules whose views stand on the blueprint."""
MOUNTS = (WebMount(modules, Audience.STAFF),)
NAVIGATION = (
    NavigationItem(
        title={"ru": "Модули", "en": "Modules"},
        endpoint="modules.catalog",
        icon="puzzle",
        permission="module.manage",
        order=300,
    ),
)

__all__ = ["MOUNTS", "NAVIGATION"]
