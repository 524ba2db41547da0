# SPDX-License-Identifier: Apache-2.0
"""Updates of modules, policies and the window."""

from __future__ import annotations

import marshmallow as ma

from dialog_core.api.fields import Input, Items, Line, Number, Word
from dialog_core.modules import Policy

STATES = (
    "waiting", "requested", "watching", "kept", "refused", "failed", "returning", "returned", "again",
)  # fmt: skip


class PolicyChange(Input):
    """How far a module is updated by itself."""

    policy = Word([policy.value for policy in Policy], required=True)


class ModulePolicy(ma.Schema):
    """The policy of a module."""

    module = ma.fields.String(required=True)
    policy = ma.fields.String(required=True, validate=ma.validate.OneOf([policy.value for policy in Policy]))


class UpdateWindowChange(Input):
    """Days of the week (0 is Monday) and times like `02:00`."""

    days = Items(Number(0, 6), high=7)
    start = Line(low=5, high=5)
    end = Line(low=5, high=5)


class UpdateWindow(ma.Schema):
    """When modules are updated by themselves."""

    days = ma.fields.List(ma.fields.Integer(), required=True)
    start = ma.fields.String(required=True)
    end = ma.fields.String(required=True)
    timezone = ma.fields.String(required=True)


class UpdateAsks(ma.Schema):
    """Something that an administrator has to agree to: a capability, `publisher`, `unvouched` or `destructive`."""

    what = ma.fields.String(required=True)
    values = ma.fields.List(ma.fields.String(), required=True)


class ModuleUpdate(ma.Schema):
    """An update that was begun by itself, or waits for an administrator."""

    id = ma.fields.Integer(required=True)
    module = ma.fields.String(required=True)
    from_ = ma.fields.String(required=True, data_key="from")
    to = ma.fields.String(required=True)
    sha256 = ma.fields.String(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(STATES))
    asks = ma.fields.List(ma.fields.Nested(UpdateAsks), required=True)
    problem = ma.fields.String(required=True)
    change = ma.fields.Integer(required=True, allow_none=True)
    started_at = ma.fields.AwareDateTime(required=True)
    ended_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class ModuleUpdateList(ma.Schema):
    """Updates, newest first."""

    items = ma.fields.List(ma.fields.Nested(ModuleUpdate), required=True)
    next = ma.fields.String(required=True, allow_none=True)
