# SPDX-License-Identifier: Apache-2.0
"""Files that come with a form."""

from __future__ import annotations

from flask import request

from dialog_core.plugin import TooLarge, conversations

MOST_FILES = 10


def uploaded(field: str = "files") -> tuple[conversations.NewFile, ...]:
    """Return the files of a form; an input without a choice gives none.

    Raises:
        TooLarge: there are more than ten, or one of them is larger than a ticket can hold.
    """
    chosen = [file for file in request.files.getlist(field) if file.filename]
    if len(chosen) > MOST_FILES:
        raise TooLarge("Attach at most %(limit)s files at once.", limit=MOST_FILES)
    found = []
    for file in chosen:
        content = file.stream.read(conversations.MAX_FILE_BYTES + 1)
        if len(content) > conversations.MAX_FILE_BYTES:
            raise TooLarge(
                "The file %(name)s is larger than %(limit)s MB.",
                name=file.filename, limit=conversations.MAX_FILE_BYTES >> 20,
            )  # fmt: skip
        found.append(conversations.NewFile(file.filename or "file", content))
    return tuple(found)
