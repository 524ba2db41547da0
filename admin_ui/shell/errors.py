# SPDX-License-Identifier: Apache-2.0
"""Error pages: what happened, in words, and a way on; for htmx a toast in their place."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, make_response, render_template, request
from flask_babel import get_locale, gettext
from flask_wtf.csrf import CSRFError
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from admin_ui.shell.htmx import is_partial, toast_header
from dialog_core.plugin import (
    DialogError,
    NotAllowedNow,
    NotFound,
    NotPermitted,
    TooLarge,
    WrongValue,
    installation,
    staff,
)

_log = logging.getLogger(__name__)
_STATUS: tuple[tuple[type[DialogError], int], ...] = (
    (NotFound, 404),
    (NotPermitted, 403),
    (WrongValue, 422),
    (NotAllowedNow, 409),
    (TooLarge, 413),
    (staff.TooManyAttempts, 429),
    (installation.LinkGone, 410),
)
Handler = Callable[[Any], Any]


def attach(app: Flask) -> None:
    """Show errors in the platform's look; the API answers for its own addresses."""
    handlers = app.error_handler_spec[None][None]
    for_api: Handler | None = handlers.get(HTTPException)
    for_api_error: Handler | None = handlers.get(DialogError)

    def http(error: HTTPException) -> Any:
        if _is_api():
            return for_api(error) if for_api is not None else error
        return _show_http(error)

    def ours(error: DialogError) -> Any:
        if _is_api() and for_api_error is not None:
            return for_api_error(error)
        return _show_ours(error)

    app.register_error_handler(HTTPException, http)
    app.register_error_handler(DialogError, ours)


def explain(error: DialogError) -> str:
    """Return what the person should learn, in the reader's language."""
    locale = get_locale()
    return error.in_words(str(locale.language) if locale is not None else "en", gettext)


def module_words(text: str) -> str:
    """Return a text that a module wrote once for all readers, in the reader's language as far as it can be said.

    The whole text, or else what stands before its first colon, is looked up in the module's translations;
    particulars follow the colon: "Telegram was not reached: timed out".
    """
    whole = str(gettext(text)) if text else ""
    head, colon, particulars = text.partition(": ")
    return f"{gettext(head)}{colon}{particulars}" if whole == text and colon and head else whole


def _is_api() -> bool:
    return request.path.startswith("/api/")


def _show_ours(error: DialogError) -> Response:
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 400)
    response = _page(status, explain(error))
    if isinstance(error, staff.TooManyAttempts):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _show_http(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error
    if isinstance(error, CSRFError):
        return _page(400, gettext("This form is too old, or cookies are switched off. Load the page again and repeat."))
    reference = ""
    if status >= 500:
        reference = secrets.token_hex(4)
        _log.error("error page %s shown for %s %s", reference, request.method, request.path)
    response = _page(status, "", reference)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    return response


def _title(status: int) -> str:
    titles = {
        400: gettext("The request cannot be read"),
        403: gettext("You may not do this"),
        404: gettext("There is no such page"),
        405: gettext("This address works differently"),
        409: gettext("This is not possible now"),
        410: gettext("This link does not work any more"),
        413: gettext("This is too large"),
        422: gettext("A value cannot be accepted"),
        429: gettext("Too many requests"),
        503: gettext("The platform is busy"),
    }
    return str(titles.get(status) or gettext("Something went wrong on our side"))


def _text(status: int) -> str:
    texts = {
        400: gettext("Something in the request was damaged on its way. Load the page again and repeat."),
        403: gettext("Your role does not include this. An administrator can give you another one."),
        404: gettext("It may have been moved, or the address was copied incompletely."),
        405: gettext("Open the page from the menu."),
        413: gettext("A form can hold up to 2 MB, a file up to 20 MB."),
        429: gettext("Wait a little, then try again."),
        503: gettext("Wait a little, then try again."),
    }
    return str(
        texts.get(status) or gettext("It has been written to the log. Try again; if it repeats, tell an administrator.")
    )


def _page(status: int, text: str, reference: str = "") -> Response:
    title, shown = _title(status), text or _text(status)
    if is_partial():
        response = make_response("", status)
        response.headers.update(toast_header(text or title, "error"))
        response.headers["HX-Reswap"] = "none"
        return response
    try:
        template = "admin_ui/error.html" if staff.current_person() is not None else "admin_ui/error_plain.html"
        page = render_template(template, status=status, error_title=title, error_text=shown, reference=reference)
    except Exception:  # noqa: BLE001 - the page needs the database, and that may be what is broken
        _log.exception("the error page could not be made")
        page = _bare(title, shown, reference)
    return make_response(page, status)


def _bare(title: str, text: str, reference: str) -> Markup:
    return Markup(
        "<!doctype html><html><head><meta charset='utf-8'><title>{0}</title></head>"
        "<body><h1>{0}</h1><p>{1}</p><p>{2}</p></body></html>"
    ).format(title, text, reference)
