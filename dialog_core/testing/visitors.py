# SPDX-License-Identifier: Apache-2.0
"""Who calls the platform in a test: a browser of somebody who is signed in, and a program with a token."""

from __future__ import annotations

import contextvars
import html
from typing import Any

from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from dialog_core import staff


class Browser:
    """A browser of one person, or of nobody; it keeps cookies and sends the CSRF token by itself."""

    def __init__(self, app: Flask, person: staff.SignedIn | None, language: str) -> None:
        self._client = app.test_client()
        self._language = language
        self._token = ""
        if person is not None:
            self._sign_in(app, person)

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page; redirects are not followed unless `follow_redirects=True`."""
        return self._open("GET", path, **options)

    def post(self, path: str, data: dict[str, Any] | None = None, *, csrf: bool = True, **options: Any) -> TestResponse:
        """Send a form, with its token unless `csrf` is false; redirects are not followed."""
        fields = dict(data or {})
        if csrf and self._token:
            fields.setdefault("csrf_token", self._token)
        return self._open("POST", path, data=fields, **options)

    def text(self, path: str) -> str:
        """Open a page that must be there, and return what stands in it; character references are resolved."""
        answer = self.get(path)
        where = answer.headers.get("Location", "")
        assert answer.status_code == 200, f"{path} answers {answer.status_code} {where}".rstrip()
        return html.unescape(answer.get_data(as_text=True))

    def _open(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = {"Accept-Language": self._language, **options.pop("headers", {})}
        return apart(self._client, path, method=method, headers=headers, **options)

    def _sign_in(self, app: Flask, person: staff.SignedIn) -> None:
        def sign_in() -> dict[str, Any]:
            with app.test_request_context():
                staff.start_session(person)
                self._token = generate_csrf()
                return dict(session)

        signed_in = contextvars.Context().run(sign_in)
        with self._client.session_transaction() as cookie:
            cookie.update(signed_in)
            cookie.permanent = True


class Program:
    """A program with the token of a member of staff; paths are those under /api/v1."""

    def __init__(self, app: Flask, token: str, language: str) -> None:
        self._client = app.test_client()
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._headers["Accept-Language"] = language

    def get(self, path: str, **options: Any) -> TestResponse:
        """Read something."""
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        """Create or do something."""
        return self.call("POST", path, **({} if body is None else {"json": body}), **options)

    def patch(self, path: str, body: Any, **options: Any) -> TestResponse:
        """Change something."""
        return self.call("PATCH", path, json=body, **options)

    def call(self, method: str, path: str, **options: Any) -> TestResponse:
        """Send any request."""
        headers = {**self._headers, **options.pop("headers", {})}
        return apart(self._client, f"/api/v1{path}", method=method, headers=headers, **options)


def apart(client: FlaskClient, path: str, **options: Any) -> TestResponse:
    """Send a request that sees nothing of the test's own application context: Flask would let it use that one's `g`."""
    return contextvars.Context().run(client.open, path, **options)
