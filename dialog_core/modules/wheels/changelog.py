# SPDX-License-Identifier: Apache-2.0
"""A module's changelog: a static file in its wheel, `dialog_NAME/CHANGELOG.md`, read without running anything."""

from __future__ import annotations

import io
import zipfile

MAX_CHANGELOG = 32 * 1024


def changelog_of(filename: str, content: bytes) -> str:
    """Return the text of a wheel that was checked, empty when there is none; a long one is cut."""
    package = filename.split("-", 1)[0]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        try:
            with archive.open(f"{package}/CHANGELOG.md") as file:
                return file.read(MAX_CHANGELOG).decode(errors="replace")
        except KeyError:
            return ""
