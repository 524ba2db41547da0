# SPDX-License-Identifier: Apache-2.0
"""A module's settings schema as static data, from which form, API and docs are made without running the module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict, cast

import marshmallow as ma

TYPES: tuple[tuple[type[ma.fields.Field[Any]], str], ...] = (
    (ma.fields.Boolean, "boolean"),
    (ma.fields.Integer, "integer"),
    (ma.fields.Decimal, "number"),
    (ma.fields.Number, "number"),
    (ma.fields.Url, "url"),
    (ma.fields.Email, "email"),
    (ma.fields.Date, "date"),
    (ma.fields.List, "list"),
    (ma.fields.String, "text"),
)


class FormField(TypedDict):
    """One field of a settings form; `default` is a JSON value or None, `choices` are values with their labels."""

    name: str
    type: str
    required: bool
    secret: bool
    host: bool
    title: dict[str, str]
    help: dict[str, str]
    default: object
    choices: list[dict[str, object]]
    min: float | None
    max: float | None


class FormProblem(Exception):
    """A settings schema cannot be shown as a form; the message is for the module's author."""


def describe_form(schema_class: type[ma.Schema]) -> list[FormField]:
    """Describe a schema.

    Raises:
        FormProblem: a field has no title, an unknown type, or a default that is not valid.
    """
    schema = schema_class()
    return [_describe(schema, name, field) for name, field in schema.load_fields.items()]


def _describe(schema: ma.Schema, name: str, field: ma.fields.Field[Any]) -> FormField:
    metadata: Mapping[str, Any] = field.metadata
    kind = next((word for known, word in TYPES if isinstance(field, known)), None)
    if kind is None:
        raise FormProblem(f"the settings field {name} has the type {type(field).__name__}, which no form can show")
    choices = _choices(field, metadata)
    limits = next((rule for rule in field.validators if isinstance(rule, ma.validate.Range)), None)
    return FormField(
        name=name,
        type="choice" if choices and kind != "list" else kind,
        required=field.required,
        secret=bool(metadata.get("secret")),
        host=bool(metadata.get("host")),
        title=_texts(name, metadata.get("title"), required=True),
        help=_texts(name, metadata.get("help"), required=False),
        default=_default(schema, name, field),
        choices=choices,
        min=cast("float | None", limits.min) if limits else None,
        max=cast("float | None", limits.max) if limits else None,
    )


def _choices(field: ma.fields.Field[Any], metadata: Mapping[str, Any]) -> list[dict[str, object]]:
    inner = field.inner if isinstance(field, ma.fields.List) else field
    rule = next((rule for rule in inner.validators if isinstance(rule, ma.validate.OneOf)), None)
    if rule is None:
        return []
    titles = metadata.get("choices") or {}
    labels = [str(label) for label in rule.labels] or [str(value) for value in rule.choices]
    return [
        {"value": value, "title": titles.get(value) or {"ru": label, "en": label}}
        for value, label in zip(rule.choices, [*labels, *map(str, list(rule.choices)[len(labels) :])], strict=False)
    ]


def _default(schema: ma.Schema, name: str, field: ma.fields.Field[Any]) -> object:
    default = field.load_default
    if default is ma.missing:
        return None
    value = default() if callable(default) else default
    if value is None:
        return None
    plain = (
        type(schema)(only=(field.attribute or name,)).dump({field.attribute or name: value}).get(field.data_key or name)
    )
    return plain if isinstance(plain, (str, int, float, bool, list)) else str(plain)


def _texts(name: str, value: object, *, required: bool) -> dict[str, str]:
    if value is None and not required:
        return {}
    if isinstance(value, Mapping) and all(isinstance(value.get(language), str) for language in ("ru", "en")):
        return {"ru": value["ru"], "en": value["en"]}
    raise FormProblem(f"the settings field {name} needs texts in ru and en")
