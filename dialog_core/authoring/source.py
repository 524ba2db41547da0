# SPDX-License-Identifier: Apache-2.0
"""A module's source folder: pyproject.toml, the one entry point, and the package under src/, read without running any.

The layout is fixed, so that nobody has to configure it: distribution `dialog-NAME`, package `src/dialog_NAME`, entry
point NAME in the group `dialog.modules`, built by hatchling.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from dialog_core.errors import SetupProblem
from dialog_core.modules import MODULE_NAME, Flaw, Metadata, ModuleFiles

PROJECT = "pyproject.toml"
GROUP = "dialog.modules"
BACKEND = "hatchling.build"
CACHES = {"__pycache__"}
HOW = "docs/modules.md shows how a module's folder looks"


class ProjectProblem(SetupProblem):
    """The folder is not one of a module; `flaw` says where and what to change."""

    def __init__(self, flaw: Flaw) -> None:
        self.flaw = flaw
        super().__init__(str(flaw).replace("%", "%%"))


@dataclass(frozen=True, slots=True)
class Source:
    """A module's source folder; `package` is the folder of its package, `files` what a wheel of it would hold."""

    root: Path
    name: str
    version: str
    package: Path
    files: ModuleFiles


def read_source(root: Path) -> Source:
    """Read a module's source folder.

    Raises:
        ProjectProblem: it is not one of a module, with the first thing that is wrong.
    """
    text = _project_text(root)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        flaw = Flaw("project", PROJECT, int(line[1]) if line else 1, f"it is not valid TOML: {error}", "correct it")
        raise ProjectProblem(flaw) from error
    project = data.get("project")
    if not isinstance(project, dict):
        raise _problem(text, "there is no table [project]", HOW)
    name, target = _entry_point(text, project)
    distribution = project.get("name")
    if not isinstance(distribution, str) or canonicalize_name(distribution) != canonicalize_name(f"dialog-{name}"):
        what = f"the distribution of the module {name} is named {distribution!r}"
        raise _problem(text, what, f'write name = "{canonicalize_name(f"dialog-{name}")}"', "name")
    version = _version(text, project)
    backend = data.get("build-system", {}).get("build-backend")
    if backend != BACKEND:
        what = f"the build backend is {backend!r}"
        raise _problem(
            text, what, f'write build-backend = "{BACKEND}": other backends build otherwise each time', "build-backend"
        )
    package = root / "src" / f"dialog_{name}"
    if not (package / "__init__.py").is_file():
        what = f"there is no package src/dialog_{name} with an __init__.py"
        raise _problem(text, what, f"put the code of the module there: {HOW}", target)
    metadata = _metadata(root, text, project, version=version, entry_point=target)
    files, elsewhere = _files(root, data, package)
    found = ModuleFiles(name, files, metadata, prefix="src/", elsewhere=elsewhere)
    return Source(root, name, version, package, found)


def _project_text(root: Path) -> str:
    try:
        return (root / PROJECT).read_text(encoding="utf-8")
    except FileNotFoundError:
        what = f"there is no {PROJECT} in {root}" if root.is_dir() else f"there is no folder {root}"
        raise _problem("", what, f"name the folder of a module: {HOW}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise _problem("", f"it cannot be read: {error}", "make it a readable text file in UTF-8") from error


def _entry_point(text: str, project: Mapping[str, Any]) -> tuple[str, str]:
    groups = project.get("entry-points")
    entries = groups.get(GROUP) if isinstance(groups, dict) else None
    if not isinstance(entries, dict) or len(entries) != 1:
        count = len(entries) if isinstance(entries, dict) else 0
        what = f"there must be one entry point in “{GROUP}”, and there are {count}"
        raise _problem(text, what, f'write [project.entry-points."{GROUP}"] and NAME = "dialog_NAME.hooks"', GROUP)
    name, target = next(iter(entries.items()))
    if not MODULE_NAME.fullmatch(name) or not isinstance(target, str):
        what = f"“{name[:60]}” cannot be the name of a module"
        raise _problem(text, what, "use lower-case letters, digits and _, at most 40, a letter first", str(target))
    return name, target


def _version(text: str, project: Mapping[str, Any]) -> str:
    found = project.get("version")
    try:
        return str(Version(found if isinstance(found, str) else ""))
    except InvalidVersion as error:
        what = "there is no version" if found is None else f"{found!r} is no version"
        raise _problem(text, what, 'write one, as in version = "1.0"', "version" if found else "[project]") from error


def _metadata(root: Path, text: str, project: Mapping[str, Any], *, version: str, entry_point: str) -> Metadata:
    readme = project.get("readme")
    named = readme.get("file") if isinstance(readme, dict) else readme
    file = root / named if isinstance(named, str) else None
    if file is not None and not file.is_file():
        raise _problem(text, f"the README {named} is not there", "write it, or name the right file", "readme")
    requires = project.get("dependencies")
    licence = project.get("license")
    return Metadata(
        file=PROJECT,
        text=text,
        version=version,
        entry_point=entry_point,
        licence=licence if isinstance(licence, str) else "",
        summary=str(project.get("description") or ""),
        readme=file.read_text(encoding="utf-8", errors="replace") if file is not None else "",
        requires=tuple(map(str, requires)) if isinstance(requires, list) else (),
        requires_python=str(project.get("requires-python") or ""),
    )


def _files(root: Path, data: Mapping[str, Any], package: Path) -> tuple[dict[str, bytes], dict[str, str]]:
    """Return what the wheel would hold, and where those files stand that are put into the package from elsewhere."""
    files = {str(path.relative_to(package.parent)): path.read_bytes() for path in _walk(package)}
    elsewhere = {}
    target: Any = data
    for key in ("tool", "hatch", "build", "targets", "wheel", "force-include"):
        target = target.get(key) if isinstance(target, dict) else None
    for source, place in target.items() if isinstance(target, dict) else ():
        path = root / source
        if path.is_file():
            files[str(place)] = path.read_bytes()
            elsewhere[str(place)] = source
    return files, elsewhere


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in CACHES:
            yield from _walk(path)
        elif path.is_file() and path.suffix not in {".pyc", ".pyo"}:
            yield path


def _problem(text: str, what: str, advice: str, word: str = "") -> ProjectProblem:
    lines = enumerate(text.splitlines(), 1)
    line = next((number for number, content in lines if word and content.strip().startswith(word)), 0)
    line = line or next((number for number, content in enumerate(text.splitlines(), 1) if word and word in content), 1)
    return ProjectProblem(Flaw("project", PROJECT, line, what, advice))
