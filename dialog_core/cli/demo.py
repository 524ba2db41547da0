# SPDX-License-Identifier: Apache-2.0
"""`dialog demo`: demonstration data."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict

import click

from dialog_core.config import Config


@click.group("demo", help="Demonstration data.")
def group() -> None:
    """Hold the commands together."""


@group.command("load")
@click.option("--tickets", default=1_000, show_default=True, help="How many tickets, each with three messages.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same data.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def load_command(tickets: int, seed: int, as_json: bool) -> None:
    """Write invented organisations, people and tickets beside whatever is there."""
    from dialog_core import demo
    from dialog_core.app import create_core
    from dialog_core.server import prepare

    config = Config.from_environment()
    prepare(config, lambda line: click.echo(line, err=True), with_link=False)
    show = _Progress(sys.stderr.isatty() and not as_json)
    with create_core(config).app_context():
        loaded = demo.load(tickets, seed, show)
    show.end()
    if as_json:
        click.echo(json.dumps(asdict(loaded)))
    else:
        click.echo(
            f"{loaded.tickets} tickets with {loaded.entries} messages of {loaded.customers} customers"
            f" in {loaded.seconds:.1f} s."
        )


class _Progress:
    """One line that is written over; on what is no terminal a line every ten seconds."""

    def __init__(self, is_terminal: bool) -> None:
        self._is_terminal = is_terminal
        self._begun = self._shown_at = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        """Show how far it is and how long it still takes."""
        moment = time.monotonic()
        if moment - self._shown_at < (0.2 if self._is_terminal else 10):
            return
        self._shown_at = moment
        left = (moment - self._begun) / done * (total - done)
        line = f"{done} of {total} tickets, about {left:.0f} s left"
        click.echo(f"\r{line:<60}" if self._is_terminal else line, err=True, nl=not self._is_terminal)

    def end(self) -> None:
        """Take the line away."""
        if self._is_terminal:
            click.echo(f"\r{'':<60}\r", err=True, nl=False)
