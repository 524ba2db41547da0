# SPDX-License-Identifier: Apache-2.0
"""RFC 9457 problem documents: one form for every failure, in the reader's language."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from flask import Response, json, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from dialog_core.errors import DialogError, NotAllowedNow, NotFound, NotPermitted, TooLarge, WrongValue
from dialog_core.language import LANGUAGES, mark, phrase, say
from dialog_core.staff import TooManyAttempts

MEDIA_TYPE = "application/problem+json"
log = logging.getLogger(__name__)

TITLES = {
    400: mark("The request cannot be read"),
    401: mark("Say who you are"),
    403: mark("Not allowed"),
    404: mark("Not found"),
    405: mark("This method is not possible here"),
    406: mark("No such representation"),
    409: mark("Not possible now"),
    411: mark("The length is missing"),
    413: mark("Too large"),
    415: mark("This media type is not accepted"),
    422: mark("A value cannot be accepted"),
    429: mark("Too many requests"),
    500: mark("An error of the platform"),
    503: mark("Not available now"),
}
DETAILS = {
    404: mark("There is nothing at this address."),
    405: mark("The address is right, the method is not; “Allow” names those that are possible."),
    500: mark("This is our fault, not yours. The administrator finds the details in the log."),
    503: mark("The database is busy or cannot be reached. Try again."),
}


@dataclass(frozen=True, slots=True)
class Text:
    """A message for people: an English gettext id and what fills its places."""

    message: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def in_language(self, language: str) -> str:
        """Return the message in a language."""
        return say(language, self.message, **self.values)

    def __str__(self) -> str:
        """Return the English message."""
        return phrase("en", str, self.message, self.values)


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field, named with dots: `contact.phone`, `phones.0`."""

    field: str
    text: Text


class Problem(Exception):
    """A failure that the API itself finds."""

    def __init__(
        self,
        status: int,
        detail: Text | None = None,
        *,
        errors: Iterable[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status = status
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        super().__init__(f"{status} {detail or ''}")


def language() -> str:
    """Return the language that the caller of this request reads."""
    for tag, quality in request.accept_languages:
        spoken = tag.lower().partition("-")[0]
        if quality > 0 and spoken in LANGUAGES:
            return spoken
    return "en"


def respond(error: Exception) -> Response:
    """Turn any failure into its problem document; what is our own fault is logged with its traceback."""
    if isinstance(error, Problem):
        return document(error.status, error.detail, errors=error.errors, headers=error.headers)
    if isinstance(error, DialogError):
        return _of_dialog_error(error)
    if isinstance(error, HTTPException):
        return _of_http_exception(error)
    if isinstance(error, OperationalError):
        log.error("the database failed %s %s", request.method, request.path, exc_info=error)
        return document(503, None, headers={"Retry-After": "1"})
    log.error("failed: %s %s", request.method, request.path, exc_info=error)
    return document(500, None)


def document(
    status: int,
    detail: Text | None,
    *,
    errors: Iterable[FieldProblem] = (),
    missing: Iterable[str] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Write a problem document."""
    speaks = language()
    title = TITLES.get(status) or HTTPStatus(status).phrase
    found = detail or (Text(DETAILS[status]) if status in DETAILS else None)
    body: dict[str, Any] = {"type": "about:blank", "title": say(speaks, title), "status": status}
    if found is not None:
        body["detail"] = found.in_language(speaks)
    listed = [{"field": one.field, "message": one.text.in_language(speaks)} for one in errors]
    if listed or status == HTTPStatus.UNPROCESSABLE_ENTITY:
        body["errors"] = listed
    if status == HTTPStatus.CONFLICT:
        body["missing"] = list(missing)
    answer = Response(json.dumps(body, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)
    answer.headers.update(headers or {})
    answer.headers["Content-Language"] = speaks
    answer.vary.update(["Accept-Language", "Authorization"])
    return answer


def _of_dialog_error(error: DialogError) -> Response:
    text = Text(error.message, error.values)
    if isinstance(error, NotPermitted):
        return document(403, Text(error.message, {"permission": error.permission}))  # programs know it by its name
    if isinstance(error, WrongValue):
        return document(422, text, errors=[FieldProblem(error.field, text)])
    if isinstance(error, NotAllowedNow):
        return document(409, text, missing=error.missing)
    if isinstance(error, TooManyAttempts):
        return document(429, text)
    for kind, status in ((NotFound, 404), (TooLarge, 413)):
        if isinstance(error, kind):
            return document(status, text)
    log.error("failed: %s %s", request.method, request.path, exc_info=error)
    return document(503, text)


def _of_http_exception(error: HTTPException) -> Response:
    status = error.code or 500
    headers = {
        name: value
        for name, value in error.get_headers(request.environ)
        if name.lower() in {"allow", "retry-after", "www-authenticate", "content-range"}
    }
    if isinstance(error, RequestEntityTooLarge):
        return document(413, too_large(request.max_content_length or 0), headers=headers)
    return document(status, None, headers=headers)


def too_large(limit: int) -> Text:
    """Say how large a body may be; `limit` in bytes."""
    return Text("The body is larger than %(limit)s MB.", {"limit": max(1, limit >> 20)})
