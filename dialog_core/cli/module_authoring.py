# SPDX-License-Identifier: Apache-2.0
"""`dialog module new` and `update`: a module from the template, and what the template has learnt since."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from dialog_core.authoring import (
    QUESTIONS,
    AuthoringProblem,
    Question,
    check_answers,
    check_target,
    create_module,
    update_module,
)

PATH = click.Path(path_type=Path)


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    for question in reversed(QUESTIONS):
        # Given twice, an option is refused or adds up, but never takes the place of the first unnoticed.
        option = click.option(question.option, question.key, metavar="TEXT", multiple=True, help=f"{question.text}.")
        command = option(command)
    return command


def _given(given: dict[str, tuple[str, ...]]) -> dict[str, object]:
    """Return the answers of the options; `--brings` may stand several times.

    Raises:
        AuthoringProblem: another one does.
    """
    for question in QUESTIONS:
        if len(given[question.key]) > 1 and question.key != "brings":
            raise AuthoringProblem(f"{question.option} is given twice: give it once.")
    return {key: ",".join(texts) for key, texts in given.items() if texts}


@click.command("new")
@click.argument("path", required=False, type=PATH)
@_options
@click.option("--answers", type=click.Path(), help='A file with a JSON object of answers by name, or "-".')
def new_command(path: Path | None, answers: str | None, **given: tuple[str, ...]) -> None:
    """Make a new module in PATH, ./dialog-NAME unless told otherwise.

    What no option and no file answers is asked, when somebody is there to answer.
    """
    if path is not None:
        check_target(path)
    values: dict[str, object] = {**_from_file(answers), **_given(given)}
    if sys.stdin.isatty() and answers != "-":
        for question in QUESTIONS:
            if question.key not in values:
                values[question.key] = _ask(question)
    checked = check_answers(values)
    made = create_module(checked, path or Path(f"dialog-{checked.name.replace('_', '-')}"))
    click.echo(f"The module {checked.name} is in {made}. Next, in that folder:")
    click.echo("  git init && git add --all && git commit -m 'Begin'   so that later templates can be merged")
    click.echo("  pytest                                               its tests")
    click.echo("  dialog module dev .                                  see it in the browser")


@click.command("update")
@click.argument("path", type=PATH)
def update_command(path: Path) -> None:
    """Merge what newer versions of the template bring into the module in PATH; nothing is committed.

    Exit code 1: some files have conflicts, which stand in them between markers.
    """
    done = update_module(path)
    if done.before == done.after:
        click.echo(f"{path} is made with version {done.after} of the template, the newest there is here.")
        return
    click.echo(f"{path}: version {done.before} of the template became {done.after}, {len(done.changed)} files changed.")
    for name in done.changed:
        click.echo(f"  {'conflict' if name in done.conflicts else 'changed':<9} {name}")
    if done.conflicts:
        click.echo("Both sides changed the same lines: edit these files, then git add them.", err=True)
        sys.exit(1)


def _ask(question: Question) -> str:
    def check(value: str) -> str:
        try:
            return question.check(value)
        except AuthoringProblem as error:
            raise click.UsageError(str(error)) from error

    answer: str = click.prompt(question.text, default=question.default, value_proc=check)
    return answer


def _from_file(name: str | None) -> dict[str, object]:
    if name is None:
        return {}
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        values = json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise AuthoringProblem(f"The answers in {name} cannot be read: {error}.") from error
    if not isinstance(values, dict):
        raise AuthoringProblem(f"The answers in {name} must be a JSON object of answers by name.")
    return values


COMMANDS = (new_command, update_command)
