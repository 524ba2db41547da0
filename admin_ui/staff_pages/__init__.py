# SPDX-License-Identifier: Apache-2.0
"""Administration of staff: people, invitations, teams, roles."""

from admin_ui.staff_pages import people, person, teams
from admin_ui.staff_pages.blueprint import staff_pages
from dialog_core.plugin import Audience, NavigationItem, WebMount

VIEWS = (people, person, teams)
"""Modules whose views stand on the blueprint."""
MOUNTS = (WebMount(staff_pages, Audience.STAFF),)
NAVIGATION = (
    NavigationItem(
        title={"ru": "Сотрудники", "en": "Staff"},
        endpoint="staff.people",
        icon="users",
        permission="staff.manage",
        order=310,
    ),
)

__all__ = ["MOUNTS", "NAVIGATION"]
