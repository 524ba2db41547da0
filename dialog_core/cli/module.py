# SPDX-License-Identifier: Apache-2.0
"""`dialog module`: see, install, configure and switch modules; each command returns when its change is live."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from dialog_core.cli import module_authoring, module_checking, module_trust
from dialog_core.cli.module_dev import dev_command
from dialog_core.cli.module_doctor import doctor_command
from dialog_core.cli.module_updates import policy_command, retry_command, updates_command, window_command
from dialog_core.cli.ready import ready as _ready
from dialog_core.cli.wheel_files import upload_files
from dialog_core.config import Config
from dialog_core.errors import SetupProblem
from dialog_core.modules import (
    Action,
    ChangeView,
    DataFate,
    SettingsRevision,
    SettingsView,
    Verb,
    apply_when_free,
    check_connection,
    export_as_json,
    generation_as_json,
    kept_as_json,
    list_exports,
    list_generations,
    list_kept_data,
    list_settings_revisions,
    open_export,
    overview,
    request_change,
    revert_settings,
    save_settings,
    show_settings,
)
from dialog_core.staff import system_actor

WITH_JSON = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")


REASON = click.option("--reason", default="", help="Why; kept in the history.")


@click.group("module", help="See, install, configure and switch modules.")
def group() -> None:
    """Hold the commands together."""


for _command in (*module_authoring.COMMANDS, *module_checking.COMMANDS, *module_trust.COMMANDS):
    group.add_command(_command)


@group.command("list")
@WITH_JSON
def list_command(as_json: bool) -> None:
    """List the modules of the catalog and those that are installed."""
    with _ready() as (_, _config):
        found = overview(system_actor("cli"))
    rows = [
        {
            "name": row.name,
            "title": row.manifest.title,
            "state": row.state,
            "version": row.version,
            "available": row.available,
            "source": row.source,
            "publisher": row.publisher,
            "signature": row.signature,
            "missing_settings": list(row.missing),
            "incidents": row.incidents,
            "quality": row.quality.level.value if row.quality else None,
        }
        for row in found.modules
    ]
    if as_json:
        counts = {"running_wanted": found.convergence.arrived, "total": found.convergence.total}
        _print({"generation": found.generation, "processes": counts, "modules": rows})
        return
    for row in found.modules:
        click.echo(f"{row.name:<16} {row.state:<10} {row.version or '-':<10} {row.manifest.title['en']}")


@group.command("install")
@click.argument("names_or_wheels", nargs=-1, required=True)
@WITH_JSON
def install_command(names_or_wheels: tuple[str, ...], as_json: bool) -> None:
    """Install modules by their NAME, or WHEEL files with the libraries they need; they are not enabled by that.

    A signature NAME.whl.sig beside a wheel is read with it, unless it is named too.
    """
    with _ready() as (actor, config):
        paths = [Path(given) for given in names_or_wheels if Path(given).suffix or "/" in given]
        actions = [Action(Verb.INSTALL, name) for name in names_or_wheels if Path(name) not in paths]
        if paths:
            actions += upload_files(actor, paths)
        _change(actor, config, actions, as_json=as_json)


@group.command("enable")
@click.argument("name")
@WITH_JSON
def enable_command(name: str, as_json: bool) -> None:
    """Enable an installed module."""
    with _ready() as (actor, config):
        _change(actor, config, [Action(Verb.ENABLE, name)], as_json=as_json)


@group.command("disable")
@click.argument("name")
@WITH_JSON
def disable_command(name: str, as_json: bool) -> None:
    """Disable a module; its data and settings stay."""
    with _ready() as (actor, config):
        _change(actor, config, [Action(Verb.DISABLE, name)], as_json=as_json)


@group.command("remove")
@click.argument("name")
@click.option(
    "--data",
    type=click.Choice([fate.value for fate in DataFate]),
    default=DataFate.KEEP.value,
    show_default=True,
    help="keep: tables and settings stay; export: they are deleted once a file with them is written; purge: deleted.",
)
@REASON
@WITH_JSON
def remove_command(name: str, data: str, reason: str, as_json: bool) -> None:
    """Remove a module; data that are kept are found again when it is installed once more."""
    with _ready() as (actor, config):
        action = Action(Verb.REMOVE, name, data=DataFate(data))
        _change(actor, config, [action], as_json=as_json, reason=reason)


@group.command("generations")
@WITH_JSON
def generations_command(as_json: bool) -> None:
    """List the sets of modules that have run, newest first, and whether one can return to them."""
    with _ready() as (actor, _):
        found = list_generations(actor)
    if as_json:
        _print({"generations": [generation_as_json(view) for view in found]})
        return
    for view in found:
        mark = "*" if view.is_active else " " if view.can_return else "-"
        names = " ".join(f"{item.name}={item.version}{'' if item.is_enabled else '(off)'}" for item in view.modules)
        click.echo(f"{mark}{view.number:<5} {view.created_at:%Y-%m-%d %H:%M} {view.created_by:<20} {names or '-'}")
        if view.obstacle is not None:
            click.echo(f"       {view.obstacle}")


@group.command("rollback")
@click.argument("generation", type=int)
@REASON
@WITH_JSON
def rollback_command(generation: int, reason: str, as_json: bool) -> None:
    """Return to the modules of an earlier GENERATION, all of them together."""
    with _ready() as (actor, config):
        action = Action(Verb.ROLLBACK, "", generation=generation)
        _change(actor, config, [action], as_json=as_json, reason=reason)


@group.command("data")
@WITH_JSON
def data_command(as_json: bool) -> None:
    """List the data that removed modules have left behind, and the exports that can be written to a file."""
    with _ready() as (actor, _):
        kept, exports = list_kept_data(actor), list_exports(actor)
    if as_json:
        _print({"kept": [kept_as_json(item) for item in kept], "exports": [export_as_json(item) for item in exports]})
        return
    for item in kept:
        click.echo(f"{item.name:<16} {item.version:<10} {item.rows} rows, removed {item.removed_at:%Y-%m-%d}")
    for export in exports:
        click.echo(f"export {export.id}: {export.filename}, {export.size} bytes, until {export.expires_at:%Y-%m-%d}")


@group.command("export")
@click.argument("name")
@click.option(
    "--to", "target", type=click.Path(dir_okay=False, path_type=Path), help="Write the ZIP to this file as well."
)
@WITH_JSON
def export_command(name: str, target: Path | None, as_json: bool) -> None:
    """Export the tables and settings of a module, installed or removed, as a ZIP; secrets are not in it."""
    with _ready() as (actor, config):
        _change(actor, config, [Action(Verb.EXPORT, name)], as_json=as_json)
        if target is not None:
            newest = list_exports(actor, module=name)[0]
            _, parts = open_export(actor, export=newest.id)
            with target.open("wb") as file:
                file.writelines(parts)


@group.command("settings")
@click.argument("name")
@click.option("--set-json", help='Change settings: a JSON object, or "-" to read it from standard input.')
@click.option("--revert", type=int, metavar="REVISION", help="Bring the settings of a revision back, secrets too.")
@click.option("--history", is_flag=True, help="Show who changed what; of secrets only that they were changed.")
@click.option("--test", is_flag=True, help="Let the module test its connection; exit 1 when it does not work.")
@WITH_JSON
def settings_command(
    name: str, *, set_json: str | None, revert: int | None, history: bool, test: bool, as_json: bool
) -> None:
    """Show a module's settings, without its secrets, change some of them, or bring earlier ones back."""
    with _ready() as (actor, _):
        if set_json is not None:
            save_settings(actor, module=name, values=_object(sys.stdin.read() if set_json == "-" else set_json))
        if revert is not None:
            revert_settings(actor, module=name, revision=revert)
        view = show_settings(actor, module=name)
        revisions = list_settings_revisions(actor, module=name) if history else []
        tested = check_connection(actor, module=name) if test else None
    if as_json:
        values = {"module": view.module, "revision": view.revision, "values": view.values, "form": view.form}
        values["missing"] = list(view.missing)
        if history:
            values["revisions"] = [asdict(item) for item in revisions]
        if tested is not None:
            values["test"] = asdict(tested)
        _print(values)
    else:
        _print_settings(view, revisions)
        if tested is not None:
            click.echo(tested.text["en"], err=not tested.is_good)
    if tested is not None and not tested.is_good:
        sys.exit(1)


def _print_settings(view: SettingsView, revisions: Sequence[SettingsRevision]) -> None:
    for field in view.form:
        value = view.values.get(field["name"], "(required)" if field["required"] else "")
        click.echo(f"{field['name']:<20} {value}")
    for item in revisions:
        changes = ", ".join(f"{each.name}: {each.old} -> {each.new}" for each in item.changes)
        click.echo(f"{item.revision:>4} {item.changed_at:%Y-%m-%d %H:%M} {item.changed_by:<20} {changes}")


for _command in (dev_command, doctor_command, policy_command, window_command, updates_command, retry_command):
    group.add_command(_command)


def _change(actor: Any, config: Config, actions: Sequence[Action], *, as_json: bool, reason: str = "") -> None:
    """Ask for a change and make it, or wait while the worker makes it."""
    view = apply_when_free(config, request_change(actor, actions=actions, reason=reason))
    if as_json:
        _print(_as_json(view))
    if view.problem:
        click.echo(view.problem, err=True)
    if view.state != "done":
        sys.exit(1)
    if not as_json:
        converged = next((step["text"] for step in view.steps if step["step"] == "converge"), "")
        click.echo(f"{', '.join(map(str, actions))}; {converged}")


def _as_json(view: ChangeView) -> dict[str, Any]:
    return {
        "change": view.id,
        "state": view.state,
        "generation": view.generation,
        "problem": view.problem,
        "steps": view.steps,
    }


def _object(text: str) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except ValueError as error:
        raise SetupProblem("The settings are not valid JSON: %(reason)s.", reason=error) from error
    if not isinstance(values, dict):
        raise SetupProblem("The settings must be a JSON object.")
    return values


def _print(values: dict[str, Any]) -> None:
    click.echo(json.dumps(values, ensure_ascii=False, indent=2, default=str))
