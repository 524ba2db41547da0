# SPDX-License-Identifier: Apache-2.0
"""Revisions of a module's settings: who changed what, the way back to one, secrets never shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from dialog_core.database import db
from dialog_core.errors import NotFound
from dialog_core.modules.generations.wanted import read_current
from dialog_core.modules.models import ModuleSettings
from dialog_core.modules.settings.saving import HIDDEN, save_settings
from dialog_core.modules.settings.stored import SECRET_MARK, decrypt, this_config
from dialog_core.staff import Actor
from dialog_core.staff.permissions import MODULE_MANAGE


@dataclass(frozen=True, slots=True)
class SettingChange:
    """One setting that differs; of a secret only that it was set, changed or removed: `***` stands for a value."""

    name: str
    old: Any
    new: Any
    is_secret: bool


@dataclass(frozen=True, slots=True)
class SettingsRevision:
    """One revision of a module's settings.

    Attributes:
        changes: how it differs from the one before.
        to_current: what going back to it would change.
    """

    revision: int
    changed_by: str
    changed_at: datetime
    changes: tuple[SettingChange, ...]
    to_current: tuple[SettingChange, ...]
    is_current: bool


def list_settings_revisions(actor: Actor, *, module: str, limit: int = 50) -> list[SettingsRevision]:
    """Return the latest revisions of a module's settings, newest first.

    Raises:
        NotFound: the module is not installed.
    """
    actor.require(MODULE_MANAGE)
    with db.engine.connect() as connection:
        if read_current(connection).entry(module) is None:
            raise NotFound("The module “%(name)s” is not installed.", name=module[:60])
        query = select(ModuleSettings.__table__).where(ModuleSettings.module == module)
        rows = connection.execute(query.order_by(ModuleSettings.revision.desc()).limit(limit + 1)).all()
    plain = [(row, decrypt(module, row.values, this_config()), _secret_names(row.values)) for row in rows]
    found = []
    for place, (row, values, secrets) in enumerate(plain[:limit]):
        before, hidden = (plain[place + 1][1], plain[place + 1][2]) if place + 1 < len(plain) else ({}, frozenset())
        found.append(
            SettingsRevision(
                revision=row.revision,
                changed_by=row.changed_by,
                changed_at=row.changed_at,
                changes=compare(before, values, hidden | secrets),
                to_current=compare(plain[0][1], values, plain[0][2] | secrets),
                is_current=place == 0,
            )
        )
    return found


def revert_settings(actor: Actor, *, module: str, revision: int) -> int:
    """Bring the settings of a revision back, secrets too, as a new revision whose number is returned.

    They are checked again by the schema of the version that is installed now; settings that it does not know any more
    are left out.

    Raises:
        NotFound: there is no such revision, or the module is not installed.
        SettingsRefused: the module's schema does not accept them any more.
        NotAllowedNow: a required value would be missing in an enabled module, or the settings were changed meanwhile.
    """
    actor.require(MODULE_MANAGE)
    with db.engine.connect() as connection:
        current = read_current(connection)
        query = select(ModuleSettings.values).where(
            ModuleSettings.module == module, ModuleSettings.revision == revision
        )
        stored = connection.scalar(query)
    if stored is None or current.entry(module) is None:
        raise NotFound("There is no such revision of the settings.")
    wanted: dict[str, Any] = dict.fromkeys(field["name"] for field in current.form(module))
    values = decrypt(module, stored, this_config())
    return save_settings(actor, module=module, values={name: values.get(name) for name in wanted})


def compare(old: Mapping[str, Any], new: Mapping[str, Any], secrets: frozenset[str]) -> tuple[SettingChange, ...]:
    """Return the settings that differ, by name; values of secrets are told apart, but never shown."""
    return tuple(
        SettingChange(
            name,
            _shown(old.get(name), is_secret=name in secrets),
            _shown(new.get(name), is_secret=name in secrets),
            name in secrets,
        )
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    )


def _shown(value: Any, *, is_secret: bool) -> Any:
    return HIDDEN if is_secret and value not in (None, "") else value


def _secret_names(values: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(name for name, value in values.items() if isinstance(value, dict) and SECRET_MARK in value)
