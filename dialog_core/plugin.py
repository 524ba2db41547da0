# SPDX-License-Identifier: Apache-2.0
"""What a module author imports: `hookimpl`, the types of the hooks, and the doors into the platform. Nothing else.

Everything here is kept compatible within a major version of the platform.
"""

from dialog_core.clock import now
from dialog_core.conversations.inbox import store as store_inbound
from dialog_core.errors import DialogError, NotAllowedNow, NotFound, NotPermitted, TooLarge, WrongValue
from dialog_core.hookspecs import hookimpl
from dialog_core.hookspecs.channels import (
    Button,
    ButtonPressed,
    Channel,
    ChatChange,
    ChatChanged,
    ChatKind,
    ChatRef,
    FetchedFile,
    FileRef,
    Intent,
    NothingToDo,
    NotUnderstood,
    Outbound,
    OutgoingFile,
    PersonRef,
    PressAnswer,
    RawInbound,
    Received,
    SendResult,
    SendState,
    TextEdited,
    TextReceived,
)
from dialog_core.hookspecs.fields import IntakeField, IntakeView
from dialog_core.hookspecs.jobs import Service, ServiceContext
from dialog_core.hookspecs.lifecycle import TicketEvent
from dialog_core.hookspecs.ui import Audience, NavigationItem, TicketPanel, WebMount

__all__ = [
    "Audience",
    "Button",
    "ButtonPressed",
    "Channel",
    "ChatChange",
    "ChatChanged",
    "ChatKind",
    "ChatRef",
    "DialogError",
    "FetchedFile",
    "FileRef",
    "Intent",
    "IntakeField",
    "IntakeView",
    "NavigationItem",
    "NotAllowedNow",
    "NotFound",
    "NotPermitted",
    "NotUnderstood",
    "NothingToDo",
    "Outbound",
    "OutgoingFile",
    "PersonRef",
    "PressAnswer",
    "RawInbound",
    "Received",
    "SendResult",
    "SendState",
    "Service",
    "ServiceContext",
    "TextEdited",
    "TextReceived",
    "TicketEvent",
    "TicketPanel",
    "TooLarge",
    "WebMount",
    "WrongValue",
    "hookimpl",
    "now",
    "store_inbound",
]
