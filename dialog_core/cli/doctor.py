# SPDX-License-Identifier: Apache-2.0
"""`dialog doctor`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from dialog_core.config import Config

SIGNS = {"good": "ok", "doubtful": "??", "bad": "!!"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")
def doctor(as_json: bool) -> None:
    """Check this node: folder, key, disk, database, processes and modules. Exit code 1 when something is wrong."""
    from dialog_core.server import examine

    findings = examine(Config.from_environment())
    is_good = all(item.verdict != "bad" for item in findings)
    if as_json:
        click.echo(json.dumps({"good": is_good, "findings": [asdict(item) for item in findings]}, ensure_ascii=False))
    else:
        for item in findings:
            click.echo(f"{SIGNS[item.verdict]}  {item.subject:<11} {item.text}")
    if not is_good:
        sys.exit(1)
