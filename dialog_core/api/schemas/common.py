# SPDX-License-Identifier: Apache-2.0
"""Problems, and small lists to choose from."""

from __future__ import annotations

import marshmallow as ma


class FieldError(ma.Schema):
    """What is wrong with one field."""

    field = ma.fields.String(required=True)
    message = ma.fields.String(required=True)


class ProblemDocument(ma.Schema):
    """RFC 9457: what went wrong, in the language of `Accept-Language` (ru or en)."""

    type = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String()
    errors = ma.fields.List(ma.fields.Nested(FieldError), metadata={"description": "With 422: each wrong field."})
    missing = ma.fields.List(ma.fields.String(), metadata={"description": "With 409: what is still needed."})


class StaffMember(ma.Schema):
    """A colleague."""

    id = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)
    email = ma.fields.String(required=True)


class StaffList(ma.Schema):
    """All active colleagues."""

    items = ma.fields.List(ma.fields.Nested(StaffMember), required=True)


class TeamMember(ma.Schema):
    """A member of a team."""

    id = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)


class Team(ma.Schema):
    """A team and its active members."""

    id = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)
    members = ma.fields.List(ma.fields.Nested(TeamMember), required=True)


class TeamList(ma.Schema):
    """All teams."""

    items = ma.fields.List(ma.fields.Nested(Team), required=True)


class Category(ma.Schema):
    """What a request can be about."""

    code = ma.fields.String(required=True)
    title = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(), required=True)


class CategoryList(ma.Schema):
    """All categories."""

    items = ma.fields.List(ma.fields.Nested(Category), required=True)


class Me(ma.Schema):
    """Who calls, and what they may do."""

    id = ma.fields.Integer(required=True, allow_none=True)
    name = ma.fields.String(required=True)
    language = ma.fields.String(required=True)
    timezone = ma.fields.String(required=True)
    permissions = ma.fields.List(ma.fields.String(), required=True)
