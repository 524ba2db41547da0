# SPDX-License-Identifier: Apache-2.0
"""API tokens: shown once when made, kept as a SHA-256, valid until revoked or their owner is switched off."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import or_, select, update

from dialog_core import events
from dialog_core.clock import now
from dialog_core.database import db, write
from dialog_core.errors import NotFound, NotPermitted
from dialog_core.staff.actor import Actor
from dialog_core.staff.actors import signed_in
from dialog_core.staff.models import ApiToken, Staff
from dialog_core.staff.permissions import STAFF_MANAGE, TITLES, TOKEN_OWN
from dialog_core.staff.values import checked_title

PREFIX = "dlg_"
REMEMBERED_SECONDS = 2.0
MOST_REMEMBERED = 1_000
USE_NOTED_EVERY = timedelta(minutes=1)
_FORM = re.compile(r"dlg_[A-Za-z0-9_-]{43}")
_EXTENSION = "dialog_tokens"


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token as its owner and administrators see it."""

    id: int
    staff_id: int
    staff_email: str
    name: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who calls with a token: the token's id (for idempotency records) and the actor."""

    token_id: int
    actor: Actor
    language: str
    timezone: str


def create_token(actor: Actor, *, name: str, staff_id: int | None = None) -> str:
    """Make a token and return it in plain; it cannot be shown again.

    Args:
        staff_id: for whom; the actor themselves when None. For somebody else it takes the right to manage staff.

    Raises:
        NotPermitted, NotFound.
        WrongValue: the name is empty or too long.
    """
    owner = actor.id if staff_id is None else staff_id
    actor.require(TOKEN_OWN if owner == actor.id else STAFF_MANAGE)
    title = checked_title(name)
    plain = PREFIX + secrets.token_urlsafe(32)
    with write() as session:
        if owner is None or session.scalar(select(Staff.is_active).where(Staff.id == owner)) is not True:
            raise NotFound("There is no such active member of staff.")
        token = ApiToken(
            staff_id=owner, name=title, digest=_digest(plain), created_at=now(), last_used_at=None, revoked_at=None
        )
        session.add(token)
        session.flush()
        events.record(session, actor, "token_created", token_id=token.id, staff_id=owner, name=title)
    return plain


def revoke_token(actor: Actor, *, token_id: int) -> None:
    """Stop a token for good; it is refused at once here and within two seconds on other nodes.

    Raises:
        NotFound: there is no such token, or it is somebody else's and the actor may not manage staff.
    """
    with write() as session:
        token = session.get(ApiToken, token_id, populate_existing=True)
        if token is None or (token.staff_id != actor.id and not actor.may(STAFF_MANAGE)):
            raise NotFound("There is no such token.")
        if token.staff_id == actor.id and not (actor.may(TOKEN_OWN) or actor.may(STAFF_MANAGE)):
            raise NotPermitted(TOKEN_OWN, TITLES[TOKEN_OWN])
        if token.revoked_at is not None:
            return
        token.revoked_at = now()
        events.record(session, actor, "token_revoked", token_id=token.id, staff_id=token.staff_id, name=token.name)
    forget_remembered()


def list_tokens(actor: Actor, *, staff_id: int | None = None, everybody: bool = False) -> list[TokenView]:
    """Return the tokens of one member of staff (the actor when None), or of everybody; those revoked come last.

    Raises:
        NotPermitted: somebody else's tokens are for those who manage staff.
    """
    owner = actor.id if staff_id is None else staff_id
    actor.require(STAFF_MANAGE if everybody or owner != actor.id else TOKEN_OWN)
    query = (
        select(
            ApiToken.id, ApiToken.staff_id, Staff.email, ApiToken.name, ApiToken.created_at, ApiToken.last_used_at,
            ApiToken.revoked_at,
        )
        .join(Staff, Staff.id == ApiToken.staff_id)
        .order_by(ApiToken.revoked_at.is_not(None), ApiToken.id.desc())
        .limit(1_000)
    )  # fmt: skip
    if not everybody:
        query = query.where(ApiToken.staff_id == owner)
    return [TokenView(*row) for row in db.session.execute(query)]


def actor_by_token(plain: str) -> Bearer | None:
    """Return who a bearer token stands for, or None when it is unknown, revoked or its owner switched off.

    The answer is remembered for two seconds.
    """
    if not _FORM.fullmatch(plain):
        return None
    digest = _digest(plain)
    remembered: dict[str, tuple[float, Bearer]] = current_app.extensions.setdefault(_EXTENSION, {})
    known = remembered.get(digest)
    if known is not None and known[0] > time.monotonic():
        return known[1]
    bearer = _look_up(digest)
    if bearer is not None:
        if len(remembered) >= MOST_REMEMBERED:
            remembered.clear()
        remembered[digest] = (time.monotonic() + REMEMBERED_SECONDS, bearer)
    return bearer


def forget_remembered() -> None:
    """Let the next call of each token look into the database (after a change of staff or tokens here)."""
    current_app.extensions.pop(_EXTENSION, None)


def _look_up(digest: str) -> Bearer | None:
    row = db.session.execute(
        select(ApiToken.id, ApiToken.staff_id, ApiToken.last_used_at).where(
            ApiToken.digest == digest, ApiToken.revoked_at.is_(None)
        )
    ).one_or_none()
    if row is None:
        return None
    person = signed_in(row.staff_id, channel="api")
    if person is None:
        return None
    if row.last_used_at is None or row.last_used_at < now() - USE_NOTED_EVERY:
        _note_use(row.id)
    return Bearer(token_id=row.id, actor=person.actor, language=person.language, timezone=person.timezone)


def _note_use(token_id: int) -> None:
    at = now()
    with write() as session:
        session.execute(
            update(ApiToken)
            .where(
                ApiToken.id == token_id,
                or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at < at - USE_NOTED_EVERY),
            )
            .values(last_used_at=at)
            .execution_options(synchronize_session=False)
        )


def _digest(plain: str) -> str:
    return hashlib.sha256(plain.encode()).hexdigest()
