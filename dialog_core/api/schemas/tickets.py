# SPDX-License-Identifier: Apache-2.0
"""Tickets, their entries, transitions and files."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from dialog_core.api.fields import Flag, Id, IdOr, Input, Items, Line, Moment, Number, Word
from dialog_core.api.paging import Paging
from dialog_core.api.problems import Text
from dialog_core.tickets import BY_NAME, Kind, Level, Outcome, Priority, State

PRIORITIES = tuple(priority.word for priority in Priority)
TEXT_LENGTH = 200_000
SORTS = ("newest", "activity", "priority")
ADDABLE = ("note", "reply", "message")
DELIVERED_BY = ("call", "in_person", "email", "other")


class ContactGiven(Input):
    """Who asks, by name and a phone or an e-mail; somebody known is recognised by these."""

    full_name = Line(low=1, high=300, required=True)
    phone = Line(high=120)
    email = Line(high=254)

    @ma.validates_schema
    def check_reachable(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """Ask for one way to reach the person."""
        if not (data.get("phone") or "").strip() and not (data.get("email") or "").strip():
            raise ma.ValidationError({"phone": [Text("Give a phone or an e-mail.")]})


class OrganisationGiven(Input):
    """A customer by name; somebody known is recognised by it."""

    name = Line(low=1, high=300, required=True)
    address = Line(high=500, load_default="")


_INTEGER_ID = {"type": "integer", "minimum": 1}
_CONTACT = {
    "description": "Id of a contact, or who it is.",
    "oneOf": [
        _INTEGER_ID,
        {
            "type": "object",
            "required": ["full_name"],
            "anyOf": [{"required": ["phone"]}, {"required": ["email"]}],
            "properties": {
                "full_name": {"type": "string", "maxLength": 300},
                "phone": {"type": "string", "maxLength": 120},
                "email": {"type": "string", "maxLength": 254},
            },
            "additionalProperties": False,
        },
    ],
}
_ORGANISATION = {
    "description": "Id of an organisation, or which one it is.",
    "oneOf": [
        _INTEGER_ID,
        {
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": {"type": "string", "maxLength": 300},
                "address": {"type": "string", "maxLength": 500},
            },
            "additionalProperties": False,
        },
        {"type": "null"},
    ],
}


class TicketNew(Input):
    """A request that is registered."""

    subject = Line(low=1, high=300, required=True)
    description = Line(low=1, high=TEXT_LENGTH, required=True)
    kind = Word(Kind, required=True)
    contact = IdOr(ContactGiven, required=True, metadata=_CONTACT)
    organisation = IdOr(OrganisationGiven, load_default=None, allow_none=True, metadata=_ORGANISATION)
    category = Line(high=60, load_default=None, allow_none=True, metadata={"description": "Code of a category."})
    impact = Word(Level, load_default="medium")
    urgency = Word(Level, load_default="medium")


class TicketChange(Input):
    """What can be changed of an open ticket. Executors are replaced as whole lists."""

    subject = Line(low=1, high=300)
    kind = Word(Kind)
    contact = IdOr(ContactGiven, metadata=_CONTACT)
    organisation = IdOr(OrganisationGiven, allow_none=True, metadata=_ORGANISATION)
    category = Line(high=60, allow_none=True)
    impact = Word(Level)
    urgency = Word(Level)
    priority = Word(PRIORITIES, allow_none=True, metadata={"description": "null: by the system of priorities again."})
    priority_reason = Line(high=500)
    responsible = Id(allow_none=True)
    executors = Items(Id(), high=50)
    teams = Items(Id(), high=50)
    version = Number(1, 2_147_483_647, metadata={"description": "The version that the change is based on."})


class TicketQuery(Paging):
    """How tickets are listed; conditions that all must hold."""

    state = Items(Word(State), high=6, load_default=tuple, metadata={"description": "Any of these states."})
    open = Flag(in_query=True, load_default=None, metadata={"description": "true: every state but closed."})
    priority = Items(Word(PRIORITIES), high=4, load_default=tuple)
    responsible = Line(high=12, load_default=None, metadata={"description": "A staff id, `me` or `none`."})
    executor = Line(high=12, load_default=None, metadata={"description": "A staff id or `me`."})
    team = Id(strict=False, load_default=None)
    organisation = Id(strict=False, load_default=None)
    contact = Id(strict=False, load_default=None)
    kind = Word(Kind, load_default=None)
    category = Line(high=60, load_default=None, metadata={"description": "Code of a category."})
    channel = Line(high=40, load_default=None)
    q = Line(high=400, load_default="", metadata={"description": "Words, a number or its tail, a phone, an e-mail."})
    opened_after = Moment(load_default=None)
    opened_before = Moment(load_default=None)
    sort = Word(SORTS, load_default=SORTS[0])


class Named(ma.Schema):
    """Somebody or something of which only the name is shown."""

    id = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)


class TicketContact(ma.Schema):
    """Who asks."""

    id = ma.fields.Integer(required=True)
    full_name = ma.fields.String(required=True)
    phones = ma.fields.List(ma.fields.String(), required=True)
    emails = ma.fields.List(ma.fields.String(), required=True)
    may_open = ma.fields.Boolean(required=True)
    may_confirm = ma.fields.Boolean(required=True)
    may_represent = ma.fields.Boolean(required=True)


class TicketOrganisation(Named):
    """The customer."""

    address = ma.fields.String(required=True)


class TicketContract(ma.Schema):
    """The contract that covers a ticket."""

    id = ma.fields.Integer(required=True)
    number = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    ends_on = ma.fields.Date(required=True, allow_none=True)


class TicketLink(ma.Schema):
    """A link with another ticket."""

    kind = ma.fields.String(required=True)
    direction = ma.fields.String(required=True, validate=ma.validate.OneOf(["from", "to"]))
    number = ma.fields.String(required=True)
    subject = ma.fields.String(required=True)
    state = ma.fields.String(required=True)


class Ticket(ma.Schema):
    """A ticket with all that is known of it."""

    number = ma.fields.String(required=True)
    subject = ma.fields.String(required=True)
    description = ma.fields.String(required=True)
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf([*Kind]))
    state = ma.fields.String(required=True, validate=ma.validate.OneOf([*State]))
    outcome = ma.fields.String(required=True, allow_none=True, validate=ma.validate.OneOf([*Outcome]))
    impact = ma.fields.String(required=True)
    urgency = ma.fields.String(required=True)
    priority = ma.fields.String(required=True, validate=ma.validate.OneOf(PRIORITIES))
    priority_reason = ma.fields.String(required=True, allow_none=True)
    category = ma.fields.String(required=True, allow_none=True)
    organisation = ma.fields.Nested(TicketOrganisation, required=True, allow_none=True)
    contact = ma.fields.Nested(TicketContact, required=True, allow_none=True)
    contract = ma.fields.Nested(TicketContract, required=True, allow_none=True)
    entitlement = ma.fields.String(required=True)
    channel = ma.fields.String(required=True)
    responsible = ma.fields.Nested(Named, required=True, allow_none=True)
    executors = ma.fields.List(ma.fields.Nested(Named), required=True)
    teams = ma.fields.List(ma.fields.Nested(Named), required=True)
    answer_on_its_way = ma.fields.Boolean(required=True)
    opened_at = ma.fields.AwareDateTime(required=True)
    activity_at = ma.fields.AwareDateTime(required=True)
    closed_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    version = ma.fields.Integer(required=True)
    missing = ma.fields.List(
        ma.fields.String(), required=True, metadata={"description": "Names of what the regulation still asks for."}
    )
    links = ma.fields.List(ma.fields.Nested(TicketLink), required=True)
    _links = ma.fields.Dict(required=True)


class TicketItem(ma.Schema):
    """A ticket in a list."""

    number = ma.fields.String(required=True)
    subject = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    state = ma.fields.String(required=True)
    outcome = ma.fields.String(required=True, allow_none=True)
    priority = ma.fields.String(required=True)
    entitlement = ma.fields.String(required=True)
    channel = ma.fields.String(required=True)
    answer_on_its_way = ma.fields.Boolean(required=True)
    opened_at = ma.fields.AwareDateTime(required=True)
    activity_at = ma.fields.AwareDateTime(required=True)
    organisation = ma.fields.Nested(Named, required=True, allow_none=True)
    contact = ma.fields.Nested(Named, required=True, allow_none=True)
    responsible = ma.fields.Nested(Named, required=True, allow_none=True)
    team = ma.fields.Nested(Named, required=True, allow_none=True)
    _links = ma.fields.Dict(required=True)


class TicketPage(ma.Schema):
    """A page of tickets."""

    items = ma.fields.List(ma.fields.Nested(TicketItem), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class EntryNew(Input):
    """Something to note (`note`), to tell the customer (`reply`), or that the customer said (`message`)."""

    kind = Word(ADDABLE, load_default=ADDABLE[0])
    text = Line(low=1, high=TEXT_LENGTH, required=True)
    contact = Id(load_default=None, allow_none=True, metadata={"description": "Who said it, with `message`."})
    delivered_by = Word(DELIVERED_BY, load_default=None, allow_none=True)


class Attachment(ma.Schema):
    """A file of an entry."""

    id = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)
    media_type = ma.fields.String(required=True)
    size = ma.fields.Integer(required=True, allow_none=True)
    state = ma.fields.String(required=True)
    problem = ma.fields.String(required=True)
    _links = ma.fields.Dict(required=True)


class Delivery(ma.Schema):
    """One way on which an entry travels to the customer."""

    id = ma.fields.Integer(required=True)
    channel = ma.fields.String(required=True)
    state = ma.fields.String(required=True)
    attempts = ma.fields.Integer(required=True)
    problem = ma.fields.String(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    settled_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class Author(ma.Schema):
    """Who said or did something."""

    kind = ma.fields.String(required=True)
    id = ma.fields.Integer(required=True, allow_none=True)
    name = ma.fields.String(required=True)


class Entry(ma.Schema):
    """One thing said or noted in a ticket."""

    id = ma.fields.Integer(required=True)
    kind = ma.fields.String(required=True)
    text = ma.fields.String(required=True)
    author = ma.fields.Nested(Author, required=True)
    channel = ma.fields.String(required=True)
    delivered_by = ma.fields.String(required=True, allow_none=True)
    created_at = ma.fields.AwareDateTime(required=True)
    edited_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    attachments = ma.fields.List(ma.fields.Nested(Attachment), required=True)
    deliveries = ma.fields.List(ma.fields.Nested(Delivery), required=True)


class EntryPage(ma.Schema):
    """A page of entries, the earliest first."""

    items = ma.fields.List(ma.fields.Nested(Entry), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class TransitionNew(Input):
    """A transition of the regulation's table, with what it needs."""

    transition = Word(BY_NAME, required=True)
    text = Line(high=TEXT_LENGTH, load_default="")
    reason = Line(high=TEXT_LENGTH, load_default="")
    contact = Id(load_default=None, allow_none=True, metadata={"description": "Whose word it is, of the customer."})
    delivered_by = Word(
        DELIVERED_BY,
        load_default=None,
        allow_none=True,
        metadata={"description": "How it was given, when it does not travel through the ticket's chat."},
    )
    target = Line(high=40, load_default=None, allow_none=True, metadata={"description": "Number to merge into."})
    executor = Id(load_default=None, allow_none=True, metadata={"description": "Who works, with `start`."})
    also_close = Flag(load_default=False, metadata={"description": "With `confirm`: close in the same act."})


class TransitionDone(ma.Schema):
    """What came of a transition; `performed` is empty while an answer is on its way."""

    number = ma.fields.String(required=True)
    state = ma.fields.String(required=True)
    outcome = ma.fields.String(required=True, allow_none=True)
    performed = ma.fields.List(ma.fields.String(), required=True)
    answer_on_its_way = ma.fields.Boolean(required=True)
    entry = ma.fields.Integer(required=True, allow_none=True)
    deliveries = ma.fields.List(ma.fields.Nested(Delivery), required=True)
    _links = ma.fields.Dict(required=True)


class TransitionAllowed(ma.Schema):
    """A transition that the caller may begin now."""

    transition = ma.fields.String(required=True)
    target = ma.fields.String(required=True)
    needs = ma.fields.List(ma.fields.String(), required=True)
    by = ma.fields.String(required=True)


class TransitionList(ma.Schema):
    """All transitions that the caller may begin now."""

    items = ma.fields.List(ma.fields.Nested(TransitionAllowed), required=True)


class AttachmentQuery(Input):
    """What goes with files that are uploaded."""

    kind = Word(ADDABLE, load_default=ADDABLE[0], metadata={"description": "Kind of the entry that gets the files."})
    text = Line(high=2000, load_default="")
    name = Line(high=255, load_default="", metadata={"description": "Name of the file when the body is its content."})


class AttachmentsDone(ma.Schema):
    """The entry that was written, with its files."""

    entry = ma.fields.Integer(required=True)
    items = ma.fields.List(ma.fields.Nested(Attachment), required=True)
