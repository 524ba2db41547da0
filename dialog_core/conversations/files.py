# SPDX-License-Identifier: Apache-2.0
"""Attachments: contents are kept once per SHA-256, names are cleaned, types are judged by content."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.conversations.models import Attachment, Entry, FileContent
from dialog_core.conversations.text import clean
from dialog_core.database import db
from dialog_core.errors import NotFound, TooLarge
from dialog_core.hookspecs.channels import FileRef
from dialog_core.staff.actor import Actor
from dialog_core.staff.permissions import TICKET_READ

MAX_FILE_BYTES = 20 * 1024 * 1024
PART_BYTES = 1024 * 1024
_UNSAFE = re.compile(r'[/\\:*?"<>|\x00-\x1f]+')
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"})


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that somebody attaches; the claimed type is not believed."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it is given out."""

    name: str
    media_type: str
    content: bytes
    ticket_id: int


def clean_name(name: str) -> str:
    """Return a file name without paths, control characters and leading dots, at most 200 characters."""
    safe = _UNSAFE.sub("_", clean(name)).strip(" ._") or "file"
    if len(safe) <= 200:
        return safe
    stem, dot, suffix = safe.rpartition(".")
    return f"{stem[:180]}.{suffix[:15]}" if dot else safe[:200]


def media_type_of(content: bytes) -> str:
    """Return the type that the content proves, or a type that no browser runs."""
    for signature, media_type in _SIGNATURES:
        if content.startswith(signature):
            return media_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return "application/octet-stream"


def attach(session: Session, entry_id: int, channel: str, files: Sequence[NewFile | FileRef]) -> None:
    """Add files to an entry: contents at hand are stored, references wait to be fetched.

    Raises:
        TooLarge: a file at hand has more than 20 MiB.
    """
    for file in files:
        if isinstance(file, NewFile):
            _attach_content(session, entry_id, file)
            continue
        too_large = file.too_large or (file.size or 0) > MAX_FILE_BYTES
        session.add(
            Attachment(
                entry_id=entry_id,
                name=clean_name(file.name),
                media_type=clean(file.media_type)[:120],
                size=file.size,
                state="missing" if too_large else "waiting",
                problem="too_large" if too_large else "",
                source={"channel": channel, "reference": file.reference},
                due_at=None if too_large else now(),
            )
        )


def _attach_content(session: Session, entry_id: int, file: NewFile) -> None:
    if len(file.content) > MAX_FILE_BYTES:
        raise TooLarge(
            "The file %(name)s is larger than %(limit)s MB.", name=clean_name(file.name), limit=MAX_FILE_BYTES >> 20
        )
    session.add(
        Attachment(
            entry_id=entry_id,
            name=clean_name(file.name),
            media_type=media_type_of(file.content),
            size=len(file.content),
            digest=keep_content(session, file.content),
            state="stored",
        )
    )


def keep_content(session: Session, content: bytes) -> str:
    """Store a content unless it is stored already, and return its SHA-256 in hex."""
    digest = hashlib.sha256(content).hexdigest()
    if session.execute(select(FileContent.part).where(FileContent.digest == digest).limit(1)).first() is None:
        parts = [content[start : start + PART_BYTES] for start in range(0, len(content), PART_BYTES)] or [b""]
        rows = [{"digest": digest, "part": number, "data": part} for number, part in enumerate(parts)]
        session.execute(insert(FileContent), rows)
    return digest


def read_content(session: Session, digest: str) -> bytes:
    """Return a stored content."""
    parts = session.scalars(select(FileContent.data).where(FileContent.digest == digest).order_by(FileContent.part))
    return b"".join(parts)


def read_file(actor: Actor, attachment_id: int) -> StoredFile:
    """Return an attachment's content.

    Raises:
        NotFound: there is no such file, or it was not stored.
    """
    actor.require(TICKET_READ)
    row = db.session.execute(
        select(Attachment.name, Attachment.media_type, Attachment.digest, Entry.ticket_id)
        .join(Entry, Entry.id == Attachment.entry_id)
        .where(Attachment.id == attachment_id, Attachment.state == "stored")
    ).first()
    if row is None:
        raise NotFound("There is no such file.")
    return StoredFile(row.name, row.media_type, read_content(db.session(), row.digest), row.ticket_id)
