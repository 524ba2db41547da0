# SPDX-License-Identifier: Apache-2.0
"""`dialog module doctor`: what is wrong with the modules, and what to do about it."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from dialog_core.cli.ready import ready
from dialog_core.modules import examine_modules


@click.command("doctor")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def doctor_command(name: str | None, as_json: bool) -> None:
    """Examine all installed modules, or the module NAME, without running their code; exit 1 when something is bad."""
    with ready() as (actor, _):
        findings = examine_modules(actor, module=name)
    is_good = all(item.verdict != "bad" for item in findings)
    if as_json:
        click.echo(json.dumps({"good": is_good, "findings": [asdict(item) for item in findings]}, ensure_ascii=False))
    else:
        for item in findings:
            click.echo(f"{item.verdict.value:<5} {item.module or '-':<12} {item.subject:<10} {item.text}")
            if item.advice:
                click.echo(f"      {'':<12} {'':<10} -> {item.advice}")
    if not is_good:
        sys.exit(1)
