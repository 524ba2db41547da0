# SPDX-License-Identifier: Apache-2.0
"""Modules, changes of them and their settings."""

from __future__ import annotations

import marshmallow as ma

from dialog_core.api.fields import LARGEST_ID, Input, Items, Line, Number, Word
from dialog_core.modules import DataFate, Level, Verb


def _in_languages() -> ma.fields.Dict:
    return ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(), required=True)


class Nothing(Input):
    """An empty object."""


class Reasoned(Input):
    """Why a change is wanted, in a line that is kept with it."""

    reason = Line(low=0, high=300, load_default="")


class InstallNew(Reasoned):
    """What is installed: the catalog's newest, or a stored wheel by its SHA-256."""

    sha256 = Line(low=64, high=64, load_default=None, allow_none=True)
    password = Line(high=1000, load_default="", load_only=True)
    """One's own; needed for what nobody vouches for."""


class RemoveNew(Reasoned):
    """What becomes of the data of a module that is removed: `export` writes a file first and deletes them then."""

    data = Word([fate.value for fate in DataFate], load_default=DataFate.KEEP.value)


class ActionNew(Input):
    """One thing to do with a module; `sha256` chooses a stored wheel of `install`, `data` belongs to `remove`."""

    action = Word([verb.value for verb in Verb if verb is not Verb.ROLLBACK], required=True)
    data = Word([fate.value for fate in DataFate], load_default=DataFate.KEEP.value)
    name = Line(low=1, high=60, required=True)
    sha256 = Line(low=64, high=64, load_default=None, allow_none=True)


class ChangeNew(Reasoned):
    """Several actions in one change; `expected_generation` refuses it when another generation runs by then."""

    actions = Items(ma.fields.Nested(ActionNew), high=50, required=True)
    expected_generation = Number(0, LARGEST_ID, load_default=None, allow_none=True)
    password = Line(high=1000, load_default="", load_only=True)
    """One's own; needed for what nobody vouches for."""


class PromiseState(ma.Schema):
    """One promise of a good module, and whether it is kept."""

    name = ma.fields.String(required=True)
    kept = ma.fields.Boolean(required=True)


class Quality(ma.Schema):
    """The quality mark that the platform itself computed from a module's wheel."""

    level = ma.fields.String(required=True, validate=ma.validate.OneOf([level.value for level in Level]))
    promises = ma.fields.List(ma.fields.Nested(PromiseState), required=True)


class Module(ma.Schema):
    """A module of the catalog or of this installation."""

    name = ma.fields.String(required=True)
    title = _in_languages()
    description = _in_languages()
    category = ma.fields.String(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(["available", "disabled", "enabled"]))
    version = ma.fields.String(required=True, allow_none=True)
    available = ma.fields.String(required=True, allow_none=True)
    source = ma.fields.String(required=True)
    publisher = ma.fields.String(required=True, allow_none=True)
    signature = ma.fields.String(required=True)
    has_settings = ma.fields.Boolean(required=True)
    missing = ma.fields.List(ma.fields.String(), required=True)
    incidents = ma.fields.Integer(required=True)
    quality = ma.fields.Nested(Quality, required=True, allow_none=True)
    _links = ma.fields.Dict(required=True)


class ModuleList(ma.Schema):
    """All modules and the generation that is wanted."""

    items = ma.fields.List(ma.fields.Nested(Module), required=True)
    next = ma.fields.String(required=True, allow_none=True)
    generation = ma.fields.Integer(required=True, allow_none=True)


class ModuleChange(ma.Schema):
    """A change of modules and how far it has come."""

    id = ma.fields.Integer(required=True)
    actions = ma.fields.List(ma.fields.Dict(), required=True)
    state = ma.fields.String(required=True)
    steps = ma.fields.List(ma.fields.Dict(), required=True)
    problem = ma.fields.String(required=True)
    generation = ma.fields.Integer(required=True, allow_none=True)
    reason = ma.fields.String(required=True)
    requested_by = ma.fields.String(required=True)
    requested_at = ma.fields.AwareDateTime(required=True)
    finished_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    _links = ma.fields.Dict(required=True)


class ModuleSettings(ma.Schema):
    """Settings of a module; a secret that is set is shown as `***`."""

    module = ma.fields.String(required=True)
    revision = ma.fields.Integer(required=True)
    form = ma.fields.List(ma.fields.Dict(), required=True)
    values = ma.fields.Dict(required=True)
    missing = ma.fields.List(ma.fields.String(), required=True)


class Wheel(ma.Schema):
    """A wheel that was stored; nothing of it has run."""

    distribution = ma.fields.String(required=True)
    version = ma.fields.String(required=True)
    sha256 = ma.fields.String(required=True)
    module = ma.fields.String(required=True, allow_none=True)


class Missing(ma.Schema):
    """A requirement of a wheel that nothing here fulfils."""

    distribution = ma.fields.String(required=True)
    requirement = ma.fields.String(required=True)


class WheelList(ma.Schema):
    """Wheels that were stored together; nothing of them has run."""

    items = ma.fields.List(ma.fields.Nested(Wheel), required=True)
    missing = ma.fields.List(ma.fields.Nested(Missing), required=True)
