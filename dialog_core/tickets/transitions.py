# SPDX-License-Identifier: Apache-2.0
"""Move a ticket along the table of transitions: who may, what is needed, what is recorded."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialog_core.conversations import (
    DeliveredBy,
    EntryKind,
    NewFile,
    Said,
    route_to_customer,
    tell_customer,
    write_entry,
)
from dialog_core.database import write
from dialog_core.errors import NotAllowedNow, NotPermitted, WrongValue
from dialog_core.language import Terms
from dialog_core.parties.models import Contact
from dialog_core.staff.actor import Actor, ActorKind
from dialog_core.staff.permissions import TICKET_ASSIGN
from dialog_core.tickets import titles
from dialog_core.tickets.acting import hold, perform
from dialog_core.tickets.executors import make_responsible
from dialog_core.tickets.merging import merge_into
from dialog_core.tickets.models import Ticket
from dialog_core.tickets.rights import customer_rights
from dialog_core.tickets.vetoes import check_transition
from dialog_core.tickets.vocabulary import State
from dialog_core.tickets.workflow import BY_NAME, By, Need, Transition, path

_ENTRY_OF = {
    "decline": EntryKind.REFUSAL,
    "request_information": EntryKind.QUESTION,
    "answer": EntryKind.ANSWER,
    "receive_information": EntryKind.MESSAGE,
    "resume": EntryKind.NOTE,
    "recall": EntryKind.REASON,
    "dispute": EntryKind.REASON,
}


@dataclass(frozen=True, slots=True)
class Act:
    """What goes with a transition; the table says what is needed.

    Attributes:
        contact_id: the customer's contact on whose word it happens; a contact that acts itself need not be named.
        delivered_by: how the text was given, or the contact's word taken, without the ticket's chat.
        executor_id: staff id for `start`; the actor when nobody is named.
        target: number of the ticket to merge into.
        said: the message of the customer in a channel, when there is one.
        also_close: with `confirm`, close in the same act (a representative's confirmation).
    """

    text: str = ""
    reason: str = ""
    contact_id: int | None = None
    delivered_by: str | None = None
    executor_id: int | None = None
    target: str | None = None
    files: tuple[NewFile, ...] = ()
    said: Said | None = None
    also_close: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of it.

    Attributes:
        performed: names of the rows done now, in order.
        on_its_way: the text travels; the state changes when its delivery is proven.
    """

    ticket_id: int
    state: str
    outcome: str | None
    performed: tuple[str, ...]
    entry_id: int | None = None
    delivery_ids: tuple[int, ...] = ()
    on_its_way: bool = False


def transition(actor: Actor, ticket_id: int, name: str, act: Act | None = None) -> Moved:
    """Do a transition, with the one that has to come first in the same act.

    Raises:
        NotFound: there is no such ticket.
        WrongValue: there is no such transition, or a value cannot be read.
        NotPermitted: the actor may not do or record it, or names another executor without `ticket.assign`.
        NotAllowedNow: the table has no way from here, something it needs is missing (`missing`), or a module refuses.
    """
    act = act or Act()
    row = BY_NAME.get(name)
    if row is None:
        raise WrongValue("transition", "There is no transition “%(name)s”.", name=name)
    _check_actor(actor, row)
    if act.delivered_by is not None and act.delivered_by not in {*DeliveredBy}:
        raise WrongValue("delivered_by", "Use one of: %(known)s.", known=", ".join(DeliveredBy))
    with write() as session:
        ticket = hold(session, ticket_id)
        rows = path(row, State(ticket.state))
        if not rows:
            raise NotAllowedNow(
                "“%(transition)s” is not possible while the ticket is in the state “%(state)s”.",
                transition=titles.TRANSITIONS[name], state=titles.STATES[ticket.state],
            )  # fmt: skip
        act = _with_contact(session, actor, row, act)
        missing = _missing(session, ticket, row, act)
        if missing:
            raise _refused(row, missing)
        for step in rows:
            check_transition(
                actor, ticket, step,
                text=act.text, reason=act.reason, contact_id=act.contact_id, delivered_by=act.delivered_by,
            )  # fmt: skip
        return _do(session, actor, ticket, rows, act)


def _do(session: Session, actor: Actor, ticket: Ticket, rows: tuple[Transition, ...], act: Act) -> Moved:
    performed = []
    for row in rows[:-1]:
        _prepare(session, actor, ticket, row, act)
        # The text that follows is the note that going on without an answer needs (REGULATION.md, "How it ends").
        perform(session, actor, ticket, row, note=act.text if Need.TEXT in row.needs else None)
        performed.append(row.name)
    row = rows[-1]
    _prepare(session, actor, ticket, row, act)
    entry_id = _write_text(session, actor, ticket, row, act)
    delivery_ids: tuple[int, ...] = ()
    if row.name in {"answer", "request_information", "decline"} and entry_id is not None and not act.delivered_by:
        delivery_ids = tell_customer(session, ticket, entry_id)
    if Need.DELIVERY in row.needs and delivery_ids:
        ticket.answer_on_its_way = True
        ticket.version += 1
        session.flush()
        return Moved(ticket.id, ticket.state, ticket.outcome, tuple(performed), entry_id, delivery_ids, on_its_way=True)
    perform(
        session, actor, ticket, row,
        reason=act.reason or None, contact=act.contact_id, delivered_by=act.delivered_by, entry=entry_id,
        target=act.target,
    )  # fmt: skip
    performed.append(row.name)
    if row.name == "merge":
        merge_into(session, actor, ticket, act.target or "")
    if row.name == "confirm" and act.also_close:
        _close_too(session, actor, ticket, act)
        performed.append("close")
    return Moved(ticket.id, ticket.state, ticket.outcome, tuple(performed), entry_id, delivery_ids)


def _close_too(session: Session, actor: Actor, ticket: Ticket, act: Act) -> None:
    row = BY_NAME["close"]
    missing = _missing(session, ticket, row, act)
    if missing:
        raise _refused(row, missing)
    perform(session, actor, ticket, row, contact=act.contact_id, delivered_by=act.delivered_by)


def _refused(row: Transition, missing: list[Need]) -> NotAllowedNow:
    return NotAllowedNow(
        "For “%(transition)s” something is missing: %(needs)s.",
        missing=tuple(need.value for need in missing),
        transition=titles.TRANSITIONS[row.name], needs=Terms(titles.NEEDS[need.value] for need in missing),
    )  # fmt: skip


def _check_actor(actor: Actor, row: Transition) -> None:
    if actor.kind is ActorKind.STAFF:
        if row.permission is None:
            raise NotPermitted("system")
        actor.require(row.permission)
    elif actor.kind is ActorKind.CONTACT and row.by is not By.CUSTOMER:
        raise NotPermitted(row.permission or "system")


def _with_contact(session: Session, actor: Actor, row: Transition, act: Act) -> Act:
    if row.by is not By.CUSTOMER:
        return act
    contact_id = actor.id if actor.kind is ActorKind.CONTACT else act.contact_id
    if contact_id is not None and session.get(Contact, contact_id) is None:
        raise WrongValue("contact", "There is no contact %(id)s.", id=contact_id)
    values = {name: getattr(act, name) for name in Act.__slots__}
    return Act(**{**values, "contact_id": contact_id})


def _missing(session: Session, ticket: Ticket, row: Transition, act: Act) -> list[Need]:
    rights = customer_rights(session, ticket, act.contact_id)
    has_text = bool(act.text.strip() or act.files or (act.said and (act.said.text.strip() or act.said.files)))
    present = {
        Need.EXECUTOR: True,
        Need.TEXT: has_text,
        Need.REASON: bool(act.reason.strip()),
        Need.CONTACT: act.contact_id is not None and rights.is_concerned,
        Need.MAY_CONFIRM: rights.may_confirm,
        Need.MAY_REPRESENT: rights.may_represent,
        Need.DELIVERY: act.delivered_by is not None or route_to_customer(session, ticket) is not None,
        Need.SILENCE_TERM: ticket.contract is not None and ticket.contract.silence_days is not None,
        Need.TARGET: bool(act.target),
    }
    return [need for need in row.needs if not present[need]]


def _prepare(session: Session, actor: Actor, ticket: Ticket, row: Transition, act: Act) -> None:
    if row.name in {"answer", "request_information"} and ticket.answer_on_its_way:
        raise NotAllowedNow("An answer is on its way already; wait until it is delivered or fails.")
    if row.name == "start":
        if actor.kind is ActorKind.STAFF and act.executor_id not in {None, actor.id, ticket.responsible_id}:
            actor.require(TICKET_ASSIGN)
        try:
            make_responsible(session, actor, ticket, act.executor_id)
        except WrongValue as error:
            raise WrongValue("executor", error.message, **error.values) from None


def _write_text(session: Session, actor: Actor, ticket: Ticket, row: Transition, act: Act) -> int | None:
    kind = _ENTRY_OF.get(row.name)
    if kind is None:
        text, kind = act.text or act.reason, EntryKind.NOTE
    else:
        text = act.reason if kind is EntryKind.REASON else act.text
    if act.said is None and not text.strip() and not act.files:
        return None
    author = None
    if actor.kind is ActorKind.STAFF and act.contact_id is not None and kind in {EntryKind.MESSAGE, EntryKind.REASON}:
        name = session.scalar(select(Contact.full_name).where(Contact.id == act.contact_id))
        author = (act.contact_id, name or "")
    said = act.said or Said(text=text, files=act.files, author=author, delivered_by=act.delivered_by)
    return write_entry(session, actor, ticket, kind, said)
