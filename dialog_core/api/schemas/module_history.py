# SPDX-License-Identifier: Apache-2.0
"""Sets of modules that have run, kept data, exports, revisions of settings."""

from __future__ import annotations

import marshmallow as ma

from dialog_core.api.fields import LARGEST_ID, Number
from dialog_core.api.schemas.modules import Reasoned


class RollbackNew(Reasoned):
    """A return to an earlier set; `expected_generation` refuses it when another generation runs by then."""

    expected_generation = Number(0, LARGEST_ID, load_default=None, allow_none=True)


class Generation(ma.Schema):
    """A set of modules that has run; `obstacle` says why one cannot return to it."""

    number = ma.fields.Integer(required=True)
    change = ma.fields.Integer(required=True, allow_none=True)
    state = ma.fields.String(required=True)
    is_active = ma.fields.Boolean(required=True)
    can_return = ma.fields.Boolean(required=True)
    obstacle = ma.fields.String(required=True)
    reason = ma.fields.String(required=True)
    created_by = ma.fields.String(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    activated_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    platform = ma.fields.String(required=True)
    modules = ma.fields.List(ma.fields.Dict(), required=True)
    difference_to_previous = ma.fields.Dict(required=True)
    difference_to_current = ma.fields.Dict(required=True)


class GenerationList(ma.Schema):
    """Sets of modules, newest first."""

    items = ma.fields.List(ma.fields.Nested(Generation), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class Kept(ma.Schema):
    """What is left of a module that was removed."""

    module = ma.fields.String(required=True)
    title = ma.fields.Dict(required=True)
    version = ma.fields.String(required=True)
    sha256 = ma.fields.String(required=True, allow_none=True)
    tables = ma.fields.List(ma.fields.Dict(), required=True)
    settings_revisions = ma.fields.Integer(required=True)
    removed_by = ma.fields.String(required=True)
    removed_at = ma.fields.AwareDateTime(required=True)


class KeptList(ma.Schema):
    """What is left of removed modules."""

    items = ma.fields.List(ma.fields.Nested(Kept), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class Export(ma.Schema):
    """A module's data as a file."""

    id = ma.fields.Integer(required=True)
    module = ma.fields.String(required=True)
    why = ma.fields.String(required=True)
    rows = ma.fields.Integer(required=True)
    size = ma.fields.Integer(required=True)
    filename = ma.fields.String(required=True)
    created_by = ma.fields.String(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    expires_at = ma.fields.AwareDateTime(required=True)


class ExportList(ma.Schema):
    """Exports that can be downloaded."""

    items = ma.fields.List(ma.fields.Nested(Export), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class Revision(ma.Schema):
    """A revision of settings and how it differs from the one before; a secret's value is `***`."""

    revision = ma.fields.Integer(required=True)
    is_current = ma.fields.Boolean(required=True)
    changed_by = ma.fields.String(required=True)
    changed_at = ma.fields.AwareDateTime(required=True)
    changes = ma.fields.List(ma.fields.Dict(), required=True)


class RevisionList(ma.Schema):
    """Revisions of settings, newest first."""

    items = ma.fields.List(ma.fields.Nested(Revision), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class ConnectionChecked(ma.Schema):
    """What a module found when it tested its connection, in each language."""

    is_good = ma.fields.Boolean(required=True)
    text = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(), required=True)
