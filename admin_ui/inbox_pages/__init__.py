# SPDX-License-Identifier: Apache-2.0
"""What came in and waits for a person, and the chats through which it comes."""

from admin_ui.inbox_pages import chats, desk
from admin_ui.inbox_pages.blueprint import chat_pages, pages
from admin_ui.shell import add_counter
from dialog_core.plugin import NavigationItem, WebMount, conversations

MOUNTS = (WebMount(pages), WebMount(chat_pages))
NAVIGATION = (
    NavigationItem({"ru": "Входящие", "en": "Inbox"}, "inbox.desk", "inbox", "inbox.work", 20, "inbox"),
    NavigationItem({"ru": "Чаты", "en": "Chats"}, "chats.list_all", "messages", "chat.bind", 30),
)
add_counter("inbox", conversations.inbox_waiting)

__all__ = ["MOUNTS", "NAVIGATION", "chats", "desk"]
