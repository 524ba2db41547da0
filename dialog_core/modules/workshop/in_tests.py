# SPDX-License-Identifier: Apache-2.0
"""Run a module from its sources in this process, without resolve, build and preflight: for the tests of its author."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import marshmallow as ma
from sqlalchemy import Engine

from dialog_core.database import write
from dialog_core.modules.activation.boot import Loaded, assemble
from dialog_core.modules.activation.running import BootState, LoadedModule, Running, new_manager
from dialog_core.modules.migrations.scripts import downgrade_module, own_tables, upgrade_modules
from dialog_core.modules.own_connection import begin_write
from dialog_core.modules.settings.form import describe_form
from dialog_core.modules.settings.saving import SettingsRefused, keep_checked, merge_settings
from dialog_core.modules.settings.settings_process import schema_of, validate
from dialog_core.modules.settings.stored import forget_cached, this_config
from dialog_core.modules.workshop.source import keep_facts, lock_of, want
from dialog_core.staff import Actor

_GENERATION = 2
"""The first one that can have a module: number 1 is the core alone."""


def run_with(loaded: Loaded) -> Running:
    """Return what a web process runs that has these modules, beside the platform's own."""
    return assemble("web", state=BootState.RUNNING, wanted=_GENERATION, generation=_GENERATION, loaded=loaded)


def put_in_force(module: LoadedModule, plugin: object) -> None:
    """Make a generation with this module the active one of an empty database, so that its pages and settings work."""
    facts = {
        "form": describe_form(_schema(module.name, plugin)), "hooks": list(module.manifest.hooks),
        "manifest": module.manifest.as_json(),
    }  # fmt: skip
    with write() as session:
        lock = lock_of(module.name, module.distribution, module.version, module.sha256)
        keep_facts(session, want(session, lock, "author"), {module.name: facts})


def keep_checked_settings(actor: Actor, *, module: str, plugin: object, values: Mapping[str, Any]) -> None:
    """Save settings as `save_settings` does, but let the schema of this process check them.

    Raises:
        SettingsRefused: the schema does not accept them.
    """
    wanted = merge_settings(this_config(), module, values)
    checked = validate(_schema(module, plugin)(), wanted.merged)
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


def _schema(name: str, plugin: object) -> type[ma.Schema]:
    manager = new_manager()
    manager.register(plugin, name=name)
    return schema_of(manager)
