# SPDX-License-Identifier: Apache-2.0
"""Read what a caller sent: within limits, as JSON, into a schema that names every wrong field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import marshmallow as ma
from flask import Request, g, request
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import MultiDict

from dialog_core.api.fields import Prefixed
from dialog_core.api.problems import FieldProblem, Problem, Text, too_large

JSON_BYTES = 2 * 1024 * 1024
DEEPEST = 32
_METHODS_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


def limit_body(limit: int) -> None:
    """Let the body of this request have at most `limit` bytes, whatever its headers say.

    Raises:
        Problem: 413, before anything is read, when the announced length is greater.
    """
    g.body_limit = limit
    request.max_content_length = limit + 1  # a body without announced length is cut there, and known to be too long
    if request.content_length is not None and request.content_length > limit:
        raise Problem(413, too_large(limit))


def read_body() -> bytes:
    """Return the whole body.

    Raises:
        Problem: 413, it has more bytes than `limit_body` allowed; no more than that was read.
    """
    raw = request.get_data(cache=True)
    if len(raw) > g.body_limit:
        raise Problem(413, too_large(g.body_limit))
    return raw


def require_json() -> None:
    """Let only JSON pass where a body is expected.

    Raises:
        Problem: 415, another media type; 400, an encoding that is not read.
    """
    if request.method not in _METHODS_WITH_BODY:
        return
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Problem(415, Text("Send the body without compression."))
    if not request.is_json:
        raise Problem(415, Text("Send JSON, with the header “Content-Type: application/json”."))


def read_json() -> Any:
    """Return the body as JSON values.

    Raises:
        Problem: 400, it cannot be read.
    """
    raw = read_body()
    try:
        value = json.loads(raw.decode("utf-8-sig"), parse_constant=_refuse_constant, object_pairs_hook=_object)
    except RecursionError:
        raise Problem(400, Text("The JSON is nested too deeply.")) from None
    except UnicodeDecodeError:
        raise Problem(400, Text("The body is not UTF-8.")) from None
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise Problem(400, Text("This is not JSON: line %(line)s, column %(column)s.", place)) from None
    except ValueError as error:
        raise Problem(400, Text("The JSON cannot be read: %(reason)s.", {"reason": str(error)})) from None
    if _depth(value) > DEEPEST:
        raise Problem(400, Text("The JSON is nested too deeply."))
    if not isinstance(value, dict):
        raise Problem(422, Text("Send a JSON object."), errors=[FieldProblem("", Text("Send a JSON object."))])
    return value


class Parser(FlaskParser):
    """Reads bodies and queries into schemas; failures become problem documents that name the fields."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": ma.RAISE, "query": ma.RAISE}

    def load_json(self, req: Request, schema: ma.Schema) -> Any:  # noqa: ARG002 - the base's signature
        """Return the JSON body."""
        return read_json()

    def load_querystring(self, req: Request, schema: ma.Schema) -> Any:
        """Return the query as lists where the schema has lists, else as the last value."""
        return _query_values(req.args, schema)

    def handle_error(
        self,
        error: ma.ValidationError,
        req: Request,  # noqa: ARG002
        schema: ma.Schema,  # noqa: ARG002
        *,
        error_status_code: int | None,  # noqa: ARG002
        error_headers: Mapping[str, str] | None,  # noqa: ARG002
    ) -> NoReturn:
        """Name each wrong field."""
        messages: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
        found = [problem for place, inner in messages.items() for problem in _flatten(inner, "")]
        if "query" in messages:  # `state.0` is nothing that stands in an address
            found = [FieldProblem(one.field.partition(".")[0], one.text) for one in found]
        raise Problem(422, Text("Some values cannot be accepted."), errors=found)


def _flatten(messages: Any, path: str) -> Iterator[FieldProblem]:
    if isinstance(messages, dict):
        for name, inner in messages.items():
            deeper = path if name == "_schema" else f"{path}.{name}".lstrip(".")
            yield from _flatten(inner, deeper)
    elif isinstance(messages, list | tuple):
        for inner in messages:
            yield from _flatten(inner, path)
    else:
        yield FieldProblem(path[:200], messages if isinstance(messages, Text) else Text(str(messages)))


def _query_values(args: MultiDict[str, str], schema: ma.Schema) -> dict[str, Any]:
    lists = {
        (field.data_key or name) for name, field in schema.load_fields.items() if isinstance(field, ma.fields.List)
    }
    values: dict[str, Any] = {}
    prefixes = {name for name, field in schema.load_fields.items() if isinstance(field, Prefixed)}
    for name in args:
        given = args.getlist(name)
        prefix, dot, rest = name.partition(".")
        if dot and prefix in prefixes:
            several = values.setdefault(prefix, {})
            if isinstance(several, dict):  # else the prefix alone was given before, which is refused
                several[rest] = ",".join(given)
            continue
        values[name] = [part for text in given for part in text.split(",") if part] if name in lists else given[-1]
    return values


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"“{name[:100]}” stands twice")
        found[name] = value
    return found


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON number")


def _depth(value: Any) -> int:
    deepest, stack = 0, [(value, 1)]
    while stack:
        one, level = stack.pop()
        deepest = max(deepest, level)
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        stack.extend((part, level + 1) for part in inner if isinstance(part, dict | list))
    return deepest
