# SPDX-License-Identifier: Apache-2.0
"""Search in tickets: what is stored for each entry, and what a question of a person means.

Every entry stands in the index under (ticket, entry), so the newest tickets are found first without sorting.
What identifies a ticket exactly (registration number or its tail, phone, e-mail, INN) is looked up in exact columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    SelectBase,
    String,
    column,
    literal,
    select,
    table,
    text,
    union,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.orm import Session

from dialog_core.parties.models import ContactPoint, Organisation
from dialog_core.tickets import words
from dialog_core.tickets.models import Ticket

QUESTION_LIMIT = 400  # characters of a question that are read
WORD_COUNT_LIMIT = 12
_SHIFT = 32  # the row of an entry in FTS5 is ticket_id << 32 | entry_id: rows of one ticket are neighbours
_NUMBER = re.compile(r"(?:№|#|no\.?)?\s*(\d{1,9})", re.IGNORECASE)
_FULL_NUMBER = re.compile(r"(?:№|#)?\s*(\S{3,40})")
_EMAIL = re.compile(r"\S+@\S+\.\S+")

_fts = table("ticket_search", column("rowid", Integer), column("tokens", String), column("ticket_search", String))
_tsv = table("ticket_search", column("entry_id", Integer), column("ticket_id", Integer), column("tokens", TSVECTOR))

_INSERT_SQLITE = text("INSERT OR REPLACE INTO ticket_search (rowid, tokens) VALUES (:row, :tokens)")
_INSERT_POSTGRESQL = text(
    "INSERT INTO ticket_search (entry_id, ticket_id, tokens)"
    " SELECT entry, ticket, array_to_tsvector(string_to_array(words, ' '))"
    " FROM unnest(CAST(:entries AS integer[]), CAST(:tickets AS integer[]), CAST(:tokens AS text[]))"
    " AS given (entry, ticket, words)"
    " ON CONFLICT (entry_id) DO UPDATE SET tokens = excluded.tokens, ticket_id = excluded.ticket_id"
)


@dataclass(frozen=True, slots=True)
class Question:
    """What a person looks for.

    Attributes:
        words: for each word the tokens of which any counts; all words must be met.
        numbers: registration numbers as they may be written.
        tail: value of the number counter that the question may name.
        phones: phones in E.164.
        email: lower-case address.
        inn: tax number of an organisation.
    """

    words: tuple[tuple[str, ...], ...]
    numbers: tuple[str, ...]
    tail: int | None
    phones: tuple[str, ...]
    email: str | None
    inn: str | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing in it can be looked for."""
        return not self.words


def understand(question: str) -> Question:
    """Read whatever a person typed; nothing in it can be wrong."""
    asked = question[:QUESTION_LIMIT].replace("\x00", " ").strip()
    found = dict.fromkeys(words.words(asked))
    digits = re.sub(r"[^0-9]", "", words.folded(asked))
    is_number_like = not re.search(r"[^\W\d_]", asked)
    phones = _e164(digits) if is_number_like else [f"+7{found}" for found in words.phones(asked)]
    tail = _NUMBER.fullmatch(asked)
    number = _FULL_NUMBER.fullmatch(asked)
    email = _EMAIL.fullmatch(asked)
    return Question(
        words=tuple(words.word_tokens(word) for word in list(found)[:WORD_COUNT_LIMIT]),
        numbers=tuple(dict.fromkeys((number[1], number[1].upper()))) if number and digits else (),
        tail=int(tail[1]) if tail else None,
        phones=tuple(phones),
        email=asked.lower() if email else None,
        inn=digits if is_number_like and len(digits) in {10, 12} else None,
    )


def _e164(digits: str) -> list[str]:
    if not words.PHONE_DIGITS <= len(digits) <= words.PHONE_DIGITS + 5:
        return []
    national = [f"+7{digits[1:]}"] if len(digits) == words.PHONE_DIGITS + 1 and digits[0] == "8" else []
    return [*national, f"+7{digits}" if len(digits) == words.PHONE_DIGITS else f"+{digits}"]


def text_matches(question: Question, dialect: str) -> Select[int]:
    """Select the ids of the tickets with an entry that has all words, as a subquery for lists."""
    if dialect == "sqlite":
        expression = " AND ".join("(" + " OR ".join(f'"{token}"' for token in word) + ")" for word in question.words)
        ticket_id = _fts.c.rowid.bitwise_rshift(_SHIFT)
        return select(ticket_id).where(_fts.c.ticket_search.op("MATCH")(expression))
    expression = " & ".join("(" + " | ".join(f"'{token}'" for token in word) + ")" for word in question.words)
    return select(_tsv.c.ticket_id).where(_tsv.c.tokens.op("@@")(sql_cast(literal(expression, String), TSQUERY)))


def exact_matches(question: Question) -> SelectBase | None:
    """Select the ids of the tickets that the question names exactly, None when it names nothing.

    A union of look-ups and no OR: each of them is answered from its own index on both databases.
    """
    found: list[Select[int]] = []
    if question.numbers:
        found.append(select(Ticket.id).where(Ticket.number.in_(question.numbers)))
    if question.tail is not None:
        found.append(select(Ticket.id).where(Ticket.serial == question.tail))
    points = [("phone", phone) for phone in question.phones] + ([("email", question.email)] if question.email else [])
    for kind, key in points:
        owners = select(ContactPoint.contact_id).where(ContactPoint.kind == kind, ContactPoint.key == key)
        found.append(select(Ticket.id).where(Ticket.contact_id.in_(owners)))
    if question.inn:
        customers = select(Organisation.id).where(Organisation.inn == question.inn)
        found.append(select(Ticket.id).where(Ticket.organisation_id.in_(customers)))
    if not found:
        return None
    return found[0] if len(found) == 1 else union(*found)


def index_entry(session: Session, *, entry_id: int, ticket_id: int, text: str, extra: str = "") -> None:
    """Store what an entry can be found by, in the caller's transaction; a second call replaces the first.

    Args:
        extra: further words, for example the subject and the names that belong to the first entry.
    """
    row = (entry_id, ticket_id, words.search_tokens(f"{extra}\n{text}"))
    index_entries(session.connection(), [row])


def index_entries(connection: Connection, rows: Iterable[tuple[int, int, str]]) -> None:
    """Store many entries at once: (entry id, ticket id, tokens made by `words.search_tokens`)."""
    given = list(rows)
    if not given:
        return
    if connection.dialect.name == "sqlite":
        values = [{"row": ticket_id << _SHIFT | entry_id, "tokens": tokens} for entry_id, ticket_id, tokens in given]
        connection.execute(_INSERT_SQLITE, values)
    else:
        entries, tickets, tokens = map(list, zip(*given, strict=True))
        connection.execute(_INSERT_POSTGRESQL, {"entries": entries, "tickets": tickets, "tokens": tokens})


def forget_entry(session: Session, *, entry_id: int, ticket_id: int) -> None:
    """Take an entry out of the index, in the caller's transaction."""
    if session.connection().dialect.name == "sqlite":
        session.execute(text("DELETE FROM ticket_search WHERE rowid = :row"), {"row": ticket_id << _SHIFT | entry_id})
    else:
        session.execute(text("DELETE FROM ticket_search WHERE entry_id = :row"), {"row": entry_id})
