# SPDX-License-Identifier: Apache-2.0
"""`dialog module policy`, `window`, `updates` and `retry`: modules that update themselves."""

from __future__ import annotations

import json
from typing import Any

import click

from dialog_core.cli.ready import ready
from dialog_core.modules import (
    Policy,
    list_policies,
    list_updates,
    retry_update,
    set_policy,
    set_update_window,
    update_window,
)

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@click.command("policy")
@click.argument("name", required=False)
@click.argument("policy", required=False, type=click.Choice([policy.value for policy in Policy]))
@AS_JSON
def policy_command(name: str | None, policy: str | None, as_json: bool) -> None:
    """Show how far modules are updated by themselves, or set it for the module NAME."""
    with ready() as (actor, _):
        if name is not None and policy is not None:
            set_policy(actor, module=name, policy=policy)
        found = {module: each for module, each in list_policies(actor).items() if name in {None, module}}
    if as_json:
        _print(found)
        return
    for module, each in found.items():
        click.echo(f"{module:<16} {each.value}")


@click.command("window")
@click.option("--days", help="Days of the week, for example mon,tue,sat.")
@click.option("--from", "start", help="A time like 02:00.")
@click.option("--to", "end", help="A time like 05:00; before the start it lies on the next day.")
@AS_JSON
def window_command(days: str | None, start: str | None, end: str | None, as_json: bool) -> None:
    """Show when modules are updated by themselves (in the installation's time zone), or change it."""
    with ready() as (actor, _):
        now = update_window(fresh=True)
        if days or start or end:
            chosen = [_day(word) for word in days.split(",")] if days else now.days
            now = set_update_window(actor, days=chosen, start=start or now.start, end=end or now.end)
    if as_json:
        _print(now.as_json())
    else:
        click.echo(f"{','.join(DAYS[day] for day in now.days)} {now.start}-{now.end}")


@click.command("updates")
@AS_JSON
def updates_command(as_json: bool) -> None:
    """List what modules have updated by themselves, and what waits for an administrator."""
    with ready() as (actor, _):
        found = list_updates(actor)
    if as_json:
        _print([{"id": view.id, "module": view.module, "from": view.old_version, "to": view.new_version,
                 "state": view.state, "asks": view.asks, "problem": view.problem} for view in found])  # fmt: skip
        return
    for view in found:
        click.echo(
            f"{view.id:<5} {view.module:<16} {view.old_version} -> {view.new_version}  {view.state}  {view.problem}"
        )


@click.command("retry")
@click.argument("number", type=int)
def retry_command(number: int) -> None:
    """Let the update NUMBER, which failed or was taken back, be tried again in the next window."""
    with ready() as (actor, _):
        retry_update(actor, update=number)
    click.echo("It will be tried again in the next window.")


def _day(word: str) -> int:
    if word.strip().lower() not in DAYS:
        raise click.BadParameter(f"“{word}” is none of {', '.join(DAYS)}.", param_hint="--days")
    return DAYS.index(word.strip().lower())


def _print(values: Any) -> None:
    click.echo(json.dumps(values, ensure_ascii=False, indent=2))
