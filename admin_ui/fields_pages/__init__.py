# SPDX-License-Identifier: Apache-2.0
"""The constructor: fields of tickets that administrators make without a restart."""

from admin_ui.fields_pages import editing, listing
from admin_ui.fields_pages.blueprint import fields_pages
from dialog_core.plugin import Audience, NavigationItem, WebMount

VIEWS = (editing, listing)
"""Modules whose views stand on the blueprint."""
MOUNTS = (WebMount(fields_pages, Audience.STAFF),)
NAVIGATION = (
    NavigationItem(
        title={"ru": "Поля заявок", "en": "Ticket fields"},
        endpoint="fields.show_fields",
        icon="forms",
        permission="field.manage",
        order=315,
    ),
)

__all__ = ["MOUNTS", "NAVIGATION"]
