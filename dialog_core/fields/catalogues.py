# SPDX-License-Identifier: Apache-2.0
"""Every field that tickets have now, whoever brings it: known to a process for a second, then asked for again."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import select

from dialog_core.database import db, is_writing
from dialog_core.errors import WrongValue
from dialog_core.fields.checking import check_field, check_subjects
from dialog_core.fields.conditions import circle
from dialog_core.fields.documents import from_document
from dialog_core.fields.models import FieldDefinition
from dialog_core.hookspecs.fields import TicketField
from dialog_core.installation import get_fact, set_fact

PREFIX = "custom_"
"""What the keys of the administrator's own fields begin with."""
CONSTRUCTOR = "fields"
"""The built-in module that brings them."""
REMEMBERED_SECONDS = 1.0
_REVISION = "ticket_fields_revision"
_EXTENSION = "dialog_ticket_fields"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The fields in their order; `problems` says which fields of modules were left out and why."""

    fields: Mapping[str, TicketField] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there is any field."""
        return bool(self.fields)


class _Known(NamedTuple):
    until: float
    brought: list[tuple[str, TicketField]]
    catalogue: Catalogue


class _Constructed(NamedTuple):
    revision: int
    fields: tuple[TicketField, ...]


def catalogue() -> Catalogue:
    """Return the fields as they were at most a second ago.

    Inside of `write()` no module is asked: what is known counts, so that operations ask before they begin to write.
    """
    memory = _memory()
    known: _Known | None = memory.get("known")
    if known is not None and (known.until > time.monotonic() or is_writing()):
        return known.catalogue
    from dialog_core.runtime import runtime  # the runtime knows every room

    until = time.monotonic() + REMEMBERED_SECONDS
    brought = [(found.module, found.value) for found in runtime().hooks.collect("ticket_fields")]
    if known is not None and known.brought == brought:
        memory["known"] = known._replace(until=until)
        return known.catalogue
    made = gather(brought)
    if made.problems and (known is None or known.catalogue.problems != made.problems):
        for problem in made.problems:
            _log.warning("a ticket field was left out: %s", problem)
    memory["known"] = _Known(until, brought, made)
    return made


def gather(brought: Iterable[tuple[str, TicketField]]) -> Catalogue:
    """Make a catalogue of what modules brought; a field that cannot be is left out and named."""
    found: dict[str, TicketField] = {}
    owners: dict[str, str] = {}
    problems: list[str] = []
    for module, one in brought:
        try:
            check_field(one)
            if not one.key.startswith(PREFIX if module == CONSTRUCTOR else f"{module}_") or (
                one.key.startswith(PREFIX) and module != CONSTRUCTOR
            ):
                raise WrongValue("key", "The key must begin with the name of its module.")
            if one.key in found:
                raise WrongValue("key", "The key “%(key)s” is taken.", key=one.key)
        except WrongValue as error:
            problems.append(f"{module}: {one.key}: {error.field}: {error}")
            continue
        except Exception as error:  # noqa: BLE001 - a module may put anything into the attributes of its field
            problems.append(f"{module}: {type(error).__name__}: {error}")
            continue
        found[one.key], owners[one.key] = one, module
    for key in _unsound(found, owners, problems):
        del found[key]
    ordered = dict(sorted(found.items(), key=lambda item: (item[1].order, item[0])))
    return Catalogue(ordered, {key: owners[key] for key in ordered}, tuple(problems))


def _unsound(found: Mapping[str, TicketField], owners: Mapping[str, str], problems: list[str]) -> list[str]:
    """Return the keys of modules' fields whose conditions ask for nothing that there is, or lead in a circle."""
    left_out: list[str] = []
    for key, one in found.items():
        if owners[key] == CONSTRUCTOR:
            continue  # checked when it was saved; a field of a module that is off merely counts as not set
        try:
            check_subjects(one, found)
        except WrongValue as error:
            problems.append(f"{owners[key]}: {key}: {error.field}: {error}")
            left_out.append(key)
    rest = {key: one for key, one in found.items() if key not in left_out}
    while ring := circle(rest):
        problems.append(f"{owners[ring[0]]}: the conditions of {', '.join(ring)} lead in a circle")
        for key in ring:
            rest.pop(key)
            left_out.append(key)
    return left_out


def constructed_fields() -> tuple[TicketField, ...]:
    """Return the administrator's own fields that are not archived; read again only when one of them has changed."""
    revision = int(get_fact(_REVISION, 0, fresh=True))
    known: _Constructed | None = _memory().get("constructed")
    if known is not None and known.revision == revision:
        return known.fields
    rows = db.session.execute(
        select(FieldDefinition.key, FieldDefinition.type, FieldDefinition.position, FieldDefinition.document)
        .where(FieldDefinition.is_archived.is_(False))
        .order_by(FieldDefinition.position, FieldDefinition.id)
    )
    fields = tuple(from_document(row.key, row.type, row.position, row.document) for row in rows)
    _memory()["constructed"] = _Constructed(revision, fields)
    return fields


def mark_changed() -> None:
    """Tell every process, with the commit of the open write transaction, that a definition has changed."""
    set_fact(_REVISION, int(get_fact(_REVISION, 0)) + 1)


def forget() -> None:
    """Let this process ask anew at once; the others do within a second."""
    _memory().pop("known", None)


def _memory() -> dict[str, Any]:
    found: dict[str, Any] = current_app.extensions.setdefault(_EXTENSION, {})
    return found
