# SPDX-License-Identifier: Apache-2.0
"""The REST API as a program uses it."""

from __future__ import annotations

from typing import Any

import httpx

Json = dict[str, Any]
COLLECTION_LIMIT = 100


class Api(httpx.Client):
    """A client with a token; the short methods insist on success and return the body."""

    def __init__(self, url: str, token: str) -> None:
        super().__init__(
            base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=20, trust_env=False
        )

    def read(self, path: str, **query: Any) -> Json:
        """Return what is at an address."""
        return _body(self.get(path, params=query))

    def make(self, path: str, **body: Any) -> Json:
        """Create something and return it."""
        return _body(self.post(path, json=body))

    def everything(self, path: str, **query: Any) -> list[Json]:
        """Return all items of a list, page by page."""
        items: list[Json] = []
        cursor: str | None = None
        while True:
            page = self.read(path, limit=COLLECTION_LIMIT, **query, **({"cursor": cursor} if cursor else {}))
            items += page["items"]
            cursor = page["next"]
            if cursor is None:
                return items

    def ticket(self, number: str) -> Json:
        """Return a ticket."""
        return self.read(f"/tickets/{number}")

    def entries(self, number: str) -> list[Json]:
        """Return all entries of a ticket."""
        return self.everything(f"/tickets/{number}/entries")

    def transition(self, number: str, name: str, **given: Any) -> httpx.Response:
        """Ask for a transition."""
        return self.post(f"/tickets/{number}/transitions", json={"transition": name, **given})


def _body(response: httpx.Response) -> Json:
    assert response.is_success, (
        f"{response.request.method} {response.request.url}: {response.status_code} {response.text}"
    )
    body: Json = response.json()
    return body
