# SPDX-License-Identifier: Apache-2.0
"""What a module author imports: `hookimpl`, the types of the hooks, and the doors into the platform. Nothing else.

Everything here is kept compatible within a major version of the platform.
"""

from dialog_core import conversations, fields, installation, parties, staff, tickets
from dialog_core.clock import now
from dialog_core.conversations import store as store_inbound
from dialog_core.errors import DialogError, NotAllowedNow, NotFound, NotPermitted, TooLarge, WrongValue
from dialog_core.events import live_response
from dialog_core.hookspecs import Refusal, hookimpl
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
from dialog_core.hookspecs.fields import (
    Clause,
    Comparison,
    FieldOption,
    FieldType,
    IntakeField,
    IntakeView,
    PeopleOf,
    TicketField,
)
from dialog_core.hookspecs.jobs import Service, ServiceContext
from dialog_core.hookspecs.lifecycle import TicketEvent
from dialog_core.hookspecs.ui import Audience, NavigationItem, TicketPanel, WebMount
from dialog_core.jobs import ServiceReport, service_reports
from dialog_core.language import mark
from dialog_core.modules import AddressRefused, http_client
from dialog_core.modules import current_settings as module_settings
from dialog_core.navigation import navigation_for
from dialog_core.runtime import runtime

__all__ = [
    "AddressRefused",
    "Audience",
    "Button",
    "ButtonPressed",
    "Channel",
    "ChatChange",
    "ChatChanged",
    "ChatKind",
    "ChatRef",
    "Clause",
    "Comparison",
    "DialogError",
    "FetchedFile",
    "FieldOption",
    "FieldType",
    "FileRef",
    "IntakeField",
    "IntakeView",
    "Intent",
    "NavigationItem",
    "NotAllowedNow",
    "NotFound",
    "NotPermitted",
    "NotUnderstood",
    "NothingToDo",
    "Outbound",
    "OutgoingFile",
    "PeopleOf",
    "PersonRef",
    "PressAnswer",
    "RawInbound",
    "Received",
    "Refusal",
    "SendResult",
    "SendState",
    "Service",
    "ServiceContext",
    "ServiceReport",
    "TextEdited",
    "TextReceived",
    "TicketEvent",
    "TicketField",
    "TicketPanel",
    "TooLarge",
    "WebMount",
    "WrongValue",
    "conversations",
    "fields",
    "hookimpl",
    "http_client",
    "installation",
    "live_response",
    "mark",
    "module_settings",
    "navigation_for",
    "now",
    "parties",
    "runtime",
    "service_reports",
    "staff",
    "store_inbound",
    "tickets",
]
