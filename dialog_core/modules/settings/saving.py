# SPDX-License-Identifier: Apache-2.0
"""Settings of modules: validated in a fresh process, kept in revisions, secrets encrypted and never shown again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError

from dialog_core.clock import now
from dialog_core.config import Config
from dialog_core.database import db, write
from dialog_core.errors import NotAllowedNow, NotFound, WrongValue
from dialog_core.events import record
from dialog_core.installation import load_or_create
from dialog_core.language import Titles
from dialog_core.modules.fresh_process import ProcessEnded, run_fresh
from dialog_core.modules.generations.build import build
from dialog_core.modules.generations.wanted import Current, read_current
from dialog_core.modules.models import ModuleSettings
from dialog_core.modules.settings.stored import SECRET_MARK, decrypt, forget_cached, read_latest, this_config
from dialog_core.staff import Actor
from dialog_core.staff.permissions import MODULE_MANAGE

HIDDEN = "***"
SECONDS = 30.0


class SettingsRefused(WrongValue):
    """Values that the module's schema does not accept; `errors` names them all, field by field."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        self.errors = errors
        name, messages = next(iter(errors.items()))
        super().__init__(name, "%(name)s: %(reason)s", name=name, reason=" ".join(messages))


@dataclass(frozen=True, slots=True)
class SettingsView:
    """Settings as an administrator sees them.

    Attributes:
        form: the fields, see `FormField`.
        values: stored values and defaults; a secret that is set is `***`.
        missing: required fields that have no value, which forbids enabling.
    """

    module: str
    revision: int
    form: list[dict[str, Any]]
    values: dict[str, Any]
    missing: tuple[str, ...]


def show_settings(actor: Actor, *, module: str) -> SettingsView:
    """Return a module's settings without its secrets.

    Raises:
        NotFound: it is not installed.
    """
    actor.require(MODULE_MANAGE)
    current, revision, stored = _read(module)
    form = current.form(module)
    values = {field["name"]: field["default"] for field in form if field["default"] is not None and not field["secret"]}
    for name, value in stored.items():
        values[name] = HIDDEN if isinstance(value, dict) and SECRET_MARK in value else value
    return SettingsView(module, revision, form, values, missing_settings(form, stored))


def missing_settings(form: list[dict[str, Any]], stored: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the required fields that have no value."""
    empty: tuple[object, ...] = (None, "", [])
    return tuple(field["name"] for field in form if field["required"] and stored.get(field["name"]) in empty)


def save_settings(actor: Actor, *, module: str, values: Mapping[str, Any]) -> int:
    """Change some of a module's settings, and return the new revision; it is live within a second.

    Args:
        values: JSON values by field. A field that is absent, or a secret given as `***`, stays as it is; None takes
            a value away.

    Raises:
        NotFound: the module is not installed.
        SettingsRefused: the module's schema does not accept the values.
        NotAllowedNow: a required value would be missing in an enabled module, or the settings were changed meanwhile.
    """
    actor.require(MODULE_MANAGE)
    config = this_config()
    wanted = merge_settings(config, module, values)
    entry = wanted.current.entry(module)
    assert entry is not None, "merge_settings() found it"
    missing = missing_settings(list(wanted.form.values()), wanted.merged)
    if entry["enabled"] and missing:
        raise _missing(module, wanted.form, missing)
    checked = _validate(config, wanted.current, module, wanted.merged)
    keep_checked(actor, module, wanted, checked)
    return wanted.revision + 1


@dataclass(frozen=True, slots=True)
class WantedSettings:
    """Stored settings with those that were given put over them; `merged` has readable secrets."""

    current: Current
    revision: int
    form: dict[str, dict[str, Any]]
    merged: dict[str, Any]
    given: list[str]


def merge_settings(config: Config, module: str, values: Mapping[str, Any]) -> WantedSettings:
    """Put values over the stored ones, see `save_settings`; nothing is checked yet but their names.

    Raises:
        NotFound: the module is not installed.
        SettingsRefused: there is no such setting.
    """
    current, revision, stored = _read(module)
    form = {field["name"]: field for field in current.form(module)}
    given = {name: value for name, value in values.items() if not (value == HIDDEN and _is_secret(form, name))}
    unknown = [name for name in given if name not in form]
    if unknown:
        raise SettingsRefused({name: ["There is no such setting."] for name in unknown})
    merged = decrypt(
        module, {name: value for name, value in stored.items() if name in form and name not in given}, config
    )
    merged |= {name: value for name, value in given.items() if value is not None}
    return WantedSettings(current, revision, form, merged, sorted(given))


def keep_checked(actor: Actor, module: str, wanted: WantedSettings, values: dict[str, Any]) -> None:
    """Keep values that the module's schema has accepted as a new revision, secrets encrypted.

    Raises:
        NotAllowedNow: the settings were changed by somebody else meanwhile.
    """
    kept = _encrypt(this_config(), module, wanted.form, values)
    _save(actor, module, wanted.revision, kept, changed=wanted.given)


def without_values(text: str, values: Mapping[str, Any]) -> str:
    """Return a text in which none of the values stands, for what a process of a module said of itself."""
    for value in values.values():
        text = text.replace(str(value), HIDDEN) if len(str(value)) > 3 else text
    return text


def require_complete(current: Current, modules: dict[str, dict[str, Any]], names: list[str]) -> None:
    """Refuse to enable modules that lack a required setting.

    Raises:
        NotAllowedNow: naming the setting.
    """
    for name in names:
        form = modules.get(name, {}).get("form") or current.form(name)
        with db.engine.connect() as connection:
            _, stored = read_latest(connection, name)
        missing = missing_settings(form, stored)
        if missing:
            raise _missing(name, {field["name"]: field for field in form}, missing)


def _missing(module: str, form: Mapping[str, Any], missing: tuple[str, ...]) -> NotAllowedNow:
    named = ({lang: f"{text} ({name})" for lang, text in form[name]["title"].items()} for name in missing)
    return NotAllowedNow(
        "The module “%(module)s” cannot be enabled before this is set: %(settings)s.",
        missing=missing,
        module=module,
        settings=Titles(named),
    )


def _is_secret(form: Mapping[str, Any], name: str) -> bool:
    return name in form and bool(form[name]["secret"])


def _read(module: str) -> tuple[Current, int, dict[str, Any]]:
    with db.engine.connect() as connection:
        current = read_current(connection)
        revision, stored = read_latest(connection, module)
    if current.entry(module) is None:
        raise NotFound("The module “%(name)s” is not installed.", name=module[:60])
    return current, revision, stored


def _validate(config: Config, current: Current, module: str, values: dict[str, Any]) -> dict[str, Any]:
    assert current.generation is not None, "an installed module is part of a generation"
    path = build(db.engine, config.home, current.generation, current.lock)
    question = {"path": str(path), "module": current.entry(module), "values": values}
    try:
        answer = run_fresh("dialog_core.modules.settings.settings_process", question, environ={}, seconds=SECONDS)
    except ProcessEnded as error:
        reason = without_values(str(error), values)
        raise NotAllowedNow(
            "The module “%(module)s” failed when it checked its settings: %(reason)s", module=module, reason=reason
        ) from None
    if answer["errors"]:
        raise SettingsRefused(answer["errors"])
    checked: dict[str, Any] = answer["values"]
    return checked


def _encrypt(config: Config, module: str, form: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    key = load_or_create(config.secret_key_file)
    return {
        name: {SECRET_MARK: key.encrypt(str(value), bound_to=f"{module}.{name}")}
        if form[name]["secret"] and value not in (None, "")
        else value
        for name, value in values.items()
    }


def _save(actor: Actor, module: str, revision: int, values: dict[str, Any], *, changed: list[str]) -> None:
    try:
        with write() as session:
            row = ModuleSettings(
                module=module, revision=revision + 1, values=values, changed_by=actor.name[:300], changed_at=now()
            )
            session.add(row)
            session.flush()
            record(session, actor, "module_settings_changed", module=module, revision=revision + 1, fields=changed)
    except IntegrityError as error:
        raise NotAllowedNow("The settings were changed by somebody else meanwhile. Look at them again.") from error
    forget_cached()
