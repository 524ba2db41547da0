# SPDX-License-Identifier: Apache-2.0
"""`dialog module key|sign|make-index|publisher|index`: keys, signatures, and whom this installation trusts."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import click

from dialog_core.authoring import make_index
from dialog_core.cli.ready import ready
from dialog_core.clock import now
from dialog_core.errors import SetupProblem
from dialog_core.modules import (
    DOCUMENT,
    add_publisher,
    check_index,
    index_view,
    inspect_wheel,
    list_publishers,
    new_key,
    remove_index,
    remove_publisher,
    set_index,
    sign_wheel,
)

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("key")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def key_command(path: Path) -> None:
    """Make a key to sign with: the private half goes into PATH, the public one is printed to hand out."""
    private, public = new_key()
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(private)
    except OSError as error:
        raise SetupProblem("%(path)s cannot be written: %(reason)s.", path=path, reason=error.strerror) from error
    click.echo(public)


@click.command("sign")
@click.argument("wheels", nargs=-1, required=True, type=FILE)
@click.option("--key", required=True, type=FILE, help="File of the private key.")
def sign_command(wheels: tuple[Path, ...], key: Path) -> None:
    """Sign WHEELS; each signature is written beside its wheel, as NAME.whl.sig."""
    private = key.read_text()
    for path in wheels:
        content = path.read_bytes()
        inspect_wheel(path.name, content)
        beside = Path(f"{path}.sig")
        beside.write_bytes(sign_wheel(private, content))
        click.echo(str(beside))


@click.command("make-index")
@click.argument("folder", type=FOLDER)
@click.option("--key", required=True, type=FILE, help="File of the private key.")
@click.option("--serial", required=True, type=click.IntRange(1), help="Number of the list, higher than the last one.")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 3650), help="How long the list holds.")
def make_index_command(folder: Path, key: Path, serial: int, days: int) -> None:
    """Make an index of the wheels in FOLDER: a signed list and project pages, to be served by any web server."""
    make_index(folder, key.read_text(), serial=serial, expires_at=now() + timedelta(days=days))
    click.echo(f"{folder / DOCUMENT}: list {serial}")


@click.group("publisher", help="Publishers whose signatures are trusted.")
def publisher() -> None:
    """Hold the commands together."""


@publisher.command("list")
def list_publishers_command() -> None:
    """List the trusted publishers with the fingerprints of their keys."""
    with ready() as (actor, _):
        for each in list_publishers(actor):
            click.echo(f"{each.name:<30} {each.key_id}")


@publisher.command("add")
@click.argument("name")
@click.argument("public_key")
def add_publisher_command(name: str, public_key: str) -> None:
    """Trust a publisher; compare the fingerprint that is printed with the publisher's own word."""
    with ready() as (actor, _):
        click.echo(add_publisher(actor, name=name, public_key=public_key))


@publisher.command("remove")
@click.argument("fingerprint")
def remove_publisher_command(fingerprint: str) -> None:
    """Trust a publisher no longer; what it has signed and is installed goes on."""
    with ready() as (actor, _):
        remove_publisher(actor, key=fingerprint)


@click.group("index", help="The organisation's own index.")
def index() -> None:
    """Hold the commands together."""


@index.command("set")
@click.argument("url")
@click.argument("public_key")
def set_index_command(url: str, public_key: str) -> None:
    """Take modules from the index at URL, whose list is signed with PUBLIC_KEY."""
    with ready() as (actor, _):
        set_index(actor, url=url, public_key=public_key)
        check_index(actor)


@index.command("check")
def check_index_command() -> None:
    """Fetch the list of the index now."""
    with ready() as (actor, _):
        check_index(actor)
        view = index_view(actor)
        if view is not None:
            click.echo(f"list {view.serial}: {view.modules} modules, {view.libraries} libraries")


@index.command("remove")
def remove_index_command() -> None:
    """Take nothing from the index any more; what was installed from it goes on."""
    with ready() as (actor, _):
        remove_index(actor)


COMMANDS = (key_command, sign_command, make_index_command, publisher, index)
