# SPDX-License-Identifier: Apache-2.0
"""The resources: each view reads, calls one operation, answers."""

from dialog_core.api.resources.attachments import attachments
from dialog_core.api.resources.contacts import contacts
from dialog_core.api.resources.contracts import contracts
from dialog_core.api.resources.entries import entries
from dialog_core.api.resources.lists import lists
from dialog_core.api.resources.module_history import module_history
from dialog_core.api.resources.module_updates import module_updates
from dialog_core.api.resources.modules import modules
from dialog_core.api.resources.organisations import organisations
from dialog_core.api.resources.tickets import tickets
from dialog_core.api.resources.transitions import transitions

RESOURCES = (
    tickets,
    entries,
    transitions,
    attachments,
    organisations,
    contacts,
    contracts,
    modules,
    module_history,
    module_updates,
    lists,
)

__all__ = ["RESOURCES"]
