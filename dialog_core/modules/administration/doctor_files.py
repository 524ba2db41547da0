# SPDX-License-Identifier: Apache-2.0
"""Whether the wheels of the wanted set are what the lock says, in the store, and unpacked on this node."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from dialog_core.modules.generations.build import LIBRARY, generation_folder, is_built
from dialog_core.modules.models import StoredWheel

if TYPE_CHECKING:
    from dialog_core.modules.administration.doctor import Verdict
    from dialog_core.modules.generations.wanted import Current

Line = tuple[str, "Verdict", str, str]
"""Subject, verdict, text, advice."""
AGAIN = "Get it again: install it by its name, or upload the same file, then restart the platform"


def examine_files(connection: Connection, home: Path, current: Current) -> Iterator[Line]:
    """Compare the store with the lock, and the folder of this node with the store."""
    from dialog_core.modules.administration.doctor import Verdict  # its lines are made of these

    if current.generation is None:
        yield "store", Verdict.OK, "no module was ever installed", ""
        return
    folder = generation_folder(home, current.generation)
    has_folder = is_built(folder, current.lock)
    spoilt, changed, count = [], [], 0
    for item in [*current.lock["modules"], *current.lock["libraries"]]:
        content = connection.scalar(select(StoredWheel.content).where(StoredWheel.sha256 == item["sha256"]))
        count += 1
        if content is None or hashlib.sha256(content).hexdigest() != item["sha256"]:
            spoilt.append(_title(item) + (" is missing" if content is None else " has other content"))
        elif has_folder:
            changed += _differences(content, folder / LIBRARY)
    for text in spoilt:
        yield "store", Verdict.BAD, text, AGAIN
    if not spoilt:
        yield "store", Verdict.OK, f"{count} wheels have the hashes of set {current.generation}", ""
    if not has_folder:
        advice = "It is made at the next start" if not folder.exists() else f"Delete {folder} and restart the platform"
        yield "folder", Verdict.WARN, f"{folder} is not that of set {current.generation}", advice
    elif changed:
        text = f"{len(changed)} files in {folder} are not those of the wheels, {changed[0]} for example"
        yield "folder", Verdict.BAD, text, f"Somebody changed them: delete {folder} and restart the platform"
    else:
        yield "folder", Verdict.OK, f"{folder} is that of set {current.generation}", ""


def _differences(content: bytes, folder: Path) -> list[str]:
    """Return the files of a wheel that are not as they were unpacked; what an installer rewrites is left out."""
    found = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.infolist():
            top = member.filename.partition("/")[0]
            if member.is_dir() or top.endswith((".dist-info", ".data")) or top == "bin":
                continue
            try:
                is_same = (folder / member.filename).read_bytes() == archive.read(member)
            except OSError:
                is_same = False
            if not is_same:
                found.append(member.filename)
    return found


def _title(item: dict[str, Any]) -> str:
    return f"{item.get('distribution') or item.get('name')} {item['version']}"
