# SPDX-License-Identifier: Apache-2.0
"""A module's folder as what is run from it, read without running any of its code."""

from __future__ import annotations

from pathlib import Path

from dialog_core.authoring.problem import AuthoringProblem
from dialog_core.authoring.source import read_source
from dialog_core.modules import SourceModule, parse_manifest

MANIFEST = "module.toml"


def read_module(root: Path) -> SourceModule:
    """Return the module in a folder.

    Raises:
        SetupProblem: there is none, or its pyproject.toml does not say what is needed; the message names the file.
        WrongValue: module.toml is not in order; the message names the key.
    """
    found = read_source(root)
    file = found.package / MANIFEST
    try:
        content = file.read_bytes()
    except OSError as error:
        raise AuthoringProblem("%(file)s cannot be read: %(reason)s.", file=file, reason=error.strerror) from error
    manifest = parse_manifest(content)
    if manifest.name != found.name:
        raise AuthoringProblem(
            "%(file)s says that the module is called “%(name)s”, its entry point “%(other)s”. Write the same in both.",
            file=file,
            name=manifest.name,
            other=found.name,
        )
    return SourceModule(
        found.name, f"dialog-{found.name}", found.version, found.package, found.files.metadata.entry_point
    )
