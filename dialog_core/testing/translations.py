# SPDX-License-Identifier: Apache-2.0
"""Compile the translations of a module, so that its tests read what its author has just written."""

from __future__ import annotations

from pathlib import Path


def compile_when_newer(folder: Path) -> None:
    """Write the .mo beside each .po below a folder that is newer than its .mo.

    Raises:
        PoFileError: a .po file cannot be read.
    """
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        with source.open("rb") as read, target.open("wb") as written:
            write_mo(written, read_po(read, locale=source.parts[-3], abort_invalid=True))
