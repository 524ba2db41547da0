# SPDX-License-Identifier: Apache-2.0
"""Fields and validators of the schemas: strict about types, and their messages can be translated."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TypeAlias, cast

import marshmallow as ma

from dialog_core.api.problems import Text

LARGEST_ID = 2_147_483_647
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

Messages: TypeAlias = dict[str, str | list[Any] | dict[Any, Any]]
MESSAGES: Messages = {
    "required": [Text("This is required.")],
    "null": [Text("This must not be null.")],
    "validator_failed": [Text("This value cannot be accepted.")],
}
_STRING: Messages = {
    **MESSAGES,
    "invalid": [Text("This must be a text.")],
    "invalid_utf8": [Text("This must be a text.")],
}
_INTEGER: Messages = {
    **MESSAGES,
    "invalid": [Text("This must be a whole number.")],
    "too_large": [Text("This number is too large.")],
}
_LIST: Messages = {**MESSAGES, "invalid": [Text("This must be a list.")]}
_BOOLEAN: Messages = {**MESSAGES, "invalid": [Text("This must be true or false.")]}
_DATE: Messages = {
    **MESSAGES,
    "invalid": [Text("This must be a date such as 2026-01-31.")],
    "format": [Text("This is not a date.")],
}
_TIME: Messages = {
    **MESSAGES,
    "invalid": [Text("This must be a time with its zone, such as 2026-01-31T12:00:00Z.")],
    "invalid_awareness": [Text("This must be a time with its zone, such as 2026-01-31T12:00:00Z.")],
    "format": [Text("This is not a time.")],
}


class OneOf(ma.validate.OneOf):
    """One of a closed list of words."""

    def __init__(self, choices: Iterable[str]) -> None:
        super().__init__([str(one) for one in choices])

    def _format_error(self, value: Any) -> Any:  # noqa: ARG002
        return [Text("Use one of: %(known)s.", {"known": ", ".join(self.choices)})]


class Range(ma.validate.Range):
    """A number within bounds that both count."""

    def __init__(self, low: int, high: int) -> None:
        super().__init__(min=low, max=high)

    def _format_error(self, value: Any, message: str) -> Any:  # noqa: ARG002
        return [Text("Use a number from %(low)s to %(high)s.", {"low": self.min, "high": self.max})]


class Length(ma.validate.Length):
    """A text or list of bounded length."""

    def __init__(self, low: int, high: int) -> None:
        super().__init__(min=low, max=high)

    def _format_error(self, value: Any, message: str) -> Any:  # noqa: ARG002
        return [Text("The length must be from %(low)s to %(high)s.", {"low": self.min, "high": self.max})]


class _Storable(ma.fields.String):
    """A text without what no database keeps: NUL and lone surrogates."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return _UNSTORABLE.sub("", super()._deserialize(value, attr, data, **kwargs))


class Line(_Storable):
    """A text; `low` and `high` bound its length in characters."""

    def __init__(self, *, low: int = 0, high: int = 300, **options: Any) -> None:
        super().__init__(validate=Length(low, high), error_messages=_STRING, **options)


class Word(_Storable):
    """One word of a vocabulary."""

    def __init__(self, choices: Iterable[str], **options: Any) -> None:
        super().__init__(validate=OneOf(choices), error_messages=_STRING, **options)


class Number(ma.fields.Integer):
    """A whole number within bounds; a JSON text is not a number."""

    def __init__(self, low: int, high: int, *, strict: bool = True, **options: Any) -> None:
        super().__init__(strict=strict, validate=Range(low, high), error_messages=_INTEGER, **options)
        self._refuses_text = strict

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool) or (self._refuses_text and not isinstance(value, int | float)):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class Id(Number):
    """The id of a row."""

    def __init__(self, **options: Any) -> None:
        super().__init__(1, LARGEST_ID, **options)


class Flag(ma.fields.Boolean):
    """True or false."""

    def __init__(self, *, in_query: bool = False, **options: Any) -> None:
        super().__init__(
            truthy={"true", "1"} if in_query else {True},
            falsy={"false", "0"} if in_query else {False},
            error_messages=_BOOLEAN,
            **options,
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class Items(ma.fields.List[Any]):
    """A list of at most `high` values."""

    def __init__(self, inner: ma.fields.Field[Any], *, high: int = 100, **options: Any) -> None:
        super().__init__(inner, validate=Length(0, high), error_messages=_LIST, **options)


class Day(ma.fields.Date):
    """A calendar day."""

    def __init__(self, **options: Any) -> None:
        super().__init__(error_messages=_DATE, **options)


class Moment(ma.fields.AwareDateTime):
    """A time with its zone, read into UTC."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", error_messages=_TIME, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            moment: datetime = super()._deserialize(value, attr, data, **kwargs)
            return moment.astimezone(UTC)
        except OverflowError:
            raise self.make_error("invalid", input=value, obj_type="datetime") from None


class IdOr(ma.fields.Field[Any]):
    """The id of something known, or an object that describes it, read by a schema."""

    def __init__(self, schema: type[ma.Schema], **options: Any) -> None:
        super().__init__(error_messages={**MESSAGES, "invalid": [Text("Give an id or an object.")]}, **options)
        self.schema_class = schema

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        if isinstance(value, dict):
            return self.schema_class().load(value)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LARGEST_ID:
            raise self.make_error("invalid")
        return value


class Input(ma.Schema):
    """Base of what is read: an unknown field is named, not passed over."""

    error_messages = cast(
        "dict[str, str]", {"unknown": Text("There is no such field."), "type": Text("Send a JSON object.")}
    )

    class Meta:
        """Nothing passes unread."""

        unknown = ma.RAISE


class Object(ma.fields.Field[Any]):
    """An object whose values the operation reads: at most 100 of them, by keys of at most 80 characters."""

    def __init__(self, **options: Any) -> None:
        metadata = {"type": "object", **options.pop("metadata", {})}
        super().__init__(
            error_messages={**MESSAGES, "invalid": [Text("Send a JSON object.")]}, metadata=metadata, **options
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        if not isinstance(value, dict) or len(value) > 100:
            raise self.make_error("invalid")
        return {_UNSTORABLE.sub("", key)[:81]: storable(one) for key, one in value.items()}


class Prefixed(Object):
    """Parameters of a query whose names begin with the field's name and a dot, as one object without the prefix."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return {key: one[:1000] for key, one in super()._deserialize(value, attr, data, **kwargs).items()}


def storable(value: Any) -> Any:
    """Return JSON values without what no database keeps: NUL and lone surrogates."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value)
    if isinstance(value, list):
        return [storable(one) for one in value]
    return {storable(key): storable(one) for key, one in value.items()} if isinstance(value, dict) else value
