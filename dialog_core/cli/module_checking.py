# SPDX-License-Identifier: Apache-2.0
"""`dialog module check|build|publish`: for module authors; none of them needs a database or a home."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from dialog_core import authoring
from dialog_core.errors import SetupProblem
from dialog_core.modules import Flaw, QualityMark

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
ANY = click.Path(path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("check")
@click.argument("path", type=ANY)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def check_command(path: Path, as_json: bool) -> None:
    """Check the module in the folder PATH, or a wheel: what an administrator's platform would say of it, and more.

    Each line names file, line, code, what is wrong and what to do. Exit code 1 when there are errors; advice costs the
    best quality mark only.
    """
    report = authoring.check(path)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        for flaw in report.flaws:
            click.echo(str(flaw) if flaw.is_error else f"{flaw} (advice)")
        _say_mark(report.name, report.version, report.mark, report.flaws)
    if report.errors:
        sys.exit(1)


@click.command("build")
@click.argument("path", type=FOLDER)
@click.option("--out", type=FOLDER, help="Where to put the wheel.  [default: PATH/dist]")
def build_command(path: Path, out: Path | None) -> None:
    """Check the module in the folder PATH and build its wheel; an error forbids that.

    Translations are compiled, and the same sources give the same bytes each time.
    """
    report = authoring.check(path)
    for flaw in report.errors:
        click.echo(str(flaw), err=True)
    if report.errors or report.wheel is None:
        raise SetupProblem("No wheel was built: correct the errors first.")
    target = authoring.place(report.wheel, (out or path / "dist") / report.filename)
    _say_mark(report.name, report.version, report.mark, report.flaws)
    click.echo(str(target))


@click.command("publish")
@click.argument("wheels", nargs=-1, required=True, type=FILE)
@click.option("--to", "folder", required=True, type=FOLDER, help="The folder of the index or catalog.")
@click.option("--key", type=FILE, help="File of the private key that the index is signed with.")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 3650), help="How long the list holds.")
def publish_command(wheels: tuple[Path, ...], folder: Path, key: Path | None, days: int) -> None:
    """Put WHEELS with their signatures, and libraries that they need, into a folder that platforms take modules from.

    With --key it is an index, to be served by any web server: its signed list gets the next number. Without one it is a
    catalog, for DIALOG_CATALOG. A version that is there is never replaced by other content.
    """
    done = authoring.publish(wheels, folder, key=key.read_text() if key is not None else None, days=days)
    for name in done.added:
        click.echo(f"{folder / name}: new")
    for module, requirement in done.missing:
        click.echo(f"{module} needs {requirement}, which is not in {folder}: publish it too.", err=True)
    click.echo(f"{folder}: " + (f"list {done.serial}" if done.serial is not None else "catalog"))


def _say_mark(name: str, version: str, mark: QualityMark | None, flaws: tuple[Flaw, ...]) -> None:
    if mark is not None:
        errors = sum(flaw.is_error for flaw in flaws)
        click.echo(f"{name} {version}: {errors} errors, {len(flaws) - errors} advice")
        click.echo(f"quality: {mark.level.value}, {mark.kept} of {len(mark.promises)} promises kept")
        for each in mark.promises:
            if not each.is_kept:
                click.echo(f"  not kept: {each.promise.title}")


COMMANDS = (check_command, build_command, publish_command)
