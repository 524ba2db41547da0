# SPDX-License-Identifier: Apache-2.0
"""The first set-up: explanation without a link, three steps by the link, two more signed in."""

from admin_ui.setup_pages.by_link import setup
from admin_ui.setup_pages.signed_in import further
from dialog_core.plugin import Audience, NavigationItem, WebMount

MOUNTS = (WebMount(setup, Audience.PUBLIC), WebMount(further, Audience.STAFF))
NAVIGATION: tuple[NavigationItem, ...] = ()

__all__ = ["MOUNTS", "NAVIGATION"]
