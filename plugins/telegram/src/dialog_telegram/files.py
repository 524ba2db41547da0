# SPDX-License-Identifier: Apache-2.0
"""The files of a message, as references that are fetched later."""

from __future__ import annotations

import re
from typing import Any

from dialog_core.plugin import FileRef
from dialog_telegram.client import MAX_DOWNLOAD
from dialog_telegram.reading import inner, integer, items, string
from dialog_telegram.texts import clean_line

_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][\w.+-]{0,60}/[A-Za-z0-9][\w.+-]{0,60}")
_MAX_REFERENCE = 500
# Kind, ending of a made-up name, media type when the sender's client tells none. An animation comes a second time as
# `document`, for old clients; it counts once.
FILE_KINDS = (
    ("document", "", "application/octet-stream"),
    ("animation", ".mp4", "video/mp4"),
    ("video", ".mp4", "video/mp4"),
    ("live_photo", ".mp4", "video/mp4"),
    ("audio", ".mp3", "audio/mpeg"),
    ("voice", ".ogg", "audio/ogg"),
    ("video_note", ".mp4", "video/mp4"),
    ("sticker", ".webp", "image/webp"),
)


def files_of(message: dict[str, Any]) -> tuple[FileRef, ...]:
    """Return the files of a message: at most one of each kind, a picture in its largest size."""
    found: list[FileRef | None] = [_photo(message)]
    for kind, ending, media_type in FILE_KINDS:
        if kind == "document" and inner(message, "animation"):
            continue
        if kind == "sticker":
            ending, media_type = _sticker(inner(message, kind))  # noqa: PLW2901 - a sticker is one of three formats
        found.append(_file(message, inner(message, kind), kind, ending, media_type))
    return tuple(file for file in found if file is not None)


def _photo(message: dict[str, Any]) -> FileRef | None:
    sizes = [size for size in items(message, "photo") if string(size, "file_id")]
    if not sizes:
        return None
    largest = max(sizes, key=lambda size: (integer(size, "width") or 0) * (integer(size, "height") or 0))
    return _file(message, largest, "photo", ".jpg", "image/jpeg")


def _sticker(sticker: dict[str, Any]) -> tuple[str, str]:
    if sticker.get("is_video") is True:
        return ".webm", "video/webm"
    if sticker.get("is_animated") is True:
        return ".tgs", "application/gzip"
    return ".webp", "image/webp"


def _file(message: dict[str, Any], data: dict[str, Any], kind: str, ending: str, media_type: str) -> FileRef | None:
    reference = string(data, "file_id")
    if not reference or len(reference) > _MAX_REFERENCE:
        return None
    claimed = string(data, "mime_type")
    size = integer(data, "file_size")
    return FileRef(
        reference=clean_line(reference, _MAX_REFERENCE),
        name=clean_line(string(data, "file_name"), 255) or f"{kind}_{integer(message, 'message_id') or 0}{ending}",
        media_type=claimed if _MEDIA_TYPE.fullmatch(claimed) else media_type,
        size=size if size is not None and size >= 0 else None,
        too_large=(size or 0) > MAX_DOWNLOAD,
    )
