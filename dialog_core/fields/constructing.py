# SPDX-License-Identifier: Apache-2.0
"""Make, change, archive and restore the fields of the constructor; values that stand in tickets are never touched."""

from __future__ import annotations

from dataclasses import fields as attributes_of
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.database import write
from dialog_core.errors import NotAllowedNow, NotFound, WrongValue
from dialog_core.events import record
from dialog_core.fields.catalogues import CONSTRUCTOR, PREFIX, Catalogue, catalogue, forget, mark_changed
from dialog_core.fields.checking import check_field, check_subjects
from dialog_core.fields.conditions import circle
from dialog_core.fields.documents import from_document, to_document
from dialog_core.fields.models import FieldDefinition, FieldValue
from dialog_core.fields.reading import read
from dialog_core.fields.values import as_json
from dialog_core.hookspecs.fields import TicketField
from dialog_core.language import Titles
from dialog_core.staff.actor import Actor
from dialog_core.staff.permissions import FIELD_MANAGE
from dialog_core.text import clean_line

MOST_FIELDS = 100
_FIXED = frozenset({"key", "type", "people", "order"})
_CHANGEABLE = frozenset(one.name for one in attributes_of(TicketField)) - _FIXED


def create_field(actor: Actor, field: TicketField) -> str:
    """Add a field, at the end, and return its key; it is live on the next request.

    Raises:
        NotPermitted: `field.manage` is missing.
        WrongValue: the field names the attribute; also when the key is taken, by whomever.
        NotAllowedNow: there are 100 fields.
    """
    actor.require(FIELD_MANAGE)
    everybodys = catalogue()
    if not field.key.startswith(PREFIX) or len(field.key) == len(PREFIX):
        raise WrongValue("key", "The key must begin with “%(prefix)s”.", prefix=PREFIX)
    field = _cleaned(field)
    check_field(field)
    with write() as session:
        taken = session.scalar(select(FieldDefinition.id).where(FieldDefinition.key == field.key))
        if taken is not None or field.key in everybodys.fields:
            raise WrongValue("key", "The key “%(key)s” is taken.", key=field.key)
        if (session.scalar(select(func.count()).select_from(FieldDefinition)) or 0) >= MOST_FIELDS:
            raise NotAllowedNow("There can be at most %(limit)s fields.", limit=MOST_FIELDS)
        field = _checked_among(session, everybodys, field)
        place = (session.scalar(select(func.max(FieldDefinition.position))) or 0) + 1
        session.add(
            FieldDefinition(
                key=field.key, type=field.type.value, position=place, is_archived=False, version=1,
                document=to_document(field), created_at=now(), changed_at=now(),
            )
        )  # fmt: skip
        record(session, actor, "field_created", field=field.key, type=field.type.value, after=to_document(field))
        mark_changed()
    forget()
    return field.key


def change_field(actor: Actor, key: str, *, version: int | None, **changes: Any) -> None:
    """Change a field; its key and its type stay.

    Args:
        version: the version that the change was made on; None overwrites whatever stands there.
        changes: attributes of `TicketField`.

    Raises:
        NotPermitted, NotFound
        WrongValue: the field names the attribute. An option that tickets have is archived, never taken away.
        NotAllowedNow: somebody changed it since `version` (missing: `version`).
    """
    actor.require(FIELD_MANAGE)
    everybodys = catalogue()
    if changes.keys() - _CHANGEABLE:
        raise WrongValue(min(changes.keys() - _CHANGEABLE), "This cannot be changed.")
    with write() as session:
        row = _hold(session, key, version)
        present = from_document(row.key, row.type, row.position, row.document)
        field = _cleaned(replace(present, **changes))
        check_field(field)
        _check_options_kept(session, present, field)
        field = _checked_among(session, everybodys, field)
        before, after = row.document, to_document(field)
        changed = [name for name in after if before.get(name) != after[name]]
        if not changed:
            return
        row.document = after
        _count_up(row)
        record(
            session, actor, "field_changed", field=key,
            before={name: before.get(name) for name in changed}, after={name: after[name] for name in changed},
        )  # fmt: skip
        mark_changed()
    forget()


def archive_field(actor: Actor, key: str, *, version: int | None = None) -> None:
    """Take a field out of use; its values stay with their tickets and come back with it.

    Raises:
        NotPermitted, NotFound
        NotAllowedNow: conditions of other fields ask for it, or somebody changed it since `version`.
    """
    actor.require(FIELD_MANAGE)
    everybodys = catalogue()
    with write() as session:
        row = _hold(session, key, version)
        others = [one for one in _among(session, everybodys).values() if one.key != key and key in _subjects(one)]
        if others:
            raise NotAllowedNow(
                "Conditions of other fields ask for it: %(fields)s. Change them first.",
                fields=Titles(one.title for one in others),
            )
        _set_archived(session, actor, row, is_archived=True)
    forget()


def restore_field(actor: Actor, key: str, *, version: int | None = None) -> None:
    """Bring an archived field back, with its values; errors as of `change_field`."""
    actor.require(FIELD_MANAGE)
    everybodys = catalogue()
    with write() as session:
        row = _hold(session, key, version)
        if key in everybodys.fields and everybodys.owners[key] != CONSTRUCTOR:
            raise NotAllowedNow("A module brings a field with the key “%(key)s” now.", key=key)
        _checked_among(session, everybodys, from_document(row.key, row.type, row.position, row.document))
        _set_archived(session, actor, row, is_archived=False)
    forget()


def move_field(actor: Actor, key: str, *, by: int) -> None:
    """Move a field up (`by` -1) or down (1) among those in use; at the end it stays where it is.

    Raises:
        NotPermitted, NotFound
    """
    actor.require(FIELD_MANAGE)
    with write() as session:
        wanted = _hold(session, key, None)
        rows = list(
            session.scalars(
                select(FieldDefinition)
                .where(FieldDefinition.is_archived.is_(False))
                .order_by(FieldDefinition.position, FieldDefinition.id)
            )
        )
        if wanted not in rows:
            return
        place = rows.index(wanted)
        target = min(max(place + by, 0), len(rows) - 1)
        if target == place:
            return
        rows.insert(target, rows.pop(place))
        for position, row in enumerate(rows, start=1):
            row.position = position
        record(session, actor, "field_moved", field=key, before=place + 1, after=target + 1)
        mark_changed()
    forget()


def _hold(session: Session, key: str, version: int | None) -> FieldDefinition:
    row = session.scalar(
        select(FieldDefinition)
        .where(FieldDefinition.key == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("There is no field “%(key)s”.", key=key)
    if version is not None and row.version != version:
        raise NotAllowedNow(
            "Somebody else has changed this meanwhile: load it again and repeat your change.", missing=("version",)
        )
    return row


def _set_archived(session: Session, actor: Actor, row: FieldDefinition, *, is_archived: bool) -> None:
    if row.is_archived == is_archived:
        return
    row.is_archived = is_archived
    _count_up(row)
    record(session, actor, "field_archived" if is_archived else "field_restored", field=row.key)
    mark_changed()


def _count_up(row: FieldDefinition) -> None:
    row.version += 1
    row.changed_at = now()


def _cleaned(field: TicketField) -> TicketField:
    """Return the field with its words made fit to show, and without what does not belong to its type."""
    options = tuple(
        replace(one, title={language: clean_line(text) for language, text in one.title.items()})
        for one in field.options
    )
    return replace(
        field,
        title={language: clean_line(text) for language, text in field.title.items()},
        help={language: clean_line(text) for language, text in field.help.items() if clean_line(text)},
        options=options,
    )


def _among(session: Session, everybodys: Catalogue) -> dict[str, TicketField]:
    """Return the fields in use as this transaction sees them, with those of modules."""
    rows = session.execute(
        select(FieldDefinition.key, FieldDefinition.type, FieldDefinition.position, FieldDefinition.document).where(
            FieldDefinition.is_archived.is_(False)
        )
    )
    of_modules = {key: one for key, one in everybodys.fields.items() if everybodys.owners[key] != CONSTRUCTOR}
    own = (from_document(row.key, row.type, row.position, row.document) for row in rows)
    return {**of_modules, **{one.key: one for one in own}}


def _checked_among(session: Session, everybodys: Catalogue, field: TicketField) -> TicketField:
    """Check conditions and default of a field; return it with its default as the API writes it."""
    known = {**_among(session, everybodys), field.key: field}
    check_subjects(field, known)
    ring = circle(known)
    if ring:
        titles = Titles(known[key].title for key in ring)
        raise WrongValue("visible_when", "The conditions lead in a circle: %(fields)s.", fields=titles)
    if field.default is None:
        return field
    try:
        return replace(field, default=as_json(read(field, field.default)))
    except WrongValue as error:
        raise WrongValue("default", error.message, **error.values) from None


def _subjects(field: TicketField) -> set[str]:
    return {clause.subject for clause in (*field.visible_when, *(field.required_when or ()))}


def _check_options_kept(session: Session, present: TicketField, wanted: TicketField) -> None:
    gone = {one.code for one in present.options} - {one.code for one in wanted.options}
    if not gone:
        return
    used = session.scalar(
        select(FieldValue.option).where(FieldValue.field == present.key, FieldValue.option.in_(gone)).limit(1)
    )
    if used is not None:
        raise WrongValue("options", "Tickets have the option “%(code)s”: archive it instead.", code=used)
