# SPDX-License-Identifier: Apache-2.0
"""The command `dialog`."""

from __future__ import annotations

import importlib
import sys
from typing import Any, NoReturn

import click

from dialog_core import __version__
from dialog_core.errors import DialogError
from dialog_core.upgrade import become_active

COMMANDS: dict[str, tuple[str, str, str]] = {
    "up": ("dialog_core.cli.server", "up", "Run the whole platform on this machine."),
    "web": ("dialog_core.cli.server", "web", "Run the web server of a node."),
    "worker": ("dialog_core.cli.server", "worker", "Run jobs and services of a node."),
    "migrate": ("dialog_core.cli.database", "migrate", "Create the database, or bring it to this version."),
    "upgrade": ("dialog_core.cli.upgrade", "upgrade", "Bring this node to another version of the platform."),
    "doctor": ("dialog_core.cli.doctor", "doctor", "Check this node and say what is wrong."),
    "safe-mode": ("dialog_core.cli.safe_mode", "safe_mode", "Run without any module, or with them again."),
    "module": ("dialog_core.cli.module", "group", "List, install and set up modules."),
    "user": ("dialog_core.cli.user", "group", "Staff accounts."),
    "token": ("dialog_core.cli.token", "group", "Tokens for the API."),
    "demo": ("dialog_core.cli.demo", "group", "Demonstration data."),
}
"""Where each command is, and what the list of commands says of it, so that the list loads none of them."""


class LazyGroup(click.Group):
    """A group whose commands are imported when one of them is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of all commands, in the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        module, name, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="dialog")
def group() -> None:
    """Customer support assembled from modules.

    The environment configures it: DIALOG_HOME, DIALOG_DATABASE_URL, DIALOG_BIND, PORT and others.
    """


def main(arguments: list[str] | None = None, **options: Any) -> NoReturn:
    """Run the command; a problem that a person can solve is one line on standard error and exit code 1."""
    if arguments is None:
        become_active(sys.argv[1:])
    try:
        code = group.main(arguments, prog_name="dialog", standalone_mode=False, **options)
    except DialogError as error:
        _fail(str(error))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _fail("Interrupted.")
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str) -> NoReturn:
    click.echo(" ".join(message.split()), err=True)
    sys.exit(1)
