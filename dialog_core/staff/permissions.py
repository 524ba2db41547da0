# SPDX-License-Identifier: Apache-2.0
"""Permissions, and the roles that exist from the start (REGULATION.md, "Who runs it")."""

from __future__ import annotations

from dialog_core.language import Term

TICKET_READ = "ticket.read"
TICKET_OPEN = "ticket.open"
TICKET_WORK = "ticket.work"
TICKET_ASSIGN = "ticket.assign"
TICKET_DECLINE = "ticket.decline"
PARTY_READ = "party.read"
PARTY_EDIT = "party.edit"
CONTRACT_EDIT = "contract.edit"
CHAT_BIND = "chat.bind"
INBOX_WORK = "inbox.work"
FIELD_MANAGE = "field.manage"
STAFF_MANAGE = "staff.manage"
MODULE_MANAGE = "module.manage"
INSTALLATION_MANAGE = "installation.manage"
TOKEN_OWN = "token.own"  # noqa: S105 - a permission's name

TITLES = {
    TICKET_READ: Term("Read tickets"),
    TICKET_OPEN: Term("Register tickets"),
    TICKET_WORK: Term("Work on tickets and answer"),
    TICKET_ASSIGN: Term("Assign executors"),
    TICKET_DECLINE: Term("Decline requests"),
    PARTY_READ: Term("Read organisations and contacts"),
    PARTY_EDIT: Term("Change organisations and contacts"),
    CONTRACT_EDIT: Term("Change contracts"),
    CHAT_BIND: Term("Bind chats to organisations"),
    INBOX_WORK: Term("Work on the inbox"),
    FIELD_MANAGE: Term("Manage fields of tickets"),
    STAFF_MANAGE: Term("Manage staff"),
    MODULE_MANAGE: Term("Manage modules"),
    INSTALLATION_MANAGE: Term("Manage the installation"),
    TOKEN_OWN: Term("Have API tokens"),
}

READERS = frozenset({TICKET_READ, PARTY_READ, TOKEN_OWN})
WORKERS = READERS | {TICKET_OPEN, TICKET_WORK, TICKET_ASSIGN, PARTY_EDIT, CHAT_BIND, INBOX_WORK}
SUPERVISORS = WORKERS | {TICKET_DECLINE, CONTRACT_EDIT}
EVERYTHING = SUPERVISORS | {FIELD_MANAGE, STAFF_MANAGE, MODULE_MANAGE, INSTALLATION_MANAGE}

ALL = tuple(sorted(EVERYTHING))

BUILT_IN_ROLES: tuple[tuple[str, str, str, frozenset[str]], ...] = (
    ("administrator", "Администратор", "Administrator", EVERYTHING),
    ("supervisor", "Руководитель", "Supervisor", SUPERVISORS),
    ("specialist", "Специалист", "Specialist", WORKERS),
    ("engineer", "Инженер", "Engineer", WORKERS),
    ("tester", "Тестировщик", "Tester", READERS | {TICKET_OPEN, TICKET_WORK}),
)
"""Name, Russian title, English title, permissions."""
