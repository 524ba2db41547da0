# SPDX-License-Identifier: Apache-2.0
"""Conversations: chats, entries, files, the inbox (in) and deliveries (out); operations load when first asked for."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dialog_core.conversations.kinds import FROM_CUSTOMER, TO_CUSTOMER, DeliveredBy, DeliveryState, EntryKind
from dialog_core.conversations.text import MAX_SUBJECT, clean, first_line, split_utf16, utf16_length

if TYPE_CHECKING:
    from dialog_core.conversations.chat_list import ChatListRow, get_chat, inbox_waiting, list_chats
    from dialog_core.conversations.chats import bind_chat
    from dialog_core.conversations.deliveries import Message, last_customer_message, queue
    from dialog_core.conversations.desk import InboxRow, inbox_rows, put_aside, route_by_hand
    from dialog_core.conversations.entries import Said, write_entry
    from dialog_core.conversations.fetching import fetch_next
    from dialog_core.conversations.files import MAX_FILE_BYTES, SHOWN_INLINE, NewFile, StoredFile, read_file
    from dialog_core.conversations.inbox import process_next, store
    from dialog_core.conversations.sending import send_next
    from dialog_core.conversations.settling import confirm_sent, send_again
    from dialog_core.conversations.telling import route_to_customer, tell_customer
    from dialog_core.conversations.words import ButtonRow, close_buttons, language_of

_LAZY = {
    "MAX_FILE_BYTES": "files",
    "SHOWN_INLINE": "files",
    "ButtonRow": "words",
    "ChatListRow": "chat_list",
    "InboxRow": "desk",
    "Message": "deliveries",
    "NewFile": "files",
    "Said": "entries",
    "StoredFile": "files",
    "bind_chat": "chats",
    "close_buttons": "words",
    "confirm_sent": "settling",
    "fetch_next": "fetching",
    "get_chat": "chat_list",
    "inbox_rows": "desk",
    "inbox_waiting": "chat_list",
    "language_of": "words",
    "last_customer_message": "deliveries",
    "list_chats": "chat_list",
    "process_next": "inbox",
    "put_aside": "desk",
    "queue": "deliveries",
    "read_file": "files",
    "route_by_hand": "desk",
    "route_to_customer": "telling",
    "send_again": "settling",
    "send_next": "sending",
    "store": "inbox",
    "tell_customer": "telling",
    "write_entry": "entries",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)


__all__ = [
    "FROM_CUSTOMER",
    "MAX_FILE_BYTES",
    "MAX_SUBJECT",
    "SHOWN_INLINE",
    "TO_CUSTOMER",
    "ButtonRow",
    "ChatListRow",
    "DeliveredBy",
    "DeliveryState",
    "EntryKind",
    "InboxRow",
    "Message",
    "NewFile",
    "Said",
    "StoredFile",
    "bind_chat",
    "clean",
    "close_buttons",
    "confirm_sent",
    "fetch_next",
    "first_line",
    "get_chat",
    "inbox_rows",
    "inbox_waiting",
    "language_of",
    "last_customer_message",
    "list_chats",
    "process_next",
    "put_aside",
    "queue",
    "read_file",
    "route_by_hand",
    "route_to_customer",
    "send_again",
    "send_next",
    "split_utf16",
    "store",
    "tell_customer",
    "utf16_length",
    "write_entry",
]
