# SPDX-License-Identifier: Apache-2.0
"""Whether a request stands under a contract in force (REGULATION.md, "Who may ask")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.parties.models import Contract, Organisation


class Entitlement(StrEnum):
    """Words kept with the ticket; the request is registered whatever the answer is."""

    COVERED = "covered"
    NO_CONTRACT = "no_contract"
    KIND_NOT_COVERED = "kind_not_covered"
    NO_ORGANISATION = "no_organisation"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What covers a request.

    Attributes:
        contract_id: the covering contract, the one that began last when there are several; else None.
        silence_days: days after which silence counts as consent under that contract, or None: never.
    """

    state: Entitlement
    contract_id: int | None = None
    silence_days: int | None = None


def coverage(session: Session, *, organisation_id: int | None, kind: str, at: datetime | None = None) -> Coverage:
    """Find the contract in force for a request of `kind` that came at `at` (default now).

    The first and the last day of a contract both count, in the organisation's own time zone.
    """
    if organisation_id is None:
        return Coverage(Entitlement.NO_ORGANISATION)
    # One statement: an organisation has few contracts, and the day is known only with its time zone.
    rows = session.execute(
        select(
            Organisation.timezone,
            Contract.id,
            Contract.starts_on,
            Contract.ends_on,
            Contract.kinds,
            Contract.silence_days,
        )
        .outerjoin(Contract, Contract.organisation_id == Organisation.id)
        .where(Organisation.id == organisation_id)
        .order_by(Contract.starts_on.desc(), Contract.id.desc())
    ).all()
    if not rows:
        return Coverage(Entitlement.NO_ORGANISATION)
    day = local_day(at or now(), rows[0].timezone)
    in_force = [
        row
        for row in rows
        if row.id is not None and row.starts_on <= day and (row.ends_on is None or row.ends_on >= day)
    ]
    for row in in_force:
        if not row.kinds or kind in row.kinds:
            return Coverage(Entitlement.COVERED, row.id, row.silence_days)
    return Coverage(Entitlement.KIND_NOT_COVERED if in_force else Entitlement.NO_CONTRACT)


def local_day(moment: datetime, zone: str) -> date:
    """Return the calendar day at `moment` in a named zone; UTC when the zone is not known."""
    try:
        return moment.astimezone(ZoneInfo(zone)).date()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return moment.astimezone(UTC).date()
