# SPDX-License-Identifier: Apache-2.0
"""The wheel of another version of the platform: what it says about itself, and where it is found."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from dialog_core.errors import NotFound, WrongValue

PLATFORM = "dialog-platform"


@dataclass(frozen=True, slots=True)
class WheelFile:
    """A wheel on the disk of the operator, who vouches for it.

    Attributes:
        distribution: canonical name.
        requires_python: a version specifier, empty when every Python will do.
    """

    path: Path
    distribution: str
    version: str
    sha256: str
    requires: tuple[Requirement, ...]
    requires_python: str


def read_wheel(path: Path) -> WheelFile:
    """Read what a wheel says about itself.

    Raises:
        WrongValue: it is no wheel that can be read.
    """
    try:
        name, version, _, _ = parse_wheel_filename(path.name)
        with zipfile.ZipFile(path) as archive:
            entry = next(item for item in archive.namelist() if item.endswith(".dist-info/METADATA"))
            metadata: Message = BytesParser().parsebytes(archive.read(entry), headersonly=True)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except (OSError, zipfile.BadZipFile, InvalidWheelFilename, StopIteration) as error:
        raise WrongValue(
            "wheel", "%(path)s is not a wheel that can be read: %(reason)s", path=path, reason=error
        ) from None
    requires = tuple(Requirement(line) for line in metadata.get_all("Requires-Dist") or ())
    python = str(metadata.get("Requires-Python") or "")
    return WheelFile(path.resolve(), canonicalize_name(name), str(version), digest, requires, python)


def find_platform_wheel(wanted: str, folders: Sequence[Path]) -> WheelFile:
    """Return the wheel of a version of the platform.

    Args:
        wanted: path of the wheel, or a version that lies in one of the folders.

    Raises:
        NotFound: there is no such file.
        WrongValue: it is no wheel of the platform.
    """
    path = Path(wanted)
    if path.suffix == ".whl" or "/" in wanted:
        if not path.is_file():
            raise NotFound("There is no file %(path)s.", path=wanted)
        found = read_wheel(path)
        if found.distribution != PLATFORM:
            raise WrongValue("wheel", "%(path)s is “%(name)s”, not the platform.", path=wanted, name=found.distribution)
        return found
    try:
        version = Version(wanted)
    except InvalidVersion:
        raise WrongValue("version", "“%(text)s” is neither a wheel nor a version.", text=wanted[:80]) from None
    for folder in folders:
        for file in sorted(folder.glob("dialog_platform-*.whl")):
            if parse_wheel_filename(file.name)[1] == version:
                return read_wheel(file)
    raise NotFound(
        "There is no wheel of version %(version)s in %(folders)s. Put it there, or give its path.",
        version=wanted,
        folders=", ".join(str(folder) for folder in folders),
    )


def other_wheels(folders: Sequence[Path]) -> list[WheelFile]:
    """Return the wheels of libraries in the folders."""
    files = [file for folder in folders for file in sorted(folder.glob("*.whl"))]
    return [read_wheel(file) for file in files if not file.name.startswith("dialog_platform-")]
