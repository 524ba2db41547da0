# SPDX-License-Identifier: Apache-2.0
"""Forms that are sent twice (a double click, a reload, a shaky connection) act once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.database import insert_new, write
from dialog_core.errors import NotPermitted, WrongValue
from dialog_core.staff.actor import Actor, ActorKind
from dialog_core.staff.models import FormSubmission

KEPT = timedelta(hours=24)
SWEPT_AT_ONCE = 20
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True)
class Submitted:
    """What a form did: the result of the first submission, and whether that was this one."""

    result: str
    is_new: bool


def do_once(actor: Actor, key: str, change: Callable[[], str]) -> Submitted:
    """Run `change` in a write transaction unless this person's form with this key did so already.

    The key is written with the change itself: either both are there or neither, so a form that was refused can be
    sent again. Two submissions at the same moment queue, and the second one gets the result of the first.

    Args:
        key: 16 to 64 letters, digits, `-` and `_`, made anew for each form that is shown.
        change: returns what a repetition should be told, at most 200 characters (an id).

    Raises:
        NotPermitted: the actor is no member of staff.
        WrongValue: the key is none.
    """
    if actor.kind is not ActorKind.STAFF or actor.id is None:
        raise NotPermitted("staff")
    if not _KEY.fullmatch(key):
        raise WrongValue("form_key", "The form is damaged. Load the page again.")
    with write() as session:
        mine = (FormSubmission.staff_id == actor.id, FormSubmission.key == key)
        _sweep(session)
        if not insert_new(session, FormSubmission, staff_id=actor.id, key=key, result="", created_at=now()):
            earlier = session.scalar(select(FormSubmission.result).where(*mine))
            return Submitted(earlier or "", is_new=False)
        result = change()[:200]
        session.execute(
            update(FormSubmission).where(*mine).values(result=result).execution_options(synchronize_session=False)
        )
        return Submitted(result, is_new=True)


def _sweep(session: Session) -> None:
    """Forget a few old keys, so that the table stays as large as a day."""
    old = (
        select(FormSubmission.staff_id, FormSubmission.key)
        .where(FormSubmission.created_at <= now() - KEPT)
        .limit(SWEPT_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    found = [(staff_id, key) for staff_id, key in session.execute(old)]
    if found:
        session.execute(delete(FormSubmission).where(tuple_(FormSubmission.staff_id, FormSubmission.key).in_(found)))
