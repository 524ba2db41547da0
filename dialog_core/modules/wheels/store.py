# SPDX-License-Identifier: Apache-2.0
"""Wheels that generations use: rows in the database, and files of this node made from them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name, parse_wheel_filename
from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.errors import NotFound, WrongValue
from dialog_core.modules.models import StoredWheel
from dialog_core.modules.trust.signing import DetachedSignature
from dialog_core.modules.trust.vouching import UPLOAD
from dialog_core.modules.wheels.wheel import WheelInfo, inspect_wheel

REPLACED = "~"
MOST_DESCRIBED = 500
_described: dict[tuple[str, str], WheelInfo] = {}
"""What wheels say about themselves, by file name and hash: looking into a large one takes seconds."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A wheel of the store as a file of this node."""

    path: Path
    distribution: str
    version: str
    sha256: str


def keep_wheel(
    session: Session,
    info: WheelInfo,
    content: bytes,
    *,
    source: str,
    signature: DetachedSignature | None = None,
    index: tuple[str, str] = ("", ""),
) -> None:
    """Put a wheel into the store; what is there already learns who vouches for it now.

    A rebuilt catalog may bring other bytes under the same file name; the older row steps aside and stays usable by
    its hash. An upload may not do that.

    Args:
        index: host of the index that it was taken from, and fingerprint of the key that signed its list.

    Raises:
        WrongValue: another wheel of the same version was uploaded before.
    """
    origin, index_key = index
    voucher: dict[str, object] = {}
    if signature is not None:
        voucher["signature"] = {"key": signature.key, "signature": signature.signature}
    if source != UPLOAD:
        voucher |= {"source": source, "origin": origin, "index_key": index_key}
    if session.scalar(select(StoredWheel.sha256).where(StoredWheel.sha256 == info.sha256)) is not None:
        if voucher:
            session.execute(update(StoredWheel).where(StoredWheel.sha256 == info.sha256).values(**voucher))
        return
    other = session.scalar(select(StoredWheel.sha256).where(StoredWheel.filename == info.filename))
    if other is not None and source == UPLOAD:
        raise WrongValue(
            "wheel",
            "Version %(version)s of “%(name)s” is stored already, with other content. "
            "Give the changed wheel a new version.",
            version=info.version,
            name=info.distribution,
        )
    if other is not None:
        aside = f"{other[:12]}{REPLACED}{info.filename}"[:255]
        session.execute(update(StoredWheel).where(StoredWheel.sha256 == other).values(filename=aside))
    session.add(
        StoredWheel(
            sha256=info.sha256,
            filename=info.filename,
            distribution=info.distribution,
            version=info.version,
            content=content,
            stored_at=now(),
            **{"source": source, **voucher},
        )
    )
    session.flush()


def stored_libraries(session: Session) -> tuple[str, ...]:
    """Return the hashes of stored wheels that are no modules."""
    query = select(StoredWheel.sha256).where(~StoredWheel.distribution.startswith("dialog-", autoescape=True))
    return tuple(session.scalars(query.order_by(StoredWheel.sha256)))


def describe_stored(session: Connection | Session, sha256: str) -> WheelInfo:
    """Return what a stored wheel says about itself.

    Raises:
        NotFound: it is not in the store.
    """
    filename = session.execute(select(StoredWheel.filename).where(StoredWheel.sha256 == sha256)).scalar()
    if filename is None:
        raise NotFound("This wheel is not in the store.")
    known = _described.get((filename, sha256))
    if known is None:
        content = session.execute(select(StoredWheel.content).where(StoredWheel.sha256 == sha256)).scalar()
        known = inspect_wheel(filename.rpartition(REPLACED)[2], content or b"")
        if len(_described) >= MOST_DESCRIBED:
            _described.clear()
        _described[(filename, sha256)] = known
    return known


def materialise(engine: Engine, home: Path, hashes: Iterable[str]) -> tuple[StoredFile, ...]:
    """Make files `home/store/<sha256>/<file name>` of stored wheels, and return them.

    Raises:
        NotFound: a wheel is not in the store.
        WrongValue: the database holds something else than its hash says.
    """
    files: list[StoredFile] = []
    with engine.connect() as connection:
        for sha256 in hashes:
            name = connection.scalar(select(StoredWheel.filename).where(StoredWheel.sha256 == sha256))
            if name is None:
                raise NotFound("A wheel that this generation needs is not in the store.")
            path = home / "store" / sha256 / name.rpartition(REPLACED)[2]
            if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
                content = connection.scalar(select(StoredWheel.content).where(StoredWheel.sha256 == sha256))
                _place(path, content or b"", sha256)
            files.append(stored_file(path, sha256))
    return tuple(files)


def stored_file(path: Path, sha256: str) -> StoredFile:
    """Describe a wheel file by its name."""
    name, version, _, _ = parse_wheel_filename(path.name)
    return StoredFile(path, canonicalize_name(name), str(version), sha256)


def _place(path: Path, content: bytes, sha256: str) -> None:
    if hashlib.sha256(content).hexdigest() != sha256:
        raise WrongValue("wheel", "“%(name)s” in the store is not what its hash says.", name=path.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(path)
