# SPDX-License-Identifier: Apache-2.0
"""What customers read in a channel, and the buttons under it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialog_core.conversations.kinds import EntryKind
from dialog_core.conversations.models import Chat
from dialog_core.installation import profile
from dialog_core.language import say
from dialog_core.parties.models import Organisation

ButtonRow = tuple[tuple[str, str], ...]


def language_of(session: Session, chat: Chat) -> str:
    """Return the language in which a chat is written to: the organisation's, else the installation's."""
    if chat.organisation_id is not None:
        found = session.scalar(select(Organisation.language).where(Organisation.id == chat.organisation_id))
        if found:
            return found
    return profile().language


def entry_heading(language: str, kind: str, number: str) -> str:
    """Return the first line of what staff send."""
    if kind == EntryKind.QUESTION.value:
        return say(language, "A question on ticket %(number)s:", number=number)
    if kind == EntryKind.ANSWER.value:
        return say(language, "The answer to ticket %(number)s:", number=number)
    return say(language, "Ticket %(number)s:", number=number)


def answer_buttons(language: str, ticket_id: int, resolution: int) -> tuple[ButtonRow, ...]:
    """Return the buttons under an answer: solved, not solved, and both steps at once for a representative."""
    return (
        (
            (f"ok.{ticket_id}.{resolution}", say(language, "✅ Solved")),
            (f"no.{ticket_id}.{resolution}", say(language, "❌ Not solved")),
        ),
        ((f"okc.{ticket_id}.{resolution}", say(language, "🔒 Solved, close (representative)")),),
    )


def close_buttons(language: str, ticket_id: int, resolution: int) -> tuple[ButtonRow, ...]:
    """Return the buttons under a completed ticket."""
    return (
        (
            (f"close.{ticket_id}.{resolution}", say(language, "🔒 Close (representative)")),
            (f"no.{ticket_id}.{resolution}", say(language, "❌ Not solved")),
        ),
    )


def route_buttons(language: str, prompt_id: int, tickets: list[tuple[int, str]]) -> tuple[ButtonRow, ...]:
    """Return the buttons that ask where a message belongs: a row each."""
    rows: list[ButtonRow] = [((f"new.{prompt_id}.0", say(language, "🆕 New request")),)]
    rows += [
        ((f"add.{prompt_id}.{ticket_id}", say(language, "Add to %(number)s", number=number)),)
        for ticket_id, number in tickets
    ]
    return tuple(rows)
