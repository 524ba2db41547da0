# SPDX-License-Identifier: Apache-2.0
"""Fetch a file that came with a message. The address holds the token, so it never leaves this function."""

from __future__ import annotations

from dialog_core.plugin import FetchedFile, FileRef, mark
from dialog_telegram.client import MAX_DOWNLOAD, BotApi
from dialog_telegram.outcomes import Answer, ApiError, Outcome
from dialog_telegram.reading import integer, string

_DOWNLOAD_FAILED = mark("The download failed")
_REFUSED = mark("Telegram refused")
TOO_LARGE = "The file is larger than the 20 MB that Telegram gives to bots."


def fetch(api: BotApi, file: FileRef) -> FetchedFile:
    """Return the content, or the reason and whether another attempt may help."""
    if file.too_large:
        return FetchedFile(error=TOO_LARGE)
    told = api.get_file(file.reference)
    if not isinstance(told, Answer):
        return _failed(told)
    path = string(told.data, "file_path")
    if not path or (integer(told.data, "file_size") or 0) > MAX_DOWNLOAD:
        return FetchedFile(error=TOO_LARGE if path else mark("Telegram does not give this file out."))
    content = api.download(path)
    if not isinstance(content, bytes):
        # A link lives for an hour; the next attempt asks for a new one.
        stale = isinstance(content, ApiError) and content.code == 404
        return FetchedFile(error=f"{_DOWNLOAD_FAILED}: {content}", retry=True) if stale else _failed(content)
    return FetchedFile(content=content)


def _failed(outcome: Outcome) -> FetchedFile:
    if not isinstance(outcome, ApiError):
        return FetchedFile(error=str(outcome), retry=True)
    if outcome.code == 413 or outcome.says("file is too big"):
        return FetchedFile(error=TOO_LARGE)
    return FetchedFile(error=f"{_REFUSED}: {outcome}", retry=outcome.code == 429 or outcome.code >= 500)
