# SPDX-License-Identifier: Apache-2.0
"""Sign-in with e-mail and password, slowed down on every node for those who guess."""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from dialog_core import events
from dialog_core.clock import now
from dialog_core.database import db, insert_new, write
from dialog_core.errors import DialogError, WrongValue
from dialog_core.language import mark
from dialog_core.staff.actor import Actor
from dialog_core.staff.actors import SignedIn, signed_in
from dialog_core.staff.models import SignInAttempt, Staff
from dialog_core.staff.passwords import hash_password, needs_new_hash, verify_password

FORGOTTEN_AFTER = timedelta(hours=1)
_REFUSED = mark("The e-mail address or the password is wrong.")


@dataclass(frozen=True, slots=True)
class _Limit:
    """`free` failures cost nothing; each further one doubles a pause that begins at one second."""

    free: int
    longest: timedelta

    def pause(self, failures: int) -> timedelta:
        """Return how long to wait after so many failures."""
        if failures < self.free:
            return timedelta(0)
        return min(timedelta(seconds=2 ** min(failures - self.free, 20)), self.longest)


# One account from one address is blocked soon and long. An account as a whole only late and for a minute: nobody can
# keep its owner out by guessing from elsewhere. An address late as well: an office shares one.
_PAIR = _Limit(free=5, longest=timedelta(minutes=15))
_ACCOUNT = _Limit(free=50, longest=timedelta(minutes=1))
_ADDRESS = _Limit(free=30, longest=timedelta(minutes=15))


class SignInRefused(DialogError):
    """E-mail or password is wrong, or the account is switched off; which of them is not told."""

    code = "sign_in_refused"


class TooManyAttempts(DialogError):
    """Too many failed sign-ins; `retry_after` says how many seconds to wait."""

    code = "too_many_attempts"

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(mark("Too many failed attempts. Try again in %(seconds)s s."), seconds=retry_after)


def authenticate(*, email: str, password: str, address: str) -> SignedIn:
    """Check a sign-in.

    Args:
        address: IP address of the caller.

    Raises:
        SignInRefused: e-mail or password is wrong.
        TooManyAttempts: the account or the address has to wait.
    """
    staff_id = _prove(email.strip().lower()[:254], password, address)
    with write() as session:
        person = signed_in(staff_id, channel="web")
        if person is None:
            raise SignInRefused(_REFUSED)
        events.record(session, person.actor, "staff_signed_in", address=address[:60])
    return person


def check_own_password(actor: Actor, *, password: str, address: str, field: str = "password") -> None:
    """Make sure that it is the signed-in person who acts (asked before grave steps).

    Raises:
        WrongValue: the password is wrong; it names `field`.
        TooManyAttempts: the account or the address has to wait.
    """
    email = db.session.execute(select(Staff.email).where(Staff.id == actor.id)).scalar_one_or_none()
    try:
        _prove(email or "", password, address)
    except SignInRefused as refused:
        raise WrongValue(field, "The password is wrong.") from refused


def _prove(account: str, password: str, address: str) -> int:
    """Return the id of the account whose password this is.

    The attempt is counted as failed before the password is looked at, so that many guesses at once cannot slip by.
    """
    limits = _keys(account, address)
    _count(limits)
    row = db.session.execute(
        select(Staff.id, Staff.password_hash).where(Staff.email == account, Staff.is_active.is_(True))
    ).one_or_none()
    stored = None if row is None else row.password_hash
    db.session.rollback()  # hashing takes long: hold no read transaction meanwhile
    if not verify_password(stored, password) or row is None or stored is None:
        raise SignInRefused(_REFUSED)
    fresh = hash_password(password) if needs_new_hash(stored) else None
    with write() as session:
        _forgive(session, limits)
        if fresh is not None:
            session.execute(update(Staff).where(Staff.id == row.id).values(password_hash=fresh))
    return int(row.id)


def _keys(account: str, address: str) -> dict[str, _Limit]:
    network = _network(address)
    who = hashlib.sha256(account.encode()).hexdigest()[:32]
    pair = hashlib.sha256(f"{account} {network}".encode()).hexdigest()[:32]
    return {f"pair:{pair}": _PAIR, f"account:{who}": _ACCOUNT, f"address:{network}"[:80]: _ADDRESS}


def _network(address: str) -> str:
    """Return the address; of IPv6 the /64, which one household has whole."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 6:
        return str(ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))
    return str(parsed)


def _count(limits: dict[str, _Limit]) -> None:
    at = now()
    with write() as session:
        session.execute(delete(SignInAttempt).where(SignInAttempt.changed_at < at - FORGOTTEN_AFTER))
        for key in limits:
            insert_new(session, SignInAttempt, key=key, failures=0, blocked_until=None, changed_at=at)
        rows = session.execute(
            select(SignInAttempt.key, SignInAttempt.failures, SignInAttempt.blocked_until)
            .where(SignInAttempt.key.in_(limits))
            .order_by(SignInAttempt.key)
            .with_for_update()
        ).all()
        _refuse_blocked([row.blocked_until for row in rows], at)
        for row in rows:
            failures = row.failures + 1
            pause = limits[row.key].pause(failures)
            session.execute(
                update(SignInAttempt)
                .where(SignInAttempt.key == row.key)
                .values(failures=failures, blocked_until=at + pause if pause else None, changed_at=at)
            )


def _refuse_blocked(ends: list[datetime | None], at: datetime) -> None:
    wait = max(((end - at).total_seconds() for end in ends if end is not None and end > at), default=0.0)
    if wait > 0:
        raise TooManyAttempts(int(wait) + 1)


def _forgive(session: Session, limits: dict[str, _Limit]) -> None:
    """Forget the pair's failures, and take back the one that was counted in advance for account and address."""
    pair = next(iter(limits))
    session.execute(delete(SignInAttempt).where(SignInAttempt.key == pair))
    session.execute(
        update(SignInAttempt)
        .where(SignInAttempt.key.in_(limits), SignInAttempt.failures > 0)
        .values(failures=SignInAttempt.failures - 1, blocked_until=None)
        .execution_options(synchronize_session=False)
    )
