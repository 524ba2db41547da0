# SPDX-License-Identifier: Apache-2.0
"""The signed list of an organisation's index: which files it has, what they are, since when and until when.

`dialog-index.json` lies beside the project pages (PEP 503 or 691), and `dialog-index.json.sig`, its signature, too.
The list is what is trusted: pages only say where a file lies.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from dialog_core.errors import NotAllowedNow
from dialog_core.modules.trust.signing import HEX, SUFFIX, parse_signature
from dialog_core.modules.wheels.changelog import changelog_of
from dialog_core.modules.wheels.manifest import CATEGORIES, LANGUAGES, NAME, Manifest, manifest_from_json
from dialog_core.modules.wheels.wheel import FILENAME, MAX_WHEEL, inspect_wheel

DOCUMENT = "dialog-index.json"
FORMAT = 1
MAX_DOCUMENT = 8 * 1024 * 1024
MOST_FILES = 5000
LONGEST_TEXT = 300
ICON = re.compile(r"[a-z0-9-]{1,40}")


@dataclass(frozen=True, slots=True)
class IndexFile:
    """One wheel of the list; `manifest` is None for a library, `signature` what its publisher signed, if anyone did."""

    filename: str
    distribution: str
    version: str
    sha256: str
    size: int
    requires: tuple[str, ...]
    manifest: Manifest | None
    changelog: str
    signature: dict[str, str] | None

    @property
    def order(self) -> Version:
        """Return what versions are compared by."""
        return Version(self.version)


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """What a list says of itself; `files` as they stand in it."""

    serial: int
    expires_at: datetime
    files: tuple[IndexFile, ...]


def parse_document(content: bytes) -> IndexDocument:
    """Read a list whose signature was checked.

    Raises:
        NotAllowedNow: it is not one.
    """
    try:
        return document_from_json(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, InvalidWheelFilename) as error:
        raise NotAllowedNow(
            "The list of the index cannot be read: %(reason)s.", reason=str(error)[:200] or type(error).__name__
        ) from error


def document_from_json(data: dict[str, Any]) -> IndexDocument:
    """Rebuild a list from its JSON values; raises ValueError, KeyError or TypeError when it is none."""
    if data["format"] != FORMAT:
        raise ValueError(f"its format is {data['format']!r}, this platform reads {FORMAT}")
    serial, expires_at = data["serial"], datetime.fromisoformat(data["expires"])
    if not isinstance(serial, int) or isinstance(serial, bool) or not 0 < serial < 2**53:
        raise ValueError("its serial is no number")
    if expires_at.tzinfo is None:
        raise ValueError("its end has no time zone")
    if len(data["files"]) > MOST_FILES:
        raise ValueError(f"it has more than {MOST_FILES} files")
    return IndexDocument(serial, expires_at, tuple(_file(item) for item in data["files"]))


def make_document(folder: Path, *, serial: int, expires_at: datetime) -> bytes:
    """Return the list of all wheels in a folder, with the signatures that lie beside them.

    Raises:
        WrongValue, TooLarge: a wheel is none that a platform would accept; the message names it.
    """
    files = [_entry(path) for path in sorted(folder.glob("*.whl"))]
    values = {"format": FORMAT, "serial": serial, "expires": expires_at.isoformat(), "files": files}
    return (json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def project_pages(content: bytes) -> dict[str, str]:
    """Return the pages of an index (PEP 503) by project, for a list that was made of one folder."""
    pages: dict[str, str] = {}
    for file in parse_document(content).files:
        link = f'<a href="../{file.filename}#sha256={file.sha256}">{file.filename}</a><br>\n'
        pages[file.distribution] = pages.get(file.distribution, "") + link
    return {project: f"<!DOCTYPE html>\n<html><body>\n{links}</body></html>\n" for project, links in pages.items()}


def newest(files: Iterable[IndexFile]) -> IndexFile | None:
    """Return the file of the highest version, None when there is none."""
    return max(files, key=lambda item: item.order, default=None)


def _entry(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    info = inspect_wheel(path.name, content)
    beside = Path(f"{path}{SUFFIX}")
    signature = parse_signature(beside.name, beside.read_bytes()) if beside.exists() else None
    return {
        "filename": path.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "requires": list(info.requires),
        "manifest": info.manifest.as_json() if info.manifest else None,
        "changelog": changelog_of(path.name, content),
        "signature": {"key": signature.key, "signature": signature.signature} if signature else None,
    }


def _manifest(data: dict[str, Any], distribution: str) -> Manifest:
    """Return what is shown of a module before its wheel is here; the wheel itself is compared with it later."""
    found = manifest_from_json(data)
    texts = [found.icon, *found.hooks, *found.routes, *(text for each in astuple(found.capabilities) for text in each)]
    spoken = [found.title, found.description]
    is_right = (
        NAME.fullmatch(found.name)
        and canonicalize_name(f"dialog-{found.name}") == distribution
        and found.category in CATEGORIES
        and all(isinstance(text, str) and len(text) <= LONGEST_TEXT for text in texts)
        and ICON.fullmatch(found.icon)
        and all(set(each) == set(LANGUAGES) and all(isinstance(text, str) for text in each.values()) for each in spoken)
    )
    if not is_right:
        raise ValueError(f"the description of {distribution} is not one of a module")
    return found


def _file(item: dict[str, Any]) -> IndexFile:
    name, version, _, _ = parse_wheel_filename(item["filename"])
    size, signature = item["size"], item.get("signature")
    if not FILENAME.fullmatch(item["filename"]) or not HEX.fullmatch(item["sha256"]):
        raise ValueError(f"{item['filename'][:100]!r} has no right name or hash")
    if not isinstance(size, int) or not 0 < size <= MAX_WHEEL:
        raise ValueError(f"{item['filename'][:100]} has no right size")
    return IndexFile(
        filename=item["filename"],
        distribution=str(name),
        version=str(version),
        sha256=item["sha256"],
        size=size,
        requires=tuple(_requirement(line) for line in item.get("requires", ())),
        manifest=_manifest(item["manifest"], str(name)) if item.get("manifest") else None,
        changelog=str(item.get("changelog") or ""),
        signature={"key": str(signature["key"]), "signature": str(signature["signature"])} if signature else None,
    )


def _requirement(line: str) -> str:
    Requirement(line)  # raises ValueError or TypeError when it is none
    return line
