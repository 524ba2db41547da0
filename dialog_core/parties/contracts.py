# SPDX-License-Identifier: Apache-2.0
"""Operations on contracts and cooperation agreements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialog_core import events
from dialog_core.database import write
from dialog_core.errors import WrongValue
from dialog_core.parties.changes import Cleaner, apply_changes, check_version, load_for_change
from dialog_core.parties.models import Contract, Organisation
from dialog_core.parties.names import clean_line, clean_text
from dialog_core.parties.organisations import NOT_FOUND as NO_ORGANISATION
from dialog_core.staff import Actor
from dialog_core.staff.permissions import CONTRACT_EDIT

NOT_FOUND = "There is no contract with the id %(id)s."
CONTRACT_KINDS = ("contract", "agreement")
"""A paid service contract, or a cooperation agreement."""
LONGEST_SILENCE = 365


def create_contract(
    actor: Actor,
    *,
    organisation_id: int,
    number: str,
    starts_on: date,
    kind: str = "contract",
    ends_on: date | None = None,
    kinds: Sequence[str] = (),
    silence_days: int | None = None,
    notes: str = "",
) -> int:
    """Create a contract and return its id.

    `kinds` are the kinds of request that it covers, empty for all; `silence_days` is the term after which
    silence counts as consent, None for never.

    Raises:
        NotPermitted: without `contract.edit`.
        NotFound: there is no such organisation.
        WrongValue: a value cannot be accepted, or the organisation has a contract of this number.
    """
    actor.require(CONTRACT_EDIT)
    with write() as session:
        given = {
            "number": number,
            "kind": kind,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "kinds": kinds,
            "silence_days": silence_days,
            "notes": notes,
        }
        values = {name: CLEANERS[name](value) for name, value in given.items()}
        contract = Contract(organisation_id=organisation_id, version=1, **values)
        _check_whole(session, contract)
        session.add(contract)
        session.flush()
        data: dict[str, Any] = {"organisation_id": organisation_id, "contract_id": contract.id, "after": _plain(values)}
        events.record(session, actor, "contract_created", **data)
        return contract.id


def update_contract(actor: Actor, contract_id: int, *, version: int | None = None, **changes: Any) -> int:
    """Change the given values of a contract (those of `create_contract`) and return its version.

    Raises:
        NotPermitted: without `contract.edit`.
        NotFound: there is no such contract.
        NotAllowedNow: it was changed since `version`.
        WrongValue: a value cannot be accepted.
    """
    actor.require(CONTRACT_EDIT)
    with write() as session:
        contract = load_for_change(session, Contract, contract_id, NOT_FOUND)
        check_version(contract, version)
        before, after = apply_changes(contract, changes, CLEANERS)
        if after:
            _check_whole(session, contract)
            session.flush()
            data: dict[str, Any] = {"organisation_id": contract.organisation_id, "contract_id": contract_id}
            events.record(session, actor, "contract_changed", **data, before=_plain(before), after=_plain(after))
        return contract.version


def _checked_kind(value: str) -> str:
    if value not in CONTRACT_KINDS:
        raise WrongValue("kind", "Choose one of: %(choices)s.", choices=", ".join(CONTRACT_KINDS))
    return value


def _checked_kinds(values: Sequence[str]) -> list[str]:
    from dialog_core.tickets import Kind  # tickets stand on parties; only their words are needed here

    known = [str(kind) for kind in Kind]
    for value in values:
        if value not in known:
            raise WrongValue("kinds", "Choose one of: %(choices)s.", choices=", ".join(known))
    return [kind for kind in known if kind in values]


def _checked_silence(value: int | None) -> int | None:
    if value is not None and not 1 <= value <= LONGEST_SILENCE:
        raise WrongValue("silence_days", "Enter a number from %(low)s to %(high)s.", low=1, high=LONGEST_SILENCE)
    return value


def _checked_day(field: str, value: date | None, *, required: bool) -> date | None:
    if value is None and required:
        raise WrongValue(field, "This must not be empty.")
    if value is not None and not 1990 <= value.year <= 2200:
        raise WrongValue(field, "This date cannot be meant.")
    return value


CLEANERS: dict[str, Cleaner] = {
    "number": lambda value: clean_line(value, "number", limit=80, required=True),
    "kind": _checked_kind,
    "starts_on": lambda value: _checked_day("starts_on", value, required=True),
    "ends_on": lambda value: _checked_day("ends_on", value, required=False),
    "kinds": _checked_kinds,
    "silence_days": _checked_silence,
    "notes": lambda value: clean_text(value, "notes", limit=10_000),
}


def _check_whole(session: Session, contract: Contract) -> None:
    load_for_change(session, Organisation, contract.organisation_id, NO_ORGANISATION)  # numbers are compared one by one
    if contract.ends_on is not None and contract.ends_on < contract.starts_on:
        raise WrongValue("ends_on", "The contract cannot end before it begins.")
    twins = session.scalars(
        select(Contract.id).where(
            Contract.organisation_id == contract.organisation_id, Contract.number == contract.number
        )
    )
    if set(twins) - {contract.id}:
        raise WrongValue("number", "This organisation has a contract of this number already.")


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
