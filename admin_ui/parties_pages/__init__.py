# SPDX-License-Identifier: Apache-2.0
"""Customers: organisations, their people with rights, and their contracts."""

from admin_ui.parties_pages import contacts, contracts, memberships, organisations
from admin_ui.parties_pages.blueprint import pages, people
from dialog_core.plugin import NavigationItem, WebMount

MOUNTS = (WebMount(pages), WebMount(people))
NAVIGATION = (
    NavigationItem({"ru": "Организации", "en": "Organisations"}, "parties.organisations", "building", "party.read", 40),
    NavigationItem({"ru": "Люди", "en": "People"}, "people.contacts", "address-book", "party.read", 45),
)

__all__ = ["MOUNTS", "NAVIGATION", "contacts", "contracts", "memberships", "organisations"]
