# SPDX-License-Identifier: Apache-2.0
"""Run a module from its sources in this process, without resolve, build and preflight: for the tests of its author."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from dialog_core.database import write
from dialog_core.modules.activation.boot import Loaded, assemble
from dialog_core.modules.activation.running import BootState, LoadedModule, Running, new_manager
from dialog_core.modules.generations.wanted import add_draft, ensure_first, mark_good, set_report, swap
from dialog_core.modules.migrations.scripts import downgrade_module, own_tables, upgrade_modules
from dialog_core.modules.own_connection import begin_write
from dialog_core.modules.settings.form import describe_form
from dialog_core.modules.settings.saving import SettingsRefused, keep_checked, merge_settings
from dialog_core.modules.settings.settings_process import validate
from dialog_core.modules.settings.stored import forget_cached, this_config
from dialog_core.staff import Actor

_GENERATION = 2
"""The first one that can have a module: number 1 is the core alone."""


def run_with(loaded: Loaded) -> Running:
    """Return what a web process runs that has these modules, beside the platform's own."""
    return assemble("web", state=BootState.RUNNING, wanted=_GENERATION, generation=_GENERATION, loaded=loaded)


def put_in_force(module: LoadedModule, plugin: object) -> None:
    """Make a generation with this module the active one of an empty database, so that its pages and settings work."""
    entry = {
        "name": module.name, "distribution": module.distribution, "version": module.version, "sha256": module.sha256,
        "enabled": True,
    }  # fmt: skip
    schema = _schema(module.name, plugin)
    facts = {
        "form": describe_form(schema) if schema is not None else [], "hooks": list(module.manifest.hooks),
        "manifest": module.manifest.as_json(),
    }  # fmt: skip
    with write() as session:
        first = ensure_first(session, "author")
        lock = {"modules": [entry], "libraries": []}
        number = add_draft(session, lock, previous=first.generation, reason="from its sources", actor_name="author")
        set_report(session, number, {module.name: facts}, ok=True)
        assert first.generation is not None, "ensure_first() made it"
        swap(session, expected=first.generation, wanted=number)
        mark_good(session, number)


def keep_checked_settings(actor: Actor, *, module: str, plugin: object, values: Mapping[str, Any]) -> None:
    """Save settings as `save_settings` does, but let the schema of this process check them.

    Raises:
        SettingsRefused: the schema does not accept them.
    """
    wanted = merge_settings(this_config(), module, values)
    schema = _schema(module, plugin)
    checked: dict[str, Any] = validate(schema(), wanted.merged) if schema is not None else {"values": {}, "errors": {}}
    if checked["errors"]:
        raise SettingsRefused(checked["errors"])
    keep_checked(actor, module, wanted, checked["values"])
    forget_cached()


def prepare_tables(engine: Engine, sources: Path, name: str) -> set[str]:
    """Make a module's tables by its own migrations, as an installation does; return their names.

    Raises:
        MigrationProblem: a script failed or touched what is not the module's.
    """
    with begin_write(engine) as connection:
        upgrade_modules(connection, sources, [name])
        return own_tables(connection, name)


def take_tables_away(engine: Engine, sources: Path, name: str) -> set[str]:
    """Take a module's tables away by its own migrations; return the names of those that are left.

    Raises:
        MigrationProblem: a script failed or touched what is not the module's.
    """
    with begin_write(engine) as connection:
        downgrade_module(connection, sources, name)
        return own_tables(connection, name)


def _schema(name: str, plugin: object) -> Any:
    """Return the class of a module's settings schema, None when it has none."""
    manager = new_manager()
    manager.register(plugin, name=name)
    found = [schema for schema in manager.hook.settings_schema() if schema is not None]
    return found[0] if found else None
