# SPDX-License-Identifier: Apache-2.0
"""Fetch the files that came with messages, after the messages themselves are safe."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.conversations.files import MAX_FILE_BYTES, keep_content, media_type_of
from dialog_core.conversations.models import Attachment, Entry
from dialog_core.database import read_committed, write
from dialog_core.events import record
from dialog_core.hookspecs.channels import FetchedFile, FileRef
from dialog_core.staff.actor import system_actor
from dialog_core.tickets import hold

if TYPE_CHECKING:
    from dialog_core.modules import Hooks

MAX_ATTEMPTS = 6
NOBODY_SECONDS = 30
_HOLD = timedelta(minutes=5)


def fetch_next(hooks: Hooks) -> bool:
    """Fetch one waiting file; tell whether there was one."""
    with read_committed() as session:
        row = session.execute(
            select(Attachment.id, Attachment.name, Attachment.media_type, Attachment.size, Attachment.source)
            .where(Attachment.state == "waiting", Attachment.due_at <= now())
            .order_by(Attachment.due_at)
            .limit(1)
        ).first()
    if row is None or not _claim(row.id):
        return False
    channel, reference = str(row.source["channel"]), str(row.source["reference"])
    from dialog_core.modules import HookResting

    try:
        found: FetchedFile | None = hooks.ask(
            "channel_fetch",
            module=channel,
            channel=channel,
            file=FileRef(reference, row.name, row.media_type, row.size),
        )
    except HookResting as error:
        _wait_on(row.id, str(error))
        return True
    except Exception as error:  # noqa: BLE001 - the relay has recorded it
        found = FetchedFile(error=str(error), retry=True)
    if found is None:
        _wait_on(row.id, "no running module fetches from this channel")
    else:
        _keep(row.id, found)
    return True


def _claim(attachment_id: int) -> bool:
    """Put the file's next turn off while we fetch it, so that another process does not fetch it too."""
    with write() as session:
        result = session.execute(
            update(Attachment)
            .where(Attachment.id == attachment_id, Attachment.state == "waiting", Attachment.due_at <= now())
            .values(due_at=now() + _HOLD, attempts=Attachment.attempts + 1)
            .execution_options(synchronize_session=False)
        )
        return bool(result.rowcount == 1)  # type: ignore[attr-defined]


def _wait_on(attachment_id: int, problem: str) -> None:
    """Put a file off that nobody was asked for: its module is off or rests, and no attempt was made."""
    with write() as session:
        attachment = session.get_one(Attachment, attachment_id, with_for_update=True, populate_existing=True)
        attachment.attempts -= 1
        attachment.due_at = now() + timedelta(seconds=NOBODY_SECONDS)
        attachment.problem = problem[:300]


def _keep(attachment_id: int, found: FetchedFile) -> None:
    with write() as session:
        attachment = session.get_one(Attachment, attachment_id, with_for_update=True, populate_existing=True)
        if found.error and found.retry and attachment.attempts < MAX_ATTEMPTS:
            attachment.due_at = now() + timedelta(seconds=10 * 2**attachment.attempts)
            attachment.problem = found.error[:300]
            return
        if found.error or len(found.content) > MAX_FILE_BYTES:
            attachment.state, attachment.problem = "missing", (found.error or "too_large")[:300]
        else:
            attachment.digest = keep_content(session, found.content)
            attachment.size = len(found.content)
            attachment.media_type = media_type_of(found.content)
            attachment.state, attachment.problem = "stored", ""
        attachment.due_at = None
        _tell(session, attachment)


def _tell(session: Session, attachment: Attachment) -> None:
    entry = session.get_one(Entry, attachment.entry_id)
    ticket = hold(session, entry.ticket_id)
    actor = system_actor(entry.channel)
    record(session, actor, "file_settled", ticket=ticket, entry=entry.id, file=attachment.id, state=attachment.state)
    session.flush()
