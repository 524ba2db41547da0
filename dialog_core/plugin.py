# SPDX-License-Identifier: Apache-2.0
"""What a module author imports: `hookimpl`, the types of the hooks, and the doors into the platform. Nothing else.

Everything here is kept compatible within a major version of the platform.
"""

from dialog_core import conversations, fields, installation, parties, staff, tickets
from dialog_core.api import ModuleApi, api_actor
from dialog_core.clock import now
from dialog_core.conversations import store as store_inbound
from dialog_core.database import JsonDocument, UtcDateTime, insert_new, module_base, read, write
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
from dialog_core.hookspecs.health import Health, HealthCheck, HealthContext
from dialog_core.hookspecs.jobs import Job, JobContext, Service, ServiceContext
from dialog_core.hookspecs.lifecycle import TicketEvent
from dialog_core.hookspecs.lists import ColumnValue, ListColumn, Tone, Width
from dialog_core.hookspecs.notices import CustomerNotice
from dialog_core.hookspecs.permissions import Permission
from dialog_core.hookspecs.settings import ConnectionResult
from dialog_core.hookspecs.ui import Audience, NavigationItem, TicketPanel, WebMount
from dialog_core.hookspecs.validation import TicketDraft, TransitionAsked
from dialog_core.jobs import ServiceReport, WorkReport, retry_service, run_soon, service_reports, work_reports
from dialog_core.language import mark
from dialog_core.list_columns import ColumnsOfPage, columns_of_page
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
    "ColumnValue",
    "ColumnsOfPage",
    "Comparison",
    "ConnectionResult",
    "CustomerNotice",
    "DialogError",
    "FetchedFile",
    "FieldOption",
    "FieldType",
    "FileRef",
    "Health",
    "HealthCheck",
    "HealthContext",
    "IntakeField",
    "IntakeView",
    "Intent",
    "Job",
    "JobContext",
    "JsonDocument",
    "ListColumn",
    "ModuleApi",
    "NavigationItem",
    "NotAllowedNow",
    "NotFound",
    "NotPermitted",
    "NotUnderstood",
    "NothingToDo",
    "Outbound",
    "OutgoingFile",
    "PeopleOf",
    "Permission",
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
    "TicketDraft",
    "TicketEvent",
    "TicketField",
    "TicketPanel",
    "Tone",
    "TooLarge",
    "TransitionAsked",
    "UtcDateTime",
    "WebMount",
    "Width",
    "WorkReport",
    "WrongValue",
    "api_actor",
    "columns_of_page",
    "conversations",
    "fields",
    "hookimpl",
    "http_client",
    "insert_new",
    "installation",
    "live_response",
    "mark",
    "module_base",
    "module_settings",
    "navigation_for",
    "now",
    "parties",
    "read",
    "retry_service",
    "run_soon",
    "runtime",
    "service_reports",
    "staff",
    "store_inbound",
    "tickets",
    "work_reports",
    "write",
]
