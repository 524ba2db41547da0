# SPDX-License-Identifier: Apache-2.0
"""Entries, transitions and files of tickets."""

from __future__ import annotations

import marshmallow as ma

from dialog_core.api.fields import Flag, Id, Input, Line, Word
from dialog_core.tickets import BY_NAME

TEXT_LENGTH = 200_000
ADDABLE = ("note", "reply", "message")
DELIVERED_BY = ("call", "in_person", "email", "other")


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
