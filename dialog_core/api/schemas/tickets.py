# SPDX-License-Identifier: Apache-2.0
"""Tickets: registered, changed, listed, shown."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from dialog_core.api.fields import Flag, Id, IdOr, Input, Items, Line, Moment, Number, Object, Prefixed, Word
from dialog_core.api.paging import Paging
from dialog_core.api.problems import Text
from dialog_core.api.schemas.entries import TEXT_LENGTH
from dialog_core.tickets import Kind, Level, Outcome, Priority, State

PRIORITIES = tuple(priority.word for priority in Priority)
SORTS = ("newest", "activity", "priority")


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


FIELDS_GIVEN = {
    "description": "Values of further fields by key (`GET /ticket-fields`). A text; a number as text or number; money "
    "as `{amount, currency}`; a date; the code of an option, a list of codes with multi_choice; the id of a person, or "
    "of an attachment of the ticket. null takes a value away."
}
FIELDS_SHOWN = {
    "description": "Values of further fields that are set, by key. Numbers are texts, money is `{amount, currency}`, a "
    "person and a file are `{id, name}`, a multi_choice is a list of codes."
}
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
    further = Object(data_key="fields", load_default=dict, metadata=FIELDS_GIVEN)


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
    further = Object(data_key="fields", metadata=FIELDS_GIVEN)
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
    field = Prefixed(
        load_default=dict,
        metadata={
            "description": "`field.<key>=`: conditions on further fields (`GET /ticket-fields`), at most 10. Choices: "
            "codes parted by commas, any of which may stand there. Persons: an id. Dates, numbers, money: a value or "
            "a range `low..high`, either end may be left out; money in the field's first currency, or “10..20 USD”. "
            "Texts: the whole text, or “~” and a part of it."
        },
    )


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
        ma.fields.String(),
        required=True,
        metadata={"description": "Names of what is still asked for; of required further fields `fields.<key>`."},
    )
    further = ma.fields.Dict(keys=ma.fields.String(), data_key="fields", required=True, metadata=FIELDS_SHOWN)
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
    further = ma.fields.Dict(keys=ma.fields.String(), data_key="fields", required=True, metadata=FIELDS_SHOWN)
    _links = ma.fields.Dict(required=True)


class TicketPage(ma.Schema):
    """A page of tickets."""

    items = ma.fields.List(ma.fields.Nested(TicketItem), required=True)
    next = ma.fields.String(required=True, allow_none=True)
