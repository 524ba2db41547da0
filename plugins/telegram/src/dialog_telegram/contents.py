# SPDX-License-Identifier: Apache-2.0
"""What a message says: its text, the command it begins with, and words for what is neither text nor file."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from dialog_core.plugin import Intent
from dialog_telegram.reading import inner, integer, items, string
from dialog_telegram.texts import clean_line, clean_text

_COMMAND = re.compile(r"/(start|new|help)(?:@[A-Za-z0-9_]{1,64})?(?=\s|$)", re.IGNORECASE)
_INTENTS = {"start": Intent.START, "new": Intent.NEW_TICKET, "help": Intent.HELP}

# What accompanies a message and says nothing by itself.
_CIRCUMSTANCES = """
    message_id date chat from sender_chat sender_boost_count sender_business_bot sender_tag message_thread_id
    direct_messages_topic is_topic_message is_automatic_forward is_from_offline is_paid_post reply_to_message
    external_reply quote reply_to_story reply_to_checklist_task_id reply_to_poll_option_id via_bot edit_date
    forward_origin forward_date forward_from forward_from_chat forward_from_message_id forward_sender_name
    forward_signature has_protected_content media_group_id author_signature paid_star_count entities
    caption_entities link_preview_options suggested_post_info effect_id show_caption_above_media
    has_media_spoiler reply_markup business_connection_id guest_query_id receiver_user ephemeral_message_id
    community_chat text caption
"""
CIRCUMSTANCES = frozenset(_CIRCUMSTANCES.split())
# What Telegram itself reports in a chat.
_SERVICE = """
    new_chat_members new_chat_member new_chat_participant left_chat_member left_chat_participant chat_owner_left
    chat_owner_changed new_chat_title new_chat_photo delete_chat_photo group_chat_created
    supergroup_chat_created channel_chat_created message_auto_delete_timer_changed migrate_from_chat_id
    pinned_message successful_payment refunded_payment users_shared user_shared chat_shared gift unique_gift
    gift_upgrade_sent connected_website write_access_allowed passport_data proximity_alert_triggered boost_added
    chat_background_set checklist_tasks_done checklist_tasks_added direct_message_price_changed
    forum_topic_created forum_topic_edited forum_topic_closed forum_topic_reopened general_forum_topic_hidden
    general_forum_topic_unhidden giveaway_created giveaway_completed managed_bot_created
    paid_message_price_changed poll_option_added poll_option_deleted suggested_post_approved
    suggested_post_approval_failed suggested_post_declined suggested_post_paid suggested_post_refunded
    video_chat_scheduled video_chat_started video_chat_ended video_chat_participants_invited web_app_data
    community_chat_added community_chat_removed community_chat_joined
"""
SERVICE = frozenset(_SERVICE.split())


def text_of(message: dict[str, Any]) -> tuple[str, Intent]:
    """Return the cleaned text or caption without the command it begins with, and what the command asks for."""
    text = clean_text(string(message, "text") or string(message, "caption"))
    command = _COMMAND.match(text)
    if command is None:
        return text, Intent.NONE
    return text[command.end() :].strip(), _INTENTS[command.group(1).lower()]


def has_text(message: dict[str, Any]) -> bool:
    """Whether there is a text or caption field at all, even an empty one."""
    return isinstance(message.get("text"), str) or isinstance(message.get("caption"), str)


def described(message: dict[str, Any]) -> str:
    """Return words for a place, a visiting card, a poll or a die; they need no language."""
    lines = [describe(inner(message, kind)) for kind, describe in DESCRIBED.items() if inner(message, kind)]
    return "\n".join(line for line in lines if line)


def unread(message: dict[str, Any]) -> list[str]:
    """Return the names of parts that say something and that this module cannot read."""
    known = CIRCUMSTANCES | SERVICE
    return sorted(clean_line(str(key), 40) for key in message if key not in known)


def service_parts(message: dict[str, Any]) -> list[str]:
    """Return the names of parts by which Telegram reports something."""
    return sorted(SERVICE & message.keys())


def _place(place: dict[str, Any]) -> str:
    numbers = [place.get("latitude"), place.get("longitude")]
    if any(isinstance(number, bool) or not isinstance(number, int | float) for number in numbers):
        return ""
    latitude, longitude = (max(-180.0, min(180.0, float(number))) for number in numbers if number is not None)
    return f"📍 {latitude:.6f}, {longitude:.6f}"


def _venue(venue: dict[str, Any]) -> str:
    words = [clean_line(string(venue, "title")), clean_line(string(venue, "address"))]
    return "🏢 " + ", ".join(word for word in words if word) if any(words) else ""


def _contact(contact: dict[str, Any]) -> str:
    name = clean_line(f"{string(contact, 'first_name')} {string(contact, 'last_name')}")
    return f"👤 {name} {clean_line(string(contact, 'phone_number'), 40)}".strip()


def _poll(poll: dict[str, Any]) -> str:
    options = [clean_line(string(option, "text")) for option in items(poll, "options")]
    return "\n".join([f"📊 {clean_line(string(poll, 'question'), 400)}", *(f"– {option}" for option in options[:20])])


def _dice(dice: dict[str, Any]) -> str:
    return f"{clean_line(string(dice, 'emoji'), 8)} {integer(dice, 'value') or ''}".strip()


DESCRIBED: dict[str, Callable[[dict[str, Any]], str]] = {
    "venue": _venue,
    "location": _place,
    "contact": _contact,
    "poll": _poll,
    "dice": _dice,
}
