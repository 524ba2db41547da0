# SPDX-License-Identifier: Apache-2.0
"""One-time links: a random token that works once until it expires; only its SHA-256 is kept."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.database import db, write
from dialog_core.errors import DialogError
from dialog_core.installation.models import OneTimeLink
from dialog_core.language import mark

KEPT_AFTER_END = timedelta(days=30)


class LinkProblem(StrEnum):
    """Why a link does not work."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    USED = "used"


class LinkGone(DialogError):
    """A one-time link does not work any more; `problem` says why."""

    code = "link_gone"

    def __init__(self, problem: LinkProblem) -> None:
        self.problem = problem
        messages = {
            LinkProblem.UNKNOWN: mark("This link is not known: it was copied incompletely or withdrawn."),
            LinkProblem.EXPIRED: mark("This link has expired."),
            LinkProblem.USED: mark("This link has been used already: it works only once."),
        }
        super().__init__(messages[problem])


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link as its holder and the administrators may see it; `reference` names it without opening it."""

    reference: str
    purpose: str
    data: dict[str, Any]
    created_at: datetime
    expires_at: datetime


def create_link(*, purpose: str, lifetime: timedelta, data: dict[str, Any] | None = None) -> str:
    """Make a link and return its token, which is shown once and never stored."""
    token = secrets.token_urlsafe(32)
    at = now()
    with write() as session:
        session.execute(delete(OneTimeLink).where(OneTimeLink.expires_at < at - KEPT_AFTER_END))
        session.add(
            OneTimeLink(
                digest=_digest(token),
                purpose=purpose,
                data=data or {},
                created_at=at,
                expires_at=at + lifetime,
                used_at=None,
            )
        )
    return token


def check_link(token: str, *, purpose: str) -> LinkView:
    """Return what a link stands for, without using it up.

    Raises:
        LinkGone: unknown, expired or used.
    """
    row = db.session.execute(
        select(OneTimeLink).where(OneTimeLink.digest == _digest(token), OneTimeLink.purpose == purpose),
        execution_options={"populate_existing": True},
    ).scalar_one_or_none()
    if row is None:
        raise LinkGone(LinkProblem.UNKNOWN)
    if row.used_at is not None:
        raise LinkGone(LinkProblem.USED)
    if row.expires_at <= now():
        raise LinkGone(LinkProblem.EXPIRED)
    return _view(row)


def use_link(session: Session, token: str, *, purpose: str) -> LinkView:
    """Use a link up, inside the transaction of what it permits; of two at once only one succeeds.

    Raises:
        LinkGone: unknown, expired or used.
    """
    link = check_link(token, purpose=purpose)
    used = session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.digest == link.reference, OneTimeLink.used_at.is_(None))
        .values(used_at=now())
        .returning(OneTimeLink.digest)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if used is None:
        raise LinkGone(LinkProblem.USED)
    return link


def keep_with_link(token: str, *, purpose: str, lifetime: timedelta, **entries: Any) -> None:
    """Remember entries with a link that is in use, and give its holder `lifetime` from now to go on.

    Raises:
        LinkGone: unknown, expired or used.
    """
    with write() as session:
        link = check_link(token, purpose=purpose)
        session.execute(
            update(OneTimeLink)
            .where(OneTimeLink.digest == link.reference)
            .values(data={**link.data, **entries}, expires_at=max(link.expires_at, now() + lifetime))
            .execution_options(synchronize_session=False)
        )


def withdraw_link(session: Session, reference: str, *, purpose: str) -> LinkView | None:
    """Make an unused link unusable; returns what it was, or None when there was none."""
    row = session.get(OneTimeLink, reference)
    if row is None or row.purpose != purpose or row.used_at is not None:
        return None
    view = _view(row)
    session.delete(row)
    session.flush()
    return view


def open_links(*, purpose: str) -> list[LinkView]:
    """Return links that still work, the newest first."""
    rows = db.session.execute(
        select(OneTimeLink)
        .where(OneTimeLink.purpose == purpose, OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now())
        .order_by(OneTimeLink.created_at.desc())
        .limit(500)
    ).scalars()
    return [_view(row) for row in rows]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _view(row: OneTimeLink) -> LinkView:
    return LinkView(
        reference=row.digest,
        purpose=row.purpose,
        data=dict(row.data),
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
