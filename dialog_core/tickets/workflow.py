# SPDX-License-Identifier: Apache-2.0
"""The lifecycle as one table (REGULATION.md, "How it ends"). UI, API, docs and tests read it; nothing else decides.

No database and no Flask here: the table and two look-ups.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dialog_core.staff.permissions import TICKET_DECLINE, TICKET_WORK
from dialog_core.tickets.vocabulary import OPEN_STATES, Outcome, State


class By(StrEnum):
    """On whose will a transition happens."""

    STAFF = "staff"
    CUSTOMER = "customer"
    """A customer's contact; staff may record what a contact told them, naming the contact."""
    SYSTEM = "system"


class Need(StrEnum):
    """What a transition needs beside the right state; the words appear in `missing` of a refusal."""

    EXECUTOR = "executor"
    TEXT = "text"
    REASON = "reason"
    DELIVERY = "delivered_by"
    """The text travels through the ticket's chat, or it is said how it was given (`call`, `in_person`, …)."""
    CONTACT = "contact"
    MAY_CONFIRM = "contact.may_confirm"
    MAY_REPRESENT = "contact.may_represent"
    SILENCE_TERM = "contract.silence_days"
    TARGET = "target"


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table.

    Attributes:
        name: as in the regulation and the API.
        sources: states from which it starts.
        target: state to which it leads.
        by: on whose will.
        needs: what it needs, in the order in which it is asked for.
        permission: what staff need to do or record it; None where staff cannot.
        outcome: how the ticket ended, when `target` is closed.
        first: from a state outside of `sources`, the transition that is done first in the same act.
        through: a state that the ticket passes on the way and that is recorded too.
    """

    name: str
    sources: frozenset[State]
    target: State
    by: By
    needs: tuple[Need, ...] = ()
    permission: str | None = TICKET_WORK
    outcome: Outcome | None = None
    first: tuple[tuple[State, str], ...] = ()
    through: State | None = None


def _row(
    name: str,
    sources: tuple[State, ...],
    target: State,
    by: By,
    *needs: Need,
    permission: str | None = TICKET_WORK,
    outcome: Outcome | None = None,
    first: tuple[tuple[State, str], ...] = (),
    through: State | None = None,
) -> Transition:
    return Transition(name, frozenset(sources), target, by, needs, permission, outcome, first, through)


_S = State
TABLE: tuple[Transition, ...] = (
    _row("start", (_S.REGISTERED,), _S.IN_PROGRESS, By.STAFF, Need.EXECUTOR),
    _row(
        "decline", (_S.REGISTERED,), _S.CLOSED, By.STAFF, Need.REASON, Need.TEXT,
        permission=TICKET_DECLINE, outcome=Outcome.DECLINED,
    ),
    _row(
        "request_information", (_S.IN_PROGRESS,), _S.WAITING_CUSTOMER, By.STAFF, Need.TEXT, Need.DELIVERY,
        first=((_S.REGISTERED, "start"),),
    ),
    _row("receive_information", (_S.WAITING_CUSTOMER,), _S.IN_PROGRESS, By.CUSTOMER, Need.TEXT),
    _row("resume", (_S.WAITING_CUSTOMER,), _S.IN_PROGRESS, By.STAFF, Need.TEXT),
    _row(
        "answer", (_S.IN_PROGRESS,), _S.ANSWERED, By.STAFF, Need.TEXT, Need.DELIVERY,
        first=((_S.REGISTERED, "start"), (_S.WAITING_CUSTOMER, "resume")),
    ),
    _row("recall", (_S.ANSWERED,), _S.IN_PROGRESS, By.STAFF, Need.REASON),
    _row("confirm", (_S.ANSWERED,), _S.COMPLETED, By.CUSTOMER, Need.CONTACT, Need.MAY_CONFIRM),
    _row("dispute", (_S.ANSWERED, _S.COMPLETED), _S.IN_PROGRESS, By.CUSTOMER, Need.REASON),
    _row(
        "close", (_S.COMPLETED,), _S.CLOSED, By.CUSTOMER, Need.CONTACT, Need.MAY_REPRESENT, outcome=Outcome.CONFIRMED
    ),
    _row(
        "silence", (_S.ANSWERED, _S.COMPLETED), _S.CLOSED, By.SYSTEM, Need.SILENCE_TERM,
        permission=None, outcome=Outcome.SILENCE, through=_S.COMPLETED,
    ),
    _row("withdraw", OPEN_STATES, _S.CLOSED, By.CUSTOMER, Need.CONTACT, outcome=Outcome.WITHDRAWN),
    _row("merge", OPEN_STATES, _S.CLOSED, By.STAFF, Need.TARGET, outcome=Outcome.MERGED),
)  # fmt: skip

BY_NAME = {row.name: row for row in TABLE}


def rows_from(state: State) -> tuple[Transition, ...]:
    """Return the transitions that can be begun in a state, combined ones included."""
    return tuple(row for row in TABLE if path(row, state))


def path(row: Transition, state: State) -> tuple[Transition, ...]:
    """Return the rows to do, in order, to make a transition from a state; empty when the table has no way."""
    if state in row.sources:
        return (row,)
    for source, name in row.first:
        if source is state:
            return (BY_NAME[name], row)
    return ()
