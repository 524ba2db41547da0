# SPDX-License-Identifier: Apache-2.0
"""The button “Test the connection”: a module tries settings, stored or just entered, before they matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dialog_core.database import db
from dialog_core.errors import NotAllowedNow
from dialog_core.modules.fresh_process import ProcessEnded, run_fresh
from dialog_core.modules.generations.build import build
from dialog_core.modules.settings.saving import SettingsRefused, merge_settings, without_values
from dialog_core.modules.settings.stored import this_config
from dialog_core.staff import Actor
from dialog_core.staff.permissions import MODULE_MANAGE

SECONDS = 30.0
HOOK = "check_settings"


@dataclass(frozen=True, slots=True)
class ConnectionCheck:
    """What a module found; `text` is by language."""

    is_good: bool
    text: dict[str, str]


def check_connection(actor: Actor, *, module: str, values: Mapping[str, Any] | None = None) -> ConnectionCheck:
    """Let a module try its settings on the other side; nothing is stored.

    Args:
        values: as `save_settings` takes them; what is absent is taken as it is stored.

    Raises:
        NotFound: the module is not installed.
        SettingsRefused: the module's schema does not accept the values.
        NotAllowedNow: the module cannot test its connection, or failed when it tried.
    """
    actor.require(MODULE_MANAGE)
    config = this_config()
    wanted = merge_settings(config, module, values or {})
    entry = wanted.current.entry(module)
    assert entry is not None, "merge_settings() found it"
    assert wanted.current.generation is not None, "an installed module is part of a generation"
    if not can_check(wanted.current.modules.get(module, {})):
        raise NotAllowedNow("The module “%(name)s” cannot test its connection.", name=module)
    defaults = {name: field["default"] for name, field in wanted.form.items() if field["default"] is not None}
    path = build(db.engine, config.home, wanted.current.generation, wanted.current.lock)
    question = {"path": str(path), "module": entry, "values": wanted.merged, "defaults": defaults}
    try:
        answer = run_fresh("dialog_core.modules.settings.check_process", question, environ={}, seconds=SECONDS)
    except ProcessEnded as error:
        raise NotAllowedNow(
            "The module “%(module)s” failed when it tested its connection: %(reason)s",
            module=module,
            reason=without_values(str(error), wanted.merged),
        ) from None
    if answer["errors"]:
        raise SettingsRefused(answer["errors"])
    if answer["is_good"] is None:
        raise NotAllowedNow("The module “%(name)s” cannot test its connection.", name=module)
    text = {language: without_values(said, secrets_of(wanted)) for language, said in answer["text"].items()}
    return ConnectionCheck(bool(answer["is_good"]), text)


def can_check(facts: Mapping[str, Any]) -> bool:
    """Tell whether a module implements the hook, from what its preflight found."""
    return HOOK in (facts.get("hooks") or ())


def secrets_of(wanted: Any) -> dict[str, Any]:
    """Return the values that are never shown."""
    return {name: value for name, value in wanted.merged.items() if wanted.form[name]["secret"]}
