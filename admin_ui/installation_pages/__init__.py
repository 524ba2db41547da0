# SPDX-License-Identifier: Apache-2.0
"""The page of the installation: organisation, numbers, intake."""

from admin_ui.installation_pages.views import installation_pages
from dialog_core.plugin import Audience, NavigationItem, WebMount

MOUNTS = (WebMount(installation_pages, Audience.STAFF),)
NAVIGATION = (
    NavigationItem(
        title={"ru": "Настройки", "en": "Settings"},
        endpoint="installation.show",
        icon="settings",
        permission="installation.manage",
        order=320,
    ),
)

__all__ = ["MOUNTS", "NAVIGATION"]
