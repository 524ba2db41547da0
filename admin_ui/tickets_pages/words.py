# SPDX-License-Identifier: Apache-2.0
"""The words of the regulation as pages show them; templates reach them as `words`."""

from __future__ import annotations

from typing import Any

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as pgettext

from dialog_core.plugin import runtime, tickets

STATES: dict[str, Any] = {
    "registered": _l("Registered"),
    "in_progress": _l("In progress"),
    "waiting_customer": _l("Waiting for the customer"),
    "answered": _l("Answered"),
    "completed": _l("Completed"),
    "closed": _l("Closed"),
}
OUTCOMES: dict[str, Any] = {
    "confirmed": _l("confirmed by the customer"),
    "declined": _l("declined"),
    "silence": _l("no objection within the term"),
    "withdrawn": _l("withdrawn"),
    "merged": _l("merged into another ticket"),
}
KINDS: dict[str, Any] = {
    "user_failure": _l("Failure at a user"),
    "outage": _l("Failure that stopped the program"),
    "consultation": _l("Consultation"),
    "change_request": _l("Request for a change"),
}
IMPACTS: dict[str, Any] = {
    "low": pgettext("impact", "Low"),
    "medium": pgettext("impact", "Medium"),
    "high": pgettext("impact", "High"),
}
URGENCIES: dict[str, Any] = {
    "low": pgettext("urgency", "Low"),
    "medium": pgettext("urgency", "Medium"),
    "high": pgettext("urgency", "High"),
}
PRIORITIES: dict[str, Any] = {
    "critical": pgettext("priority", "Critical"),
    "high": pgettext("priority", "High"),
    "normal": pgettext("priority", "Normal"),
    "low": pgettext("priority", "Low"),
}
TINTS = {"critical": "critical", "high": "high", "normal": "medium", "low": "low"}
"""Names of the colours of priorities."""
DELIVERED_BY: dict[str, Any] = {
    "call": _l("By phone"),
    "in_person": _l("In person"),
    "email": _l("By e-mail"),
    "other": _l("In another way"),
}
ENTITLEMENT: dict[str, Any] = {
    "no_contract": _l("No contract in force"),
    "kind_not_covered": _l("The contract does not cover this kind of request"),
    "no_organisation": _l("The organisation is not known"),
    "unknown": _l("It was not looked whether a contract covers this"),
}
ENTRY_KINDS: dict[str, Any] = {
    "request": _l("Request"),
    "message": _l("Message"),
    "reply": _l("Reply"),
    "question": _l("Question"),
    "answer": _l("Answer"),
    "refusal": _l("Refusal"),
    "reason": _l("Reason"),
    "note": _l("Internal"),
}
CONTRACT_KINDS: dict[str, Any] = {"contract": _l("Service contract"), "agreement": _l("Cooperation agreement")}
CHAT_KINDS: dict[str, Any] = {"group": _l("Group"), "private": _l("Private chat")}
LINKS: dict[tuple[str, bool], Any] = {
    ("follow_up", True): _l("Goes on from"),
    ("follow_up", False): _l("Goes on in"),
    ("merged_into", True): _l("Merged into"),
    ("merged_into", False): _l("Took in"),
    ("related", True): _l("Related"),
    ("related", False): _l("Related"),
}
ACTIONS: dict[str, Any] = {
    "start": _l("Take into work"),
    "decline": _l("Decline"),
    "request_information": _l("Ask the customer"),
    "receive_information": _l("The customer answered"),
    "resume": _l("Go on without the customer"),
    "answer": pgettext("action", "Answer"),
    "recall": _l("Take the answer back"),
    "confirm": _l("The customer confirms"),
    "dispute": _l("The customer disagrees"),
    "close": _l("Close on the representative's word"),
    "withdraw": _l("The customer withdraws it"),
    "merge": _l("Merge into another ticket"),
}
ACTION_HINTS: dict[str, Any] = {
    "start": _l("The ticket gets an executor and goes into work."),
    "decline": _l("The ticket is closed. The customer gets your polite answer; the reason stays inside."),
    "resume": _l("Work goes on although the customer has not answered. Note why."),
    "recall": _l("The ticket goes back into work. The reason stays in the timeline."),
    "confirm": _l("The customer says that the solution works. Record who said so and how."),
    "dispute": _l("The customer is not satisfied. Record the reasons; the ticket goes back into work."),
    "close": _l("Only a person with the right to represent the customer can confirm the closing."),
    "withdraw": _l("The customer does not need it any more. The ticket is closed."),
    "merge": _l("This ticket is closed, and its customer goes on in the other one. It can be undone within 7 days."),
}
ACTION_ICONS = {
    "start": "player-play", "decline": "ban", "request_information": "help-circle", "receive_information": "message",
    "resume": "arrow-forward-up", "answer": "send", "recall": "arrow-back-up", "confirm": "circle-check",
    "dispute": "thumb-down", "close": "lock", "withdraw": "x", "merge": "switch-horizontal",
}  # fmt: skip
MISSING: dict[str, Any] = {
    "executor": _l("an executor"),
    "text": _l("a text"),
    "reason": _l("the reason"),
    "delivered_by": _l("how it was given to the customer"),
    "contact": _l("the person who said so, from the customer's side"),
    "contact.may_confirm": _l("a person with the right to confirm solutions"),
    "contact.may_represent": _l("a person with the right to represent the customer"),
    "contract.silence_days": _l("a contract with a term of silence"),
    "target": _l("the number of the other ticket"),
}
_OWN_CHANNELS: dict[str, Any] = {
    "web": _l("registered by staff"),
    "api": _l("through the API"),
    "cli": _l("from the command line"),
    "system": _l("the platform"),
    "demo": _l("demonstration"),
}


def priority_word(value: int) -> str:
    """Return the stable word of a priority's number."""
    return tickets.Priority(value).word


def channel_title(name: str | None) -> str:
    """Return what a channel is called; the stored name when its module is not there."""
    if not name:
        return ""
    if name in _OWN_CHANNELS:
        return str(_OWN_CHANNELS[name])
    return channel_titles().get(name, name.capitalize())


def channel_titles() -> dict[str, str]:
    """Return the titles of the channels that run here, by their names."""
    language = str(getattr(get_locale(), "language", "en"))
    found: dict[str, str] = {}
    for contribution in runtime().hooks.collect("channels"):
        channel = contribution.value
        found[channel.name] = channel.title.get(language) or channel.title.get("en") or channel.name
    return found


def place(chat: Any) -> str:
    """Say which chat it is: the channel, the kind and the title."""
    title = chat.title or gettext("without a name")
    if chat.kind == "group":
        return str(gettext("%(channel)s group “%(title)s”", channel=channel_title(chat.channel), title=title))
    return str(gettext("%(channel)s chat with %(title)s", channel=channel_title(chat.channel), title=title))


def category_title(category: Any) -> str:
    """Return a category's title in the reader's language."""
    is_russian = getattr(get_locale(), "language", "en") == "ru"
    return str(category.title_ru if is_russian else category.title_en)
