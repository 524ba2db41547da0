# SPDX-License-Identifier: Apache-2.0
"""A name comes from one source: what the catalog has only from there, what is installed from where it was taken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from dialog_core.errors import NotAllowedNow
from dialog_core.language import Term
from dialog_core.modules.models import StoredWheel
from dialog_core.modules.trust.vouching import CATALOG, INDEX, UPLOAD
from dialog_core.modules.wheels.catalog import catalog_wheels

TITLES = {
    CATALOG: Term("the catalog of the platform"),
    INDEX: Term("an index of the organisation"),
    UPLOAD: Term("an upload"),
}


def installed_sources(connection: Connection | Session, lock: dict[str, Any]) -> dict[str, str]:
    """Return the source of each distribution of a lock, modules and libraries."""
    names = {item["sha256"]: item["distribution"] for item in [*lock["modules"], *lock["libraries"]]}
    query = select(StoredWheel.sha256, StoredWheel.source).where(StoredWheel.sha256.in_(names))
    return {names[sha256]: source for sha256, source in connection.execute(query)}


def bundled_names() -> frozenset[str]:
    """Return the distributions that the catalog has."""
    return frozenset(wheel.name for wheel in catalog_wheels())


def bundled_hashes() -> frozenset[str]:
    """Return the SHA-256 of every wheel of the catalog."""
    return frozenset(wheel.sha256 for wheel in catalog_wheels())


def may_come_from(distribution: str, source: str, installed: dict[str, str]) -> bool:
    """Tell whether a distribution may be taken from a source; `installed` is from `installed_sources`."""
    owner = CATALOG if distribution in bundled_names() else installed.get(distribution, source)
    return source in {CATALOG, owner}


def require_source(distribution: str, source: str, installed: dict[str, str]) -> None:
    """Let a distribution only come from its one source.

    Raises:
        NotAllowedNow: it belongs to another; the message says how to change that.
    """
    if may_come_from(distribution, source, installed):
        return
    if distribution in bundled_names():
        raise NotAllowedNow(
            "“%(name)s” belongs to the catalog of the platform and only comes from there.", name=distribution
        )
    raise NotAllowedNow(
        "“%(name)s” was installed from %(owner)s and only comes from there. To take it from %(other)s instead, remove "
        "it first.",
        name=distribution,
        owner=TITLES[installed[distribution]],
        other=TITLES[source],
    )


def keep_one_source(wheels: Iterable[Any], sources: dict[str, str], installed: dict[str, str]) -> list[Any]:
    """Return those wheels that may come from where they are.

    A name that is in several places and not installed yet is taken from the catalog, else from the index.

    Args:
        wheels: each with `distribution` and `sha256`.
        sources: source by SHA-256.
    """
    listed = list(wheels)
    from_index = {item.distribution for item in listed if sources[item.sha256] == INDEX}
    found = []
    for item in listed:
        source = sources[item.sha256]
        is_shadowed = source == UPLOAD and item.distribution in from_index and item.distribution not in installed
        if may_come_from(item.distribution, source, installed) and not is_shadowed:
            found.append(item)
    return found
