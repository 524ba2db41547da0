# SPDX-License-Identifier: Apache-2.0
"""Sign-in, invitations, and what staff change about themselves."""

from admin_ui.signing_pages.profile import profile
from admin_ui.signing_pages.sign_in import sign_in
from dialog_core.plugin import Audience, NavigationItem, WebMount

MOUNTS = (WebMount(sign_in, Audience.PUBLIC), WebMount(profile, Audience.STAFF))
NAVIGATION: tuple[NavigationItem, ...] = ()

__all__ = ["MOUNTS", "NAVIGATION"]
