# SPDX-License-Identifier: Apache-2.0
"""Every version of a module that can be installed here: from the catalog, from the index, or kept in the store."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from packaging.version import Version
from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from dialog_core.database import db
from dialog_core.errors import DialogError
from dialog_core.modules.generations.wanted import Current, read_current
from dialog_core.modules.models import StoredWheel
from dialog_core.modules.sources.index import index_address, index_files
from dialog_core.modules.sources.one_source import installed_sources, may_come_from
from dialog_core.modules.trust.vouching import CATALOG, INDEX, UPLOAD, Vouching, judge, trusted_keys, vouching
from dialog_core.modules.wheels.catalog import catalog_wheels
from dialog_core.modules.wheels.changelog import changelog_of
from dialog_core.modules.wheels.manifest import Manifest
from dialog_core.modules.wheels.store import REPLACED, describe_stored
from dialog_core.modules.wheels.wheel import WheelInfo
from dialog_core.staff import Actor
from dialog_core.staff.permissions import MODULE_MANAGE

log = logging.getLogger("dialog.modules")
MOST_KNOWN = 256
_known: dict[str, WheelInfo] = {}
RANKS = {CATALOG: 0, INDEX: 1, UPLOAD: 2}
PREFIX = "dialog-"


@dataclass(frozen=True, slots=True)
class Offer:
    """One version of a module; the size in bytes."""

    manifest: Manifest
    distribution: str
    version: str
    sha256: str
    size: int
    requires: tuple[str, ...]
    vouching: Vouching

    @property
    def name(self) -> str:
        """Return the module's name."""
        return self.manifest.name

    @property
    def order(self) -> Version:
        """Return what versions are compared by."""
        return Version(self.version)

    @property
    def source(self) -> str:
        """Return where it would be taken from."""
        return self.vouching.source


def module_offers(actor: Actor, *, name: str) -> list[Offer]:
    """Return every version of a module that can be installed, newest first."""
    actor.require(MODULE_MANAGE)
    with db.engine.connect() as connection:
        return [item for item in all_offers(connection, read_current(connection)) if item.name == name]


def module_changelog(actor: Actor, *, sha256: str) -> str:
    """Return the changelog in a wheel on offer, as its author wrote it (Markdown); empty when there is none."""
    actor.require(MODULE_MANAGE)
    with db.engine.connect() as connection:
        for item in index_files(connection):
            if item.sha256 == sha256:
                return item.changelog
        for wheel in catalog_wheels():
            if wheel.sha256 == sha256:
                return changelog_of(wheel.filename, wheel.read())
        query = select(StoredWheel.filename, StoredWheel.content).where(StoredWheel.sha256 == sha256)
        row = connection.execute(query).one_or_none()
    return changelog_of(row.filename.rpartition(REPLACED)[2], row.content) if row is not None else ""


def all_offers(connection: Connection | Session, current: Current) -> list[Offer]:
    """Return what can be installed, newest first; what is installed is among it.

    A version that is in several places is taken from the first of catalog, index and store; a name that belongs to one
    source is not offered from another.
    """
    found: dict[str, Offer] = {}
    for offer in (*_bundled(), *_listed(connection), *_stored(connection)):
        found.setdefault(offer.sha256, offer)
    installed = installed_sources(connection, current.lock)
    allowed = [item for item in found.values() if may_come_from(item.distribution, item.source, installed)]
    return sorted(allowed, key=lambda item: item.order, reverse=True)


def preferred(offers: Iterable[Offer], name: str) -> Offer | None:
    """Return the version that is meant when only a module's name is said: the newest of its first source."""
    of_it = [item for item in offers if item.name == name]
    if not of_it:
        return None
    first = min(RANKS[item.source] for item in of_it)
    return max((item for item in of_it if RANKS[item.source] == first), key=lambda item: item.order)


def _bundled() -> Iterable[Offer]:
    for wheel in catalog_wheels():
        if wheel.name.startswith(PREFIX):
            info = wheel.describe()
            if info.manifest is not None:
                yield Offer(
                    info.manifest, info.distribution, info.version, info.sha256, info.size, info.requires,
                    judge(info.sha256, CATALOG, None, {}),
                )  # fmt: skip


def _listed(connection: Connection | Session) -> Iterable[Offer]:
    files = [item for item in index_files(connection) if item.manifest is not None]
    if not files:
        return
    publishers = trusted_keys(connection)
    host = urlsplit(index_address(connection)).hostname or ""
    for item in files:
        assert item.manifest is not None, "libraries were left out"
        voucher = judge(item.sha256, INDEX, item.signature, publishers, origin=host)
        yield Offer(
            item.manifest, item.distribution, item.version, item.sha256, item.size, item.requires, voucher
        )  # fmt: skip


def _described(connection: Connection | Session, sha256: str) -> WheelInfo | None:
    """Return what a stored wheel says of itself, read once; None when it is damaged: the rest is still offered."""
    if sha256 not in _known:
        try:
            info = describe_stored(connection, sha256)
        except DialogError as error:
            log.warning("the wheel %s in the store cannot be read: %s", sha256, error)
            return None
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known[sha256] = info
    return _known[sha256]


def _stored(connection: Connection | Session) -> Iterable[Offer]:
    query = select(StoredWheel.sha256, func.length(StoredWheel.content)).where(
        StoredWheel.distribution.startswith(PREFIX, autoescape=True)
    )
    sizes = {row[0]: row[1] for row in connection.execute(query)}
    vouchers = vouching(connection, sizes)
    for sha256, size in sizes.items():
        info = _described(connection, sha256)
        if info is not None and info.manifest is not None:
            yield Offer(
                info.manifest, info.distribution, info.version, sha256, size, info.requires, vouchers[sha256]
            )  # fmt: skip
