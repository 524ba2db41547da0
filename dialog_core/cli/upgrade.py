# SPDX-License-Identifier: Apache-2.0
"""`dialog upgrade`: another version of the platform on this node, while it serves."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from dialog_core.config import Config


@click.command()
@click.argument("wheel_or_version")
@click.option("--check", is_flag=True, help="Only say what stands in the way; change nothing.")
@click.option(
    "--wheels",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    help="A folder with wheels of the platform or of libraries that it needs; may be given again.",
)
@click.option("--patience", type=click.FloatRange(5, 3600), default=90.0, show_default=True,
              help="Seconds that the new processes may take to serve.")  # fmt: skip
@click.option("--watch", type=click.FloatRange(0, 3600), default=10.0, show_default=True,
              help="Seconds that they must stay healthy; otherwise the version before runs again.")  # fmt: skip
def upgrade(wheel_or_version: str, check: bool, wheels: tuple[Path, ...], patience: float, watch: float) -> None:
    """Bring this node to another version of the platform, without losing a request.

    WHEEL_OR_VERSION is the wheel of the platform, or a version whose wheel lies in DIALOG_HOME/platform/wheels or in
    a folder given by --wheels. Nothing is loaded from the network. When the new version does not come up, or is not
    healthy, the one before runs on, and the exit code is 1.
    """
    from dialog_core.upgrade import Patience, check_upgrade, upgrade_platform

    config = Config.from_environment()
    if check:
        found = check_upgrade(config, wheel_or_version, folders=wheels)
    else:
        found = upgrade_platform(
            config, wheel_or_version, folders=wheels, say=click.echo, patience=Patience(patience, watch)
        )
    for obstacle in found.obstacles:
        click.echo(obstacle, err=True)
    if found.obstacles:
        click.echo(f"Version {found.version} cannot be taken; nothing was changed.", err=True)
        sys.exit(1)
    if check:
        click.echo(f"Version {found.version} can be taken.")
