# SPDX-License-Identifier: Apache-2.0
"""Boot a process with the wanted generation, else the last good one, else the core alone. It never raises."""

from __future__ import annotations

import importlib
import logging
import pkgutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import importlib_metadata
import pluggy
from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.errors import DialogError
from dialog_core.modules.activation.boot_markers import TOLERATED, BootMarker
from dialog_core.modules.activation.running import BootState, LoadedModule, Running, new_manager, set_running
from dialog_core.modules.activation.safe_mode import is_safe_mode
from dialog_core.modules.calls.bookkeeping import keep_books
from dialog_core.modules.calls.relay import THROUGH, Hooks
from dialog_core.modules.environment import append_generation_path, drop_generation_path, platform_path
from dialog_core.modules.generations.build import build
from dialog_core.modules.models import ActiveGeneration, Generation
from dialog_core.modules.reports.incidents import report_incident
from dialog_core.modules.reports.log_lines import keep_log_lines
from dialog_core.modules.reports.writer import keep_incidents
from dialog_core.modules.wheels.manifest import parse_manifest
from dialog_core.modules.wheels.wheel import ENTRY_POINTS

log = logging.getLogger("dialog.modules")
PLATFORM_GROUP = "dialog.platform"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the database wants to run."""

    generation: int | None
    last_good: int | None
    locks: dict[int, dict[str, Any]]


NOTHING = Wanted(None, None, {})


def boot(config: Config, role: str) -> Running:
    """Load what this process shall run; call it once, before anything else of the process starts.

    Whatever is broken, the core comes up; `Running.problem` says what is wrong.
    """
    keep_incidents(config)
    try:
        engine = open_engine(config)
    except DialogError as error:
        return assemble(role, state=BootState.CORE, problems=[str(error)])
    try:
        running = _boot_with(engine, config, role)
        keep_books(config, engine, running.hooks.all_implementations())
        keep_log_lines(role, [module.name for module in running.modules])
        return running
    finally:
        engine.dispose()


def _boot_with(engine: Engine, config: Config, role: str) -> Running:
    wanted = read_wanted(engine)
    if is_safe_mode(engine, config):
        return assemble(role, state=BootState.SAFE, wanted=wanted.generation, problems=["safe mode"])
    problems: list[str] = []
    for generation in dict.fromkeys((wanted.generation, wanted.last_good)):
        if generation is None:
            continue
        try:
            loaded = _load_guarded(engine, config.home, generation, wanted.locks[generation])
        except _NotStarted as error:
            problems.append(f"generation {generation}: {error}")
            continue
        state = BootState.RUNNING if generation == wanted.generation else BootState.FALLBACK
        return assemble(
            role, state=state, wanted=wanted.generation, generation=generation, problems=problems, loaded=loaded
        )
    state = BootState.RUNNING if wanted.generation is None else BootState.CORE
    return assemble(role, state=state, wanted=wanted.generation, problems=problems)


def boot_core_only(role: str) -> Running:
    """Return a process of the core alone, with its own built-in modules, without looking into any database."""
    return assemble(role, state=BootState.RUNNING)


def read_wanted(engine: Engine) -> Wanted:
    """Return which generations are wanted; nothing when the database is empty or older than this code."""
    try:
        with engine.connect() as connection:
            row = connection.execute(
                select(ActiveGeneration.generation_id, ActiveGeneration.last_good_id)
            ).one_or_none()
            if row is None:
                return NOTHING
            query = select(Generation.id, Generation.lock).where(
                Generation.id.in_([row.generation_id, row.last_good_id])
            )
            locks = {row.id: row.lock for row in connection.execute(query)}
    except SQLAlchemyError:
        return NOTHING
    return Wanted(row.generation_id, row.last_good_id, locks)


class _NotStarted(Exception):
    pass


Loaded = list[tuple[LoadedModule, object]]


def _load_guarded(engine: Engine, home: Path, generation: int, lock: dict[str, Any]) -> Loaded:
    marker = BootMarker(home, generation)
    if marker.unfinished() >= TOLERATED:
        raise _NotStarted("twice, a process did not survive its start; it is tried again in ten minutes")
    try:
        path = build(engine, home, generation, lock)
        marker.set()
    except (DialogError, OSError) as error:
        raise _NotStarted(str(error)) from error
    try:
        append_generation_path(path)
        return load_modules(path, lock)
    except _NotStarted:
        drop_generation_path(path)
        raise
    finally:
        marker.clear()


def load_modules(path: Path, lock: dict[str, Any]) -> Loaded:
    """Import the enabled modules of a lock from a generation's folder that is on the import path."""
    loaded: Loaded = []
    for item in lock["modules"]:
        if not item["enabled"]:
            continue
        try:
            loaded.append(load_one(path, item))
        except THROUGH:
            raise
        except BaseException as error:
            report_incident(item["name"], "start", error)
            reason = f"the module {item['name']} does not start: {type(error).__name__}: {error}"
            raise _NotStarted(reason[:400]) from error
    return loaded


def load_one(path: Path, item: dict[str, Any]) -> tuple[LoadedModule, object]:
    """Import one module; whatever its code raises comes through.

    Raises:
        LookupError: the folder has no such module.
    """
    name = item["name"]
    for distribution in importlib_metadata.distributions(path=[str(path)]):
        for entry in distribution.entry_points.select(group=ENTRY_POINTS, name=name):
            manifest = parse_manifest((path / f"dialog_{name}" / "module.toml").read_bytes())
            plugin = entry.load()
            return LoadedModule(name, item["distribution"], item["version"], item["sha256"], manifest), plugin
    raise LookupError(f"there is no module {name} in this generation")


def assemble(
    role: str,
    *,
    state: BootState,
    wanted: int | None = None,
    generation: int | None = None,
    problems: Iterable[str] = (),
    loaded: Loaded | None = None,
) -> Running:
    """Put the hooks of a process together: our built-in modules, the staff UI, and the loaded modules."""
    all_problems = list(problems)
    manager = new_manager()
    if state is not BootState.SAFE:
        _register_builtin(manager, all_problems)
    _register_platform(manager, all_problems)
    modules = [
        module for module, plugin in loaded or () if register_guarded(manager, module.name, plugin, all_problems)
    ]
    running = Running(
        role=role,
        wanted=wanted,
        generation=generation,
        state=state,
        hooks=Hooks(manager),
        modules=tuple(modules),
        problem="; ".join(all_problems),
    )
    if all_problems:
        log.warning("%s starts as %s: %s", role, state.value, running.problem)
    set_running(running)
    return running


def _register_builtin(manager: pluggy.PluginManager, problems: list[str]) -> None:
    package = importlib.import_module("dialog_core.builtin")
    for item in pkgutil.iter_modules(package.__path__):
        if item.name.startswith("_"):
            continue
        try:
            plugin = importlib.import_module(f"dialog_core.builtin.{item.name}")
        except Exception as error:  # noqa: BLE001 - even our own modules must not keep the core from starting
            report_incident(item.name, "start", error)
            problems.append(f"the built-in module {item.name} does not start: {error}")
            continue
        register_guarded(manager, item.name, plugin, problems)


def _register_platform(manager: pluggy.PluginManager, problems: list[str]) -> None:
    installed = importlib_metadata.distributions(path=platform_path())
    for entry in {
        item.name: item for found in installed for item in found.entry_points if item.group == PLATFORM_GROUP
    }.values():
        try:
            plugin = entry.load()
        except Exception as error:  # noqa: BLE001 - API and command line work without the staff UI
            report_incident(entry.name, "start", error)
            problems.append(f"{entry.name} does not start: {error}")
            continue
        register_guarded(manager, entry.name, plugin, problems)


def register_guarded(manager: pluggy.PluginManager, name: str, plugin: object, problems: list[str]) -> bool:
    """Register a plugin; a name or a signature that cannot be is an incident of that module alone."""
    try:
        manager.register(plugin, name=name)
    except THROUGH:
        raise
    except BaseException as error:  # noqa: BLE001 - registering looks at attributes, which may be a module's code
        report_incident(name, "registration", error)
        problems.append(f"the module {name} cannot be registered: {error}"[:400])
        if manager.has_plugin(name):
            manager.unregister(name=name)
        return False
    return True
