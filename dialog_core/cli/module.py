# SPDX-License-Identifier: Apache-2.0
"""`dialog module`: see, install, configure and switch modules; each command returns when its change is live."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from dialog_core.cli.wheel_files import upload_files
from dialog_core.config import Config
from dialog_core.database import db
from dialog_core.errors import DialogError, SetupProblem
from dialog_core.modules import (
    Action,
    ChangeView,
    Verb,
    apply_when_free,
    overview,
    plain_app,
    request_change,
    save_settings,
    show_settings,
)
from dialog_core.staff import system_actor

WITH_JSON = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")


@click.group("module", help="See, install, configure and switch modules.")
def group() -> None:
    """Hold the commands together."""


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
            "missing_settings": list(row.missing),
            "incidents": row.incidents,
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
@WITH_JSON
def remove_command(name: str, as_json: bool) -> None:
    """Remove a module; its data and settings are kept and found again when it is installed once more."""
    with _ready() as (actor, config):
        _change(actor, config, [Action(Verb.REMOVE, name)], as_json=as_json)


@group.command("settings")
@click.argument("name")
@click.option("--set-json", help='Change settings: a JSON object, or "-" to read it from standard input.')
@WITH_JSON
def settings_command(name: str, set_json: str | None, as_json: bool) -> None:
    """Show a module's settings, without its secrets, or change some of them."""
    with _ready() as (actor, _):
        if set_json is not None:
            save_settings(actor, module=name, values=_object(sys.stdin.read() if set_json == "-" else set_json))
        view = show_settings(actor, module=name)
    if as_json:
        _print(
            {"module": view.module, "revision": view.revision, "values": view.values, "missing": list(view.missing)}
            | {"form": view.form}
        )
        return
    for field in view.form:
        value = view.values.get(field["name"], "(required)" if field["required"] else "")
        click.echo(f"{field['name']:<20} {value}")


@contextmanager
def _ready() -> Iterator[tuple[Any, Config]]:
    """Give a command actor and configuration, and turn errors into one line and exit 1."""
    try:
        config = Config.from_environment()
        with plain_app(config, migrate=True).app_context():
            try:
                yield system_actor("cli"), config
            finally:
                db.session.remove()
                db.engine.dispose()
    except DialogError as error:
        click.echo(str(error), err=True)
        sys.exit(1)


def _change(actor: Any, config: Config, actions: Sequence[Action], *, as_json: bool) -> None:
    """Ask for a change and make it, or wait while the worker makes it."""
    view = apply_when_free(config, request_change(actor, actions=actions))
    if as_json:
        _print(_as_json(view))
    if view.problem:
        click.echo(view.problem, err=True)
    if view.state != "done":
        sys.exit(1)
    if not as_json:
        converged = next((step["text"] for step in view.steps if step["step"] == "converge"), "")
        click.echo(f"{', '.join(f'{item.name}: {item.verb}' for item in actions)}; {converged}")


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
