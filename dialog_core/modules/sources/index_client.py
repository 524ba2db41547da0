# SPDX-License-Identifier: Apache-2.0
"""Fetch from the organisation's index, through the platform's own client, within limits of size and time."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from html.parser import HTMLParser
from types import TracebackType
from typing import Self
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx

from dialog_core.errors import NotAllowedNow
from dialog_core.modules.http import AddressRefused, AllowedHosts, guarded_client

HEADERS = {
    "Accept": "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1",
    "Accept-Encoding": "identity",
}
MAX_PAGE = 4 * 1024 * 1024
TIMEOUT = 10.0
PAGE_SECONDS = 20.0
WHEEL_SECONDS = 120.0


class IndexClient:
    """Speaks to one index; the host that an administrator entered, and no other, is reached."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/") + "/"
        self.host = (urlsplit(url).hostname or "").lower()
        hosts = AllowedHosts(frozenset(), frozenset({self.host}))
        self._client = guarded_client(lambda: hosts, timeout=TIMEOUT, redirects=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def document(self, name: str, limit: int) -> bytes:
        """Return a file that lies beside the project pages.

        Raises:
            NotAllowedNow: it cannot be had, or is too large.
        """
        return self._get(urljoin(self._url, name), limit, PAGE_SECONDS)[0]

    def wheel(self, project: str, filename: str, sha256: str, size: int) -> bytes:
        """Return a wheel, found on its project's page; what is longer than announced is not read to its end.

        Raises:
            NotAllowedNow: it cannot be had, or page or content have another hash than the signed list.
        """
        address = urljoin(self._url, f"{project}/")
        page, kind, address = self._get(address, MAX_PAGE, PAGE_SECONDS)
        found = _links(page, kind).get(filename)
        if found is None:
            raise NotAllowedNow(
                "The index lists %(name)s, but its page of “%(project)s” does not have it.",
                name=filename,
                project=project,
            )
        link, claim = found
        if claim and claim != sha256:
            raise _wrong_hash(filename)
        try:
            target = urljoin(address, link)
        except ValueError as error:
            raise NotAllowedNow("A page of the index cannot be read.") from error
        return self._get(target, size, WHEEL_SECONDS)[0]

    def _get(self, address: str, limit: int, seconds: float) -> tuple[bytes, str, str]:
        """Return content, media type and final address; packed content is refused, it could be any size unpacked."""
        until = time.monotonic() + seconds
        content = bytearray()
        try:
            with self._client.stream("GET", address, headers=HEADERS) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise NotAllowedNow(
                        "The index answers %(status)s for %(address)s.", status=answer.status_code, address=address
                    )
                if answer.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
                    raise NotAllowedNow("The index sends %(address)s packed, which nobody asked for.", address=address)
                for block in answer.iter_raw():  # as it comes in, so that time counts whatever is sent how slowly
                    content += block
                    if len(content) > limit:
                        raise NotAllowedNow(
                            "The index sends more for %(address)s than the %(limit)s bytes that are expected.",
                            address=address,
                            limit=limit,
                        )
                    if time.monotonic() > until:
                        raise NotAllowedNow("The index is too slow: %(address)s was given up.", address=address)
                kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                return bytes(content), kind, str(answer.url)
        except AddressRefused as error:
            raise NotAllowedNow(
                "The index leads to another host than the one that was entered: %(reason)s.", reason=str(error)
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotAllowedNow(
                "The index cannot be reached: %(reason)s. What is installed goes on.",
                reason=str(error) or type(error).__name__,
            ) from error


def _links(page: bytes, kind: str) -> dict[str, tuple[str, str]]:
    """Return address and SHA-256 (empty when it is not told) by file name, of a page in JSON or in HTML."""
    if kind.endswith("json"):
        try:
            files = json.loads(page)["files"]
            found = {item["filename"]: (item["url"], item.get("hashes", {}).get("sha256", "")) for item in files}
            if not all(isinstance(address, str) for address, _ in found.values()):
                raise TypeError
            return found
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise NotAllowedNow("A page of the index cannot be read.") from error
    reader = _Anchors()
    reader.feed(page.decode(errors="replace"))
    return reader.found


class _Anchors(HTMLParser):
    """Collects the links of a PEP 503 page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, tuple[str, str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the address of a link, and the hash that stands behind its #."""
        href = dict(attrs).get("href")
        if tag != "a" or not href:
            return
        with suppress(ValueError):  # no address
            address, fragment = urldefrag(href)
            name = urlsplit(address).path.rpartition("/")[2]
            self.found[name] = (address, fragment.removeprefix("sha256=") if fragment.startswith("sha256=") else "")


def _wrong_hash(filename: str) -> NotAllowedNow:
    return NotAllowedNow(
        "The index gives another hash for %(name)s than its signed list: it was changed. It is not installed.",
        name=filename,
    )
