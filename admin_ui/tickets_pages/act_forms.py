# SPDX-License-Identifier: Apache-2.0
"""What the form of a state action asks for, and whom it offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dialog_core.plugin import parties, staff, tickets

MOST_PEOPLE = 200
Need = tickets.Need


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the customer who can be named."""

    id: int
    name: str
    is_asker: bool
    may_confirm: bool
    may_represent: bool


@dataclass(frozen=True, slots=True)
class ActForm:
    """The fields of one action.

    Attributes:
        people: those whose word counts for it; empty although `asks_contact` when nobody has the right.
        can_close: a representative among them may close with the same word.
    """

    name: str
    asks_reason: bool = False
    asks_text: bool = False
    asks_executor: bool = False
    asks_target: bool = False
    asks_contact: bool = False
    needs_contact: bool = False
    asks_way: bool = False
    takes_note: bool = False
    can_close: bool = False
    people: tuple[Person, ...] = ()
    colleagues: tuple[tuple[int, str], ...] = ()


def act_form(actor: staff.Actor, view: tickets.TicketView, name: str) -> ActForm:
    """Return the form of a transition of the table."""
    row = tickets.BY_NAME[name]
    needs = frozenset(row.needs)
    by_customer = row.by is tickets.By.CUSTOMER
    people = _people(actor, view) if by_customer else ()
    known: dict[str, Any] = {"people": people}
    if Need.MAY_CONFIRM in needs:
        known["people"] = tuple(one for one in people if one.may_confirm)
        known["can_close"] = any(one.may_represent for one in known["people"])
    if Need.MAY_REPRESENT in needs:
        known["people"] = tuple(one for one in people if one.may_represent)
    if Need.EXECUTOR in needs:
        known["colleagues"] = tuple((one.id, one.name) for one in tickets.staff_choices(actor))
    return ActForm(
        name=name,
        asks_reason=Need.REASON in needs,
        asks_text=Need.TEXT in needs,
        asks_executor=Need.EXECUTOR in needs,
        asks_target=Need.TARGET in needs,
        asks_contact=by_customer,
        needs_contact=Need.CONTACT in needs,
        asks_way=by_customer or (name == "decline" and (view.chat is None or not view.chat.is_reachable)),
        takes_note=name in {"confirm", "close", "withdraw", "merge"},
        **known,
    )


def act_of(form: Any) -> tickets.Act:
    """Return what a submitted form says."""
    return tickets.Act(
        text=form.get("text", ""),
        reason=form.get("reason", ""),
        contact_id=_id(form.get("contact_id", "")),
        delivered_by=form.get("delivered_by") or None,
        executor_id=_id(form.get("executor_id", "")),
        target=form.get("target", "").strip().lstrip("№#").strip() or None,
        also_close=form.get("also_close") == "on",
    )


def people_of(actor: staff.Actor, view: tickets.TicketView) -> tuple[Person, ...]:
    """Return the people of the customer, who asked first."""
    return _people(actor, view)


def _people(actor: staff.Actor, view: tickets.TicketView) -> tuple[Person, ...]:
    found: list[Person] = []
    asker = view.contact
    if asker is not None:
        alone = view.organisation is None
        found.append(Person(asker.id, asker.full_name, True, True, asker.may_represent or alone))
    if view.organisation is None or not actor.may("party.read"):
        return tuple(found)
    organisation_id = view.organisation.id
    page = parties.list_contacts(actor, organisation_id=organisation_id, limit=MOST_PEOPLE)
    for contact in page.items:
        rights = next((one for one in contact.memberships if one.organisation_id == organisation_id), None)
        if rights is None or (asker is not None and contact.id == asker.id):
            continue
        confirms = rights.may_confirm or rights.may_represent
        found.append(Person(contact.id, contact.full_name, False, confirms, rights.may_represent))
    return tuple(found)


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
