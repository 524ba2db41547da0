# SPDX-License-Identifier: Apache-2.0
"""The roles that exist from the start."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialog_core.database import insert_new
from dialog_core.staff.models import Role
from dialog_core.staff.permissions import BUILT_IN_ROLES


def ensure_roles(session: Session) -> None:
    """Insert the built-in roles that are missing; safe with several processes at once.

    A role that is there stays as it is, because roles can be changed.
    """
    known = set(session.scalars(select(Role.name)))
    for name, title_ru, title_en, permissions in BUILT_IN_ROLES:
        if name not in known:
            insert_new(session, Role, name=name, title_ru=title_ru, title_en=title_en, permissions=sorted(permissions))
