# SPDX-License-Identifier: Apache-2.0
"""Read what a module is from its folder, without running any of its code."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from dialog_core.errors import SetupProblem
from dialog_core.modules import SourceModule, parse_manifest

GROUP = "dialog.modules"
UNKNOWN_VERSION = "0.dev0"
"""Of a module whose version is made when it is built."""


def read_source(root: Path) -> SourceModule:
    """Return the module in a folder.

    Raises:
        SetupProblem: there is none, or its pyproject.toml does not say what is needed; the message names it.
        WrongValue: module.toml is not in order; the message names the key.
    """
    file = root / "pyproject.toml"
    try:
        project = tomllib.loads(file.read_text()).get("project", {})
    except FileNotFoundError:
        raise SetupProblem(
            "There is no module in %(path)s: it has no pyproject.toml. Give the folder that has one.", path=root
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SetupProblem("%(file)s cannot be read: %(reason)s.", file=file, reason=error) from error
    name, entry_point = _entry_point(file, project)
    package = _package(root, name)
    manifest = parse_manifest((package / "module.toml").read_bytes())
    if manifest.name != name:
        raise SetupProblem(
            "%(file)s says that the module is called “%(name)s”, its entry point “%(other)s”. Write the same in both.",
            file=package / "module.toml",
            name=manifest.name,
            other=name,
        )
    version = str(project.get("version") or UNKNOWN_VERSION)
    return SourceModule(name, str(project.get("name") or f"dialog-{name}"), version, package, entry_point)


def _entry_point(file: Path, project: Any) -> tuple[str, str]:
    groups = project.get("entry-points", {}) if isinstance(project, dict) else {}
    found = groups.get(GROUP, {}) if isinstance(groups, dict) else {}
    if not isinstance(found, dict) or len(found) != 1:
        raise SetupProblem(
            '%(file)s has no module: write one entry point under [project.entry-points."%(group)s"].',
            file=file,
            group=GROUP,
        )
    name, target = next(iter(found.items()))
    return str(name), str(target)


def _package(root: Path, name: str) -> Path:
    for folder in (root / "src", root):
        if (folder / f"dialog_{name}" / "module.toml").is_file():
            return folder / f"dialog_{name}"
    raise SetupProblem(
        "There is no %(file)s below %(path)s. The package of a module lies in src/.",
        file=f"dialog_{name}/module.toml",
        path=root,
    )
