# SPDX-License-Identifier: Apache-2.0
"""Further fields of tickets, as programs see what they may fill in."""

from __future__ import annotations

import marshmallow as ma

from dialog_core.hookspecs.fields import Comparison, FieldType, PeopleOf


class FieldOption(ma.Schema):
    """An option of a choice; an archived one is not offered any more."""

    code = ma.fields.String(required=True)
    title = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(), required=True)
    parent = ma.fields.String(required=True, allow_none=True)
    archived = ma.fields.Boolean(required=True)


class FieldClause(ma.Schema):
    """One test of a condition, all of which must hold: of `kind`, `priority`, `organisation` or another field."""

    subject = ma.fields.String(required=True)
    test = ma.fields.String(required=True, validate=ma.validate.OneOf([*Comparison]))
    values = ma.fields.List(ma.fields.String(), required=True)


class TicketField(ma.Schema):
    """A further field of tickets."""

    key = ma.fields.String(required=True)
    type = ma.fields.String(required=True, validate=ma.validate.OneOf([*FieldType]))
    title = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(), required=True)
    help = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(), required=True)
    kinds = ma.fields.List(
        ma.fields.String(), required=True, metadata={"description": "Kinds of request that have it; none: every kind."}
    )
    visible_when = ma.fields.List(ma.fields.Nested(FieldClause), required=True)
    required_when = ma.fields.List(
        ma.fields.Nested(FieldClause),
        required=True,
        allow_none=True,
        metadata={"description": "null: never required; empty: always."},
    )
    options = ma.fields.List(ma.fields.Nested(FieldOption), required=True)
    currencies = ma.fields.List(ma.fields.String(), required=True)
    people = ma.fields.String(required=True, allow_none=True, validate=ma.validate.OneOf([*PeopleOf]))
    low = ma.fields.String(required=True, allow_none=True)
    high = ma.fields.String(required=True, allow_none=True)
    default = ma.fields.Raw(required=True, allow_none=True)


class TicketFieldList(ma.Schema):
    """All further fields, in their order."""

    items = ma.fields.List(ma.fields.Nested(TicketField), required=True)
