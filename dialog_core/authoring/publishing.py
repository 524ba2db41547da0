# SPDX-License-Identifier: Apache-2.0
"""Puts wheels where platforms take modules from: a folder that a web server serves as an index, or a catalog folder.

An index has a signed list whose number only rises; a catalog has a list of hashes, and is trusted because whoever runs
the platform names its folder in DIALOG_CATALOG.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from dialog_core.authoring.placing import place
from dialog_core.clock import now
from dialog_core.errors import SetupProblem
from dialog_core.modules import (
    CATALOG_LIST,
    DOCUMENT,
    SIGNATURE_SUFFIX,
    WheelInfo,
    inspect_wheel,
    make_document,
    parse_document,
    parse_signature,
    platform_libraries,
    project_pages,
    sign_document,
)

PLATFORM = "dialog-platform"


@dataclass(frozen=True, slots=True)
class Published:
    """What was put into a folder.

    Attributes:
        serial: number of the signed list; None for a catalog.
        added: file names of wheels that were not there before.
        missing: what modules of the folder need and neither it nor the platform has, `(module, requirement)`.
    """

    serial: int | None
    added: tuple[str, ...]
    missing: tuple[tuple[str, str], ...]


def publish(wheels: Sequence[Path], folder: Path, *, key: str | None, days: int) -> Published:
    """Put wheels and the signatures beside them into a folder, and list everything that is in it.

    Args:
        key: the private key that the index is signed with; without one the folder becomes a catalog.
        days: how long the signed list holds.

    Raises:
        SetupProblem: a file cannot be read or written, the folder is of the other kind or was signed with another key,
            or it has other content for a version that is given.
        WrongValue, TooLarge: a wheel is none that a platform would take.
    """
    given = [_read(path) for path in wheels]
    with _alone(folder):
        _require_kind(folder, is_index=key is not None)
        there = _inspected(folder)
        for info, content, _ in given:
            _require_new(folder, there, info, content)
        added = [info.filename for info, _, _ in given if not (folder / info.filename).exists()]
        for info, content, signature in given:
            place(content, folder / info.filename)
            if signature is not None:
                place(signature, folder / f"{info.filename}{SIGNATURE_SUFFIX}")
        serial = None
        if key is not None:
            serial = next_serial(folder)
            make_index(folder, key, serial=serial, expires_at=now() + timedelta(days=days))
        else:
            place(_catalog(folder), folder / CATALOG_LIST)
        return Published(serial, tuple(added), tuple(_missing(_inspected(folder))))


def make_index(folder: Path, key: str, *, serial: int, expires_at: datetime) -> None:
    """Sign a list of all wheels in a folder, and write it with the project pages.

    Raises:
        SetupProblem: the list that is there was signed with another key, or something cannot be written.
        WrongValue, TooLarge: a wheel is none that a platform would take.
    """
    content = make_document(folder, serial=serial, expires_at=expires_at)
    signature = sign_document(key, content)
    _require_same_key(folder, signature)
    for project, page in project_pages(content).items():
        place(page.encode(), folder / project / "index.html")
    place(signature, folder / f"{DOCUMENT}{SIGNATURE_SUFFIX}")
    place(content, folder / DOCUMENT)


def next_serial(folder: Path) -> int:
    """Return the number of the next list of a folder; 1 when there is none yet.

    Raises:
        NotAllowedNow: the list that is there cannot be read.
    """
    path = folder / DOCUMENT
    return parse_document(path.read_bytes()).serial + 1 if path.exists() else 1


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let two who publish into one folder wait for each other: two lists of one number would be refused."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise SetupProblem("%(path)s cannot be used: %(reason)s.", path=folder, reason=error.strerror) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _read(path: Path) -> tuple[WheelInfo, bytes, bytes | None]:
    beside = Path(f"{path}{SIGNATURE_SUFFIX}")
    try:
        content = path.read_bytes()
        signature = beside.read_bytes() if beside.exists() else None
    except OSError as error:
        raise SetupProblem("%(path)s cannot be read: %(reason)s.", path=path, reason=error.strerror) from error
    info = inspect_wheel(path.name, content)
    if signature is not None and parse_signature(beside.name, signature).sha256 != info.sha256:
        raise SetupProblem("%(path)s is the signature of another wheel: sign this one again.", path=beside)
    return info, content, signature


def _inspected(folder: Path) -> list[WheelInfo]:
    return [inspect_wheel(path.name, path.read_bytes()) for path in sorted(folder.glob("*.whl"))]


def _require_kind(folder: Path, *, is_index: bool) -> None:
    if is_index and (folder / CATALOG_LIST).exists():
        raise SetupProblem("%(path)s is a catalog without a signed list: publish without --key.", path=folder)
    if not is_index and (folder / DOCUMENT).exists():
        raise SetupProblem("%(path)s is an index with a signed list: give its --key.", path=folder)


def _require_new(folder: Path, there: Sequence[WheelInfo], info: WheelInfo, content: bytes) -> None:
    """Refuse other content for a version that is there; of a library there may be wheels for several platforms."""
    digest = hashlib.sha256(content).hexdigest()
    for known in there:
        is_same = known.filename == info.filename or (
            info.is_module and (known.distribution, known.version) == (info.distribution, info.version)
        )
        if is_same and known.sha256 != digest:
            raise SetupProblem(
                "%(path)s has other content for %(name)s %(version)s: give the changed module a new version.",
                path=folder,
                version=info.version,
                name=info.distribution,
            )


def _require_same_key(folder: Path, signature: bytes) -> None:
    path = folder / f"{DOCUMENT}{SIGNATURE_SUFFIX}"
    if path.exists():
        before = parse_signature(path.name, path.read_bytes()).key
        if before != parse_signature(path.name, signature).key:
            raise SetupProblem(
                "The list of %(path)s is signed with another key (%(key)s…), which platforms know: use that one.",
                path=folder,
                key=before[:16],
            )


def _catalog(folder: Path) -> bytes:
    entries: list[dict[str, Any]] = [
        {"filename": info.filename, "name": info.distribution, "version": info.version, "sha256": info.sha256,
         "size": info.size}
        for info in _inspected(folder)
    ]  # fmt: skip
    return (json.dumps({"wheels": entries}, indent=2) + "\n").encode()


def _missing(wheels: Sequence[WheelInfo]) -> Iterator[tuple[str, str]]:
    here = {info.distribution for info in wheels} | platform_libraries() | {PLATFORM}
    for info in wheels:
        for line in info.requires:
            requirement = Requirement(line)
            is_needed = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
            if is_needed and canonicalize_name(requirement.name) not in here:
                yield info.distribution, line
