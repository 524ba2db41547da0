# SPDX-License-Identifier: Apache-2.0
"""Who vouches for a wheel, as it stands now: computed from what is stored beside it and from the keys trusted today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from dialog_core.modules.models import ModuleIndex, StoredWheel, TrustedPublisher
from dialog_core.modules.trust.signing import WHEEL, fits, key_id

CATALOG, INDEX, UPLOAD = "catalog", "index", "upload"
PLATFORM = "Dialog"


class SignatureState(StrEnum):
    """What is known about the origin of a wheel."""

    CATALOG = "catalog"
    """In the hash list that came with the platform."""
    INDEX = "index"
    """In the signed list of the organisation's own index."""
    SIGNED = "signed"
    """Signed by a trusted publisher."""
    UNKNOWN = "unknown"
    """Signed, with a key that nobody has declared trusted."""
    INVALID = "invalid"
    """A signature of a trusted publisher is there, but it is not one of this file."""
    UNSIGNED = "unsigned"


@dataclass(frozen=True, slots=True)
class Vouching:
    """Who vouches for a wheel.

    Attributes:
        publisher: name of the trusted publisher, host of the index or `Dialog` for the catalog; None: nobody does.
        key: fingerprint of the key that signed it, empty when there is none.
    """

    source: str
    state: SignatureState
    publisher: str | None
    key: str = ""

    @property
    def needs_confirmation(self) -> bool:
        """Whether an administrator must confirm the trust with the password."""
        return self.publisher is None


def vouching(connection: Connection | Session, hashes: Iterable[str]) -> dict[str, Vouching]:
    """Return who vouches for stored wheels, by SHA-256; a wheel that is not stored is left out."""
    wanted = list(hashes)
    columns = (
        StoredWheel.sha256, StoredWheel.source, StoredWheel.signature, StoredWheel.origin, StoredWheel.index_key,
    )  # fmt: skip
    rows = connection.execute(select(*columns).where(StoredWheel.sha256.in_(wanted))).all()
    publishers = trusted_keys(connection)
    index = connection.execute(select(ModuleIndex.url, ModuleIndex.public_key)).one_or_none()
    index_key = key_id(index.public_key) if index is not None and index.url else None
    return {
        row.sha256: judge(
            row.sha256, row.source, row.signature, publishers,
            origin=row.origin if row.index_key and row.index_key == index_key else "",
        )
        for row in rows
    }  # fmt: skip


def trusted_keys(connection: Connection | Session) -> dict[str, tuple[str, str]]:
    """Return name and public key of every trusted publisher, by fingerprint."""
    columns = (TrustedPublisher.key_id, TrustedPublisher.name, TrustedPublisher.public_key)
    return {row[0]: (row[1], row[2]) for row in connection.execute(select(*columns))}


def judge(
    sha256: str,
    source: str,
    signature: dict[str, str] | None,
    publishers: dict[str, tuple[str, str]],
    *,
    origin: str = "",
) -> Vouching:
    """Say who vouches for a wheel.

    Args:
        signature: `{"key", "signature"}` that came beside it.
        publishers: see `trusted_keys`.
        origin: host of the index that lists it, when that index is trusted now.
    """
    if source == CATALOG:
        return Vouching(source, SignatureState.CATALOG, PLATFORM)
    key = signature["key"] if signature else ""
    if signature and key in publishers:
        name, public_key = publishers[key]
        if not fits(public_key, signature["signature"], WHEEL, sha256):
            return Vouching(source, SignatureState.INVALID, None, key)
        return Vouching(source, SignatureState.SIGNED, name, key)
    if source == INDEX and origin:
        return Vouching(source, SignatureState.INDEX, origin, key)
    return Vouching(
        source, SignatureState.UNKNOWN if signature or source == INDEX else SignatureState.UNSIGNED, None, key
    )
