# SPDX-License-Identifier: Apache-2.0
"""Start a process with a module from its author's folder; what its code raises comes through, for its author to see."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import delete

from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.modules.activation.boot import assemble, load_one
from dialog_core.modules.activation.running import BootState, Running
from dialog_core.modules.calls.bookkeeping import keep_books
from dialog_core.modules.generations.build import generation_folder
from dialog_core.modules.health_models import HookBreaker
from dialog_core.modules.own_connection import begin_write
from dialog_core.modules.reports.log_lines import keep_log_lines
from dialog_core.modules.reports.writer import keep_incidents
from dialog_core.modules.trial.checks import check_contributions, check_routes, check_templates
from dialog_core.modules.trial.declared import Finding
from dialog_core.modules.workshop.source import SourceModule, keep_facts, link_generation
from dialog_core.modules.workshop.tables import bring_tables


@dataclass(slots=True)
class Started:
    """A module that runs in this process.

    Attributes:
        findings: what a preflight would refuse.
        tables_anew: its tables were made anew, because scripts that ran before have changed.
    """

    running: Running
    facts: dict[str, dict[str, Any]]
    findings: list[Finding] = field(default_factory=list)
    tables_anew: bool = False


def start_from_source(config: Config, source: SourceModule) -> Started:
    """Import a module, bring its tables to its scripts and put the hooks of a web process together.

    Raises:
        MigrationProblem: a script failed.
        TypeError: the module cannot be registered.
        BaseException: whatever its code raises.
    """
    keep_incidents(config)
    engine = open_engine(config)
    try:
        number, path = link_generation(engine, config.home, source)
        with begin_write(engine) as connection:  # what failed before the change may work now
            connection.execute(delete(HookBreaker))
        shutil.rmtree(generation_folder(config.home, number).parent / "booting", ignore_errors=True)
        module, plugin = load_one(path, source.lock()["modules"][0])
        findings: list[Finding] = []
        facts = {source.name: check_contributions(module, plugin, findings)}
        check_templates(path, source.name, findings)
        is_anew = bring_tables(engine, config.home, path, source.name)
        running = assemble("web", state=BootState.RUNNING, wanted=number, generation=number, loaded=[(module, plugin)])
        if running.module(source.name) is None:
            raise TypeError(running.problem)
        keep_books(config, engine, running.hooks.all_implementations())
        keep_log_lines("web", [source.name])
    finally:
        engine.dispose()
    return Started(running, facts, findings, is_anew)


def examine_started(config: Config, started: Started, app: Flask) -> None:
    """Compare the routes with the manifest, and keep what preflight would have kept: pages and settings need it."""
    check_routes(app, started.running, started.facts, started.findings)
    modules = {
        module.name: {**started.facts[module.name], "manifest": module.manifest.as_json()}
        for module in started.running.modules
    }
    engine = open_engine(config)
    try:
        with begin_write(engine) as connection:
            keep_facts(connection, started.running.generation, modules)
    finally:
        engine.dispose()
