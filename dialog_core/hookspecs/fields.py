# SPDX-License-Identifier: Apache-2.0
"""Fields of tickets: what the regulation asks for at intake, and further fields that administrators and modules add."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from dialog_core.hookspecs.markers import HookKind, hookspec


@dataclass(frozen=True, slots=True)
class IntakeView:
    """What is known of a request when completeness is judged."""

    kind: str
    subject: str
    description: str
    category: str | None
    organisation_name: str
    organisation_address: str
    contact_name: str
    contact_phones: tuple[str, ...]
    contact_emails: tuple[str, ...]
    fields: dict[str, str | bool | int | Decimal | None]
    """Values of further fields that are set, by key; one that is no plain value stands as its words."""


@dataclass(frozen=True, slots=True)
class IntakeField:
    """One thing to ask for.

    Attributes:
        name: stable key, prefixed with the module's name unless it is the core's.
        title: `{"ru": …, "en": …}`.
        is_known: whether the request already tells it.
    """

    name: str
    title: dict[str, str]
    is_known: Callable[[IntakeView], bool]


class FieldType(StrEnum):
    """What a field holds; it never changes once the field is there."""

    TEXT = "text"
    """One line of at most 300 characters."""
    NUMBER = "number"
    """A decimal number below 10^12 with at most 6 places, exact."""
    MONEY = "money"
    """An amount with at most 2 places in one of the field's currencies."""
    DATE = "date"
    """A day from 1900 to 2199."""
    CHOICE = "choice"
    MULTI_CHOICE = "multi_choice"
    TREE = "tree"
    """One option out of a tree of options, at any level."""
    PERSON = "person"
    """A colleague or a contact, as `TicketField.people` says."""
    FILE = "file"
    """One file; it stands in the ticket as an attachment of an internal note."""


class PeopleOf(StrEnum):
    """Whom a field of type person names."""

    STAFF = "staff"
    CONTACTS = "contacts"


class Comparison(StrEnum):
    """The tests that a condition can make."""

    EQUALS = "equals"
    ONE_OF = "one_of"
    SET = "set"


@dataclass(frozen=True, slots=True)
class FieldOption:
    """One option of a choice.

    Attributes:
        code: stable, unique within the field: lower-case letters, digits and _, at most 60.
        title: `{"ru": …, "en": …}`.
        parent: code of the option above it, in a tree.
        is_archived: stays where it was chosen, and is not offered any more.
    """

    code: str
    title: dict[str, str]
    parent: str | None = None
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """One test of a condition; a condition is a tuple of them, all of which must hold.

    Attributes:
        subject: `kind`, `priority`, `organisation`, or the key of another field.
        values: what the subject is compared with, as text: a word of the vocabulary, an id, an option's code, a date
            such as `2026-01-31`. One value with EQUALS, at least one with ONE_OF, none with SET.
    """

    subject: str
    test: Comparison
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TicketField:
    """One field of tickets.

    Attributes:
        key: stable and unique: lower-case letters, digits and _, at most 80, prefixed with the module's name and _.
            The fields that administrators make begin with `custom_`.
        title: `{"ru": …, "en": …}`; `help` likewise, may be empty.
        kinds: kinds of request that have the field; empty means every kind.
        visible_when: all of it must hold; a field that is not visible is neither shown nor asked for.
        required_when: None means never, an empty tuple always. Only staff and callers of the API are held to it;
            a channel makes its ticket from what it has.
        options: with choice, multi-choice and tree, in their order.
        currencies: ISO 4217 codes, with money; the first is offered first.
        people: with person.
        low, high: bounds of a number or an amount, both included.
        default: what a new ticket gets when nothing is given, as the API writes it; not with person and file.
        in_list: whether lists of tickets show the value.
        order: position, smaller is higher.
    """

    key: str
    type: FieldType
    title: dict[str, str]
    help: dict[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    visible_when: tuple[Clause, ...] = ()
    required_when: tuple[Clause, ...] | None = None
    options: tuple[FieldOption, ...] = ()
    currencies: tuple[str, ...] = ()
    people: PeopleOf = PeopleOf.STAFF
    low: Decimal | None = None
    high: Decimal | None = None
    default: object = None
    in_list: bool = False
    order: int = 100


@hookspec(kind=HookKind.COLLECT, since="0.1", budget=0.5)
def ticket_fields() -> Iterable[TicketField]:
    """Bring fields that tickets have beside those of the regulation.

    Called: at most once a second while tickets are worked with, and what it returned counts for that long: a field is
    live on the next request without a restart. Process: every one. Transaction: a read transaction may be open; read
    little, write nothing.
    Return: the module's fields. A key without the module's prefix, a key used twice, or a condition that leads back to
    its own field is an error of the module: that field is left out.
    While the module is off its values stay with the tickets and are not shown.
    On error: the module's fields are left out, their values stay; the failure is recorded.
    """


@hookspec(kind=HookKind.COLLECT, since="0.1", budget=0.05)
def intake_fields(kind: str) -> Iterable[IntakeField]:
    """Say what should be asked for at intake of a request of this kind.

    Called: when a ticket is shown or returned. Process: web and jobs. Transaction: may be open; read nothing.
    Return: the fields; a name used twice is an error of the later module.
    On error: the module's fields are left out.
    """
