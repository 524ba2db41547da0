# SPDX-License-Identifier: Apache-2.0
"""Set values of a ticket inside the operation that opens or changes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialog_core.conversations import NewFile
from dialog_core.conversations.models import Attachment, Entry
from dialog_core.errors import WrongValue
from dialog_core.fields.catalogues import Catalogue
from dialog_core.fields.conditions import Facts, judge
from dialog_core.fields.reading import is_empty, read
from dialog_core.fields.rows import replace
from dialog_core.fields.values import File, Person, Value, as_json
from dialog_core.fields.words import change_in_words
from dialog_core.hookspecs.fields import FieldType, PeopleOf, TicketField
from dialog_core.language import Titles, mark
from dialog_core.parties.models import Contact
from dialog_core.staff.models import Staff

Keep = Callable[[NewFile], File]
"""Stores an uploaded file with the ticket."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be written, in the order of the fields; `uploads` are files that the ticket has to keep first."""

    before: dict[str, Value] = field(default_factory=dict)
    after: dict[str, Value | None] = field(default_factory=dict)
    uploads: dict[str, NewFile] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Tell whether anything changes."""
        return bool(self.after or self.uploads)


def prepare(
    session: Session,
    catalogue: Catalogue,
    given: Mapping[str, Any],
    *,
    facts: Facts,
    stored: Mapping[str, Value],
    ticket_id: int | None,
    is_bound: bool,
) -> Change:
    """Read what was given and judge it together with what stands there; nothing is written.

    Args:
        facts: what the ticket is, after the other changes of the same operation.
        ticket_id: None for a new ticket; it gets the defaults of what was not given.
        is_bound: whether required fields are refused when they are empty; of a ticket that is there only those given.

    Raises:
        WrongValue: `fields.<key>` names the field that cannot be this, or is required.
    """
    fields = catalogue.fields
    for key in given:
        if key not in fields:
            raise WrongValue(f"fields.{key[:80]}", "A ticket has no such field.")
    values: dict[str, Any] = dict(stored)
    uploads: dict[str, NewFile] = {}
    for key, raw in given.items():
        if isinstance(raw, NewFile):
            uploads[key] = _upload(fields[key], raw)
        value = (
            None if is_empty(raw) else uploads.get(key) or _found(session, fields[key], raw, stored.get(key), ticket_id)
        )
        values.pop(key, None)
        if value is not None:
            values[key] = value
    if ticket_id is None:
        _add_defaults(fields, facts, given, values)
    verdict = judge(fields, facts, values)
    for key in given:
        if key not in verdict.visible and key in values and values[key] != stored.get(key):
            titles = Titles((fields[key].title,))
            raise WrongValue(f"fields.{key}", "This request does not have the field “%(title)s”.", title=titles)
    for key in verdict.missing if is_bound else ():
        if ticket_id is None or key in given:
            raise WrongValue(f"fields.{key}", "This is required.")
    after = {key: values.get(key) for key in fields if values.get(key) != stored.get(key) and key not in uploads}
    return Change({key: stored[key] for key in (*after, *uploads) if key in stored}, after, uploads)


def write_change(
    session: Session, catalogue: Catalogue, change: Change, *, ticket_id: int, is_new: bool, keep: Keep
) -> dict[str, Any]:
    """Write a prepared change in the open transaction; return what the ticket's event tells of it.

    Returns: `before` and `after` with a JSON value for each `field.<key>`, and `field_words` for readers.
    """
    kept: dict[str, Value] = {key: keep(file) for key, file in change.uploads.items()}
    after = {
        key: kept.get(key, change.after.get(key)) for key in catalogue.fields if key in kept or key in change.after
    }
    replace(session, ticket_id, [(catalogue.fields[key], value) for key, value in after.items()], is_new=is_new)
    before = change.before
    return {
        "before": {f"field.{key}": as_json(before.get(key)) for key in after},
        "after": {f"field.{key}": as_json(value) for key, value in after.items()},
        "field_words": {
            key: change_in_words(catalogue.fields[key], before.get(key), value) for key, value in after.items()
        },
    }


def _add_defaults(
    fields: Mapping[str, TicketField], facts: Facts, given: Mapping[str, Any], values: dict[str, Any]
) -> None:
    """Add defaults in the order of the fields: one may make the next visible."""
    for key, one in fields.items():
        if one.default is None or key in given or key not in judge(fields, facts, values).visible:
            continue
        try:
            values[key] = read(one, one.default)
        except WrongValue:
            continue  # its option was archived since: nobody chose it, so nobody is told


def _upload(field: TicketField, file: NewFile) -> NewFile:
    if field.type is not FieldType.FILE:
        raise WrongValue(f"fields.{field.key}", "This field holds no file.")
    from dialog_core.conversations import MAX_FILE_BYTES

    if len(file.content) > MAX_FILE_BYTES:
        raise WrongValue(f"fields.{field.key}", "A file can have at most %(limit)s MB.", limit=MAX_FILE_BYTES >> 20)
    return file


def _found(session: Session, field: TicketField, raw: Any, stored: Value | None, ticket_id: int | None) -> Value:
    value = read(field, raw, stored)
    if field.type is FieldType.PERSON:
        return _person(session, field, value, stored)
    if field.type is FieldType.FILE:
        return _file(session, field, value, ticket_id)
    return value  # type: ignore[no-any-return]


def _person(session: Session, field: TicketField, wanted: int, stored: Value | None) -> Person:
    if isinstance(stored, Person) and stored.id == wanted:
        return stored
    if field.people is PeopleOf.STAFF:
        name = session.scalar(select(Staff.name).where(Staff.id == wanted, Staff.is_active))
        message = mark("There is no active colleague %(id)s.")
    else:
        name = session.scalar(select(Contact.full_name).where(Contact.id == wanted))
        message = mark("There is no contact %(id)s.")
    if name is None:
        raise WrongValue(f"fields.{field.key}", message, id=wanted)
    return Person(wanted, name)


def _file(session: Session, field: TicketField, wanted: int, ticket_id: int | None) -> File:
    name = session.scalar(
        select(Attachment.name)
        .join(Entry, Entry.id == Attachment.entry_id)
        .where(Attachment.id == wanted, Attachment.state == "stored", Entry.ticket_id == ticket_id)
    )
    if name is None:
        raise WrongValue(
            f"fields.{field.key}", "The ticket has no file %(id)s; attach it to the ticket first.", id=wanted
        )
    return File(wanted, name)
