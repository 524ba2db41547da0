# SPDX-License-Identifier: Apache-2.0
"""Channels: how messages come in from a messenger, a phone system or a web hook, and how they go out.

A channel module translates; the core decides. Raw input is stored in the inbox first, `channel_receive`
turns it into the neutral events below without touching network or database, and the core routes those to
tickets in one transaction. Outbound text, buttons and files come back through `channel_send`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from dialog_core.hookspecs.markers import HookKind, hookspec


class ChatKind(StrEnum):
    """Who can read a chat."""

    PRIVATE = "private"
    GROUP = "group"


class ChatChange(StrEnum):
    """What happened to a chat as a whole."""

    JOINED = "joined"
    """The platform's account was added to the chat, or unblocked by the person."""
    LEFT = "left"
    """The platform's account was removed from the chat, or blocked by the person."""
    MOVED = "moved"
    """The chat goes on under another external id (Bot API: `migrate_to_chat_id`)."""


class Intent(StrEnum):
    """What the writer explicitly asked for, beyond the text itself."""

    NONE = "none"
    START = "start"
    NEW_TICKET = "new_ticket"
    HELP = "help"


class SendState(StrEnum):
    """Result of one attempt to send."""

    SENT = "sent"
    RETRY = "retry"
    """Not accepted now; try again after `retry_after` seconds."""
    FAILED = "failed"
    """Refused for good: our mistake or a dead address; a person must look."""
    UNREACHABLE = "unreachable"
    """The person blocked us or left; sending stops until they come back."""
    UNCONFIRMED = "unconfirmed"
    """The request was written but no answer came: it is never repeated blindly."""
    MOVED = "moved"
    """The chat goes on as `new_chat`; the core re-keys it and sends again."""


@dataclass(frozen=True, slots=True)
class Channel:
    """What a channel can do.

    Attributes:
        name: the module's name, unique; stored with every chat, entry and delivery.
        title: language code to title, `{"ru": …, "en": …}`.
        max_text: longest text of one message in UTF-16 code units; longer texts are sent in parts.
        max_file_bytes: largest file that can be sent.
    """

    name: str
    title: dict[str, str]
    max_text: int
    max_file_bytes: int


@dataclass(frozen=True, slots=True)
class ChatRef:
    """A chat as the channel knows it; `thread` is a topic within it or None."""

    external_id: str
    kind: ChatKind
    title: str = ""
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class PersonRef:
    """Who spoke: the channel's stable id of the person, and the name shown there."""

    external_id: str
    name: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file that came with a message and is fetched later by `channel_fetch`.

    Attributes:
        reference: opaque to the core, enough for the module to fetch it.
        name: file name as sent (hostile until cleaned).
        media_type: as claimed by the sender.
        size: bytes, or None when the channel does not tell.
        too_large: the channel will not let us fetch it; a placeholder is kept in the ticket.
    """

    reference: str
    name: str
    media_type: str = "application/octet-stream"
    size: int | None = None
    too_large: bool = False


@dataclass(frozen=True, slots=True)
class TextReceived:
    """A person wrote something (text may be empty when files came alone)."""

    chat: ChatRef
    person: PersonRef | None
    external_id: str
    text: str
    at: datetime
    reply_to: str | None = None
    files: tuple[FileRef, ...] = ()
    intent: Intent = Intent.NONE


@dataclass(frozen=True, slots=True)
class TextEdited:
    """A message was changed after it was sent; the earlier text is kept."""

    chat: ChatRef
    person: PersonRef | None
    external_id: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ButtonPressed:
    """A button of ours was pressed; `button` is the id that `channel_send` was given."""

    chat: ChatRef
    person: PersonRef
    button: str
    press: str
    message: str | None = None


@dataclass(frozen=True, slots=True)
class ChatChanged:
    """The chat itself changed; `new_external_id` only with `ChatChange.MOVED`."""

    chat: ChatRef
    change: ChatChange
    person: PersonRef | None = None
    new_external_id: str | None = None


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """The input cannot be read; it is kept for a person to look at, with the reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class NothingToDo:
    """The input is fine and means nothing to a support desk (for example a pinned message)."""

    reason: str


Received = TextReceived | TextEdited | ButtonPressed | ChatChanged | NotUnderstood | NothingToDo


@dataclass(frozen=True, slots=True)
class RawInbound:
    """One row of the inbox, as stored before it was understood.

    Attributes:
        channel: module name.
        external_id: unique within the channel, for example `"<bot id>:<update_id>"`.
        payload: the parsed JSON as it came.
        received_at: aware UTC.
    """

    channel: str
    external_id: str
    payload: dict[str, Any]
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: an opaque id of at most 64 bytes, and its label."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file to send; `content` is read when the module asks for it."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class PressAnswer:
    """What the person who pressed a button sees at once; `alert` demands attention."""

    press: str
    text: str
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Outbound:
    """One message to send.

    Exactly one of these is meant: a text (with optional buttons and files), the answer to a press
    (`press_answer`), or the removal of buttons from an earlier message (`clear_buttons_of`).

    Attributes:
        delivery_id: the core's id of the delivery, stable over attempts.
        text: plain text; the module escapes it for its protocol; at most `Channel.max_text` units.
        reply_to: external id of the message this one answers, or None.
        buttons: rows of buttons.
    """

    delivery_id: int
    channel: str
    chat: str
    thread: str | None = None
    text: str = ""
    reply_to: str | None = None
    buttons: tuple[tuple[Button, ...], ...] = ()
    files: tuple[OutgoingFile, ...] = ()
    press_answer: PressAnswer | None = None
    clear_buttons_of: str | None = None


@dataclass(frozen=True, slots=True)
class SendResult:
    """What came of one attempt.

    Attributes:
        external_id: the channel's id of the message sent, for replies to find their ticket.
        error: for people, without secrets; the text, or what stands before its first ": ", is shown in the reader's
            language when the module's translations have it.
        retry_after: seconds, with `SendState.RETRY`.
        whole_channel: the pause applies to every chat of the channel, not only this one.
        new_chat: with `SendState.MOVED`.
    """

    state: SendState
    external_id: str | None = None
    error: str = ""
    retry_after: float | None = None
    whole_channel: bool = False
    new_chat: str | None = None


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """Content of a fetched file, or why it cannot be had (`error`, for people)."""

    content: bytes = b""
    error: str = ""
    retry: bool = False


@hookspec(kind=HookKind.COLLECT, since="0.1", budget=0.05)
def channels() -> Iterable[Channel]:
    """Declare the channels that a module brings.

    Called: once when a process starts. Process: every one. Transaction: none.
    Return: the module's channels; a name that another module has declared is an error of this module.
    On error: the module has no channel in this process; the failure is recorded.
    """


@hookspec(kind=HookKind.FIRST, since="0.1", budget=0.05)
def channel_receive(item: RawInbound) -> Sequence[Received] | None:
    """Translate stored raw input into neutral events, without network and database.

    Called: once per inbox row. Process: jobs. Transaction: none is open.
    Return: the events in order (empty means nothing to do), or None when `item.channel` is not yours.
    On error: the row waits and is tried again; after five failures it becomes a dead letter that staff see.
    """


@hookspec(kind=HookKind.FIRST, since="0.1", budget=30.0, limit=75.0)
def channel_send(message: Outbound) -> SendResult | None:
    """Send one message.

    Called: when a delivery is due. Process: jobs. Transaction: none is open; the network may be used.
    Return: what came of it, or None when `message.channel` is not yours. Never retry inside: say RETRY.
    On error: the delivery becomes `unconfirmed`, because nobody knows how far it came.
    """


@hookspec(kind=HookKind.FIRST, since="0.1", budget=60.0, limit=240.0)
def channel_fetch(channel: str, file: FileRef) -> FetchedFile | None:
    """Fetch the content of a file that came with a message.

    Called: after the entry was recorded. Process: jobs. Transaction: none is open.
    Return: the content or the error, or None when `channel` is not yours.
    On error: tried again with growing pauses, then the placeholder in the ticket says why it is missing.
    """
