# SPDX-License-Identifier: Apache-2.0
"""A member of staff's session with the pages, without a browser."""

from __future__ import annotations

import re

import httpx

_CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def sign_in(url: str, email: str, password: str) -> httpx.Client:
    """Return a client that is signed in; close it when done."""
    client = httpx.Client(base_url=url, timeout=30, trust_env=False)
    try:
        _sign_in(client, email, password)
    except BaseException:
        client.close()
        raise
    return client


def _sign_in(client: httpx.Client, email: str, password: str) -> None:
    form = client.get("/sign-in")
    found = _CSRF.search(form.text)
    assert found, form.text
    given = {"email": email, "password": password, "csrf_token": found.group(1)}
    answer = client.post("/sign-in", data=given)
    assert answer.status_code == 303, f"{answer.status_code}: {answer.text[:2000]}"
