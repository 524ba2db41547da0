# SPDX-License-Identifier: Apache-2.0
"""Wheels named on the command line: read with the signatures beside them, stored, and turned into wishes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from dialog_core.errors import SetupProblem
from dialog_core.modules import MAX_WHEEL, Action, GivenFile, Verb, upload_wheels
from dialog_core.staff import Actor


def upload_files(actor: Actor, paths: Sequence[Path]) -> list[Action]:
    """Store wheels and return the installation of each module among them; what is missing is told.

    Raises:
        SetupProblem: a file cannot be read, or there is no module among them.
    """
    beside = [Path(f"{path}.sig") for path in paths if path.suffix == ".whl"]
    named = [*paths, *(path for path in beside if path not in paths and path.exists())]
    stored = upload_wheels(actor, files=[GivenFile(path.name, _read(path)) for path in named])
    for name, requirement in stored.missing:
        click.echo(f"{name} needs {requirement}, which is neither in the catalog nor uploaded.", err=True)
    modules = [info for info in stored.wheels if info.manifest is not None]
    if not modules:
        raise SetupProblem(
            "%(path)s is a library, not a module. It is stored for modules that need it.",
            path=", ".join(str(path) for path in paths),
        )
    return [Action(Verb.INSTALL, info.manifest.name, info.sha256) for info in modules if info.manifest]


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_WHEEL:
            raise SetupProblem("%(path)s is larger than %(limit)s MiB.", path=path, limit=MAX_WHEEL // 2**20)
        return path.read_bytes()
    except OSError as error:
        raise SetupProblem("%(path)s cannot be read: %(reason)s.", path=path, reason=error.strerror) from error
