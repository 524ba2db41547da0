# SPDX-License-Identifier: Apache-2.0
"""Conversations: chats, entries, files, the inbox (in) and deliveries (out); operations load when first asked for."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dialog_core.conversations.kinds import FROM_CUSTOMER, TO_CUSTOMER, DeliveredBy, DeliveryState, EntryKind
from dialog_core.conversations.text import clean, first_line, split_utf16, utf16_length

if TYPE_CHECKING:
    from dialog_core.conversations.chat_list import ChatListRow, get_chat, inbox_waiting, list_chats
    from dialog_core.conversations.chats import bind_chat
    from dialog_core.conversations.desk import InboxRow, inbox_rows, put_aside, route_by_hand
    from dialog_core.conversations.entries import Said
    from dialog_core.conversations.fetching import fetch_next
    from dialog_core.conversations.files import MAX_FILE_BYTES, SHOWN_INLINE, NewFile, StoredFile, read_file
    from dialog_core.conversations.inbox import process_next, store
    from dialog_core.conversations.sending import send_next
    from dialog_core.conversations.settling import confirm_sent, send_again

_LAZY = {
    "MAX_FILE_BYTES": "files",
    "SHOWN_INLINE": "files",
    "ChatListRow": "chat_list",
    "InboxRow": "desk",
    "NewFile": "files",
    "Said": "entries",
    "StoredFile": "files",
    "bind_chat": "chats",
    "confirm_sent": "settling",
    "fetch_next": "fetching",
    "get_chat": "chat_list",
    "inbox_rows": "desk",
    "inbox_waiting": "chat_list",
    "list_chats": "chat_list",
    "process_next": "inbox",
    "put_aside": "desk",
    "read_file": "files",
    "route_by_hand": "desk",
    "send_again": "settling",
    "send_next": "sending",
    "store": "inbox",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)


__all__ = [
    "FROM_CUSTOMER",
    "MAX_FILE_BYTES",
    "SHOWN_INLINE",
    "TO_CUSTOMER",
    "ChatListRow",
    "DeliveredBy",
    "DeliveryState",
    "EntryKind",
    "InboxRow",
    "NewFile",
    "Said",
    "StoredFile",
    "bind_chat",
    "clean",
    "confirm_sent",
    "fetch_next",
    "first_line",
    "get_chat",
    "inbox_rows",
    "inbox_waiting",
    "list_chats",
    "process_next",
    "put_aside",
    "read_file",
    "route_by_hand",
    "send_again",
    "send_next",
    "split_utf16",
    "store",
    "utf16_length",
]
