# SPDX-License-Identifier: Apache-2.0
"""The blueprint of the staff pages, and the words for permissions."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import gettext

from admin_ui.shell.context import title_of
from dialog_core.plugin import staff

staff_pages = Blueprint("staff", __name__, url_prefix="/staff")


def permission_titles() -> dict[str, str]:
    """Return what each permission allows, in the reader's language."""
    return {
        "ticket.read": gettext("Read tickets"),
        "ticket.open": gettext("Register tickets"),
        "ticket.work": gettext("Work on tickets and answer"),
        "ticket.assign": gettext("Assign executors"),
        "ticket.decline": gettext("Decline requests"),
        "party.read": gettext("Read organisations and contacts"),
        "party.edit": gettext("Change organisations and contacts"),
        "contract.edit": gettext("Change contracts"),
        "chat.bind": gettext("Bind chats to organisations"),
        "inbox.work": gettext("Work on the inbox"),
        "field.manage": gettext("Manage fields of tickets"),
        "staff.manage": gettext("Manage staff"),
        "module.manage": gettext("Manage modules"),
        "installation.manage": gettext("Manage the installation"),
        "token.own": gettext("Have API tokens"),
        **{one.name: title_of(one.title) for one in staff.declared_permissions()},
    }
