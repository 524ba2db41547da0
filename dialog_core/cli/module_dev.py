# SPDX-License-Identifier: Apache-2.0
"""`dialog module dev`: run a module from its author's folder."""

from __future__ import annotations

from pathlib import Path

import click

from dialog_core.config import DEFAULT_PORT


@click.command("dev")
@click.argument("path", type=click.Path(file_okay=False, path_type=Path), default=Path())
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    envvar="PORT",
    default=DEFAULT_PORT,
    show_default=True,
    help="Port on 127.0.0.1.",
)
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="The scratch home: an empty folder, or one of an earlier start.  [default: .dialog-dev in PATH]",
)
def dev_command(path: Path, port: int, home: Path | None) -> None:
    """Run the module in the folder PATH while you write it.

    It runs alone on a scratch home with demonstration data, is loaded anew at every change, and shows its errors and
    what its hooks cost in the browser. Nothing is installed or resolved; only this machine reaches it.
    """
    from dialog_core.authoring import run_dev

    run_dev(path, port=port, home=home)
