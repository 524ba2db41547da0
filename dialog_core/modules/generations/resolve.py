# SPDX-License-Identifier: Apache-2.0
"""Find the libraries that a set of modules needs, offline, and never at the cost of the platform's own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import uv
from packaging.utils import canonicalize_name

from dialog_core.errors import NotAllowedNow
from dialog_core.modules.environment import platform_packages, platform_versions
from dialog_core.modules.generations.explaining import explain
from dialog_core.modules.wheels.store import StoredFile
from dialog_core.modules.wheels.wheel import inspect_wheel

TIMEOUT = 60
OFFLINE = ("--no-index", "--offline", "--no-cache", "--no-config", "--no-progress", "--only-binary", ":all:")


@dataclass(frozen=True, slots=True)
class Resolution:
    """The wheels of a generation: its modules and the libraries that come with them."""

    modules: tuple[StoredFile, ...]
    libraries: tuple[StoredFile, ...]


def resolve(modules: Sequence[StoredFile], candidates: Sequence[StoredFile]) -> Resolution:
    """Choose libraries for all modules together.

    Args:
        modules: the wheels that must be in.
        candidates: wheels of libraries to choose from.

    Raises:
        NotAllowedNow: they cannot live together, or with the platform; the message says why.
    """
    if not modules:
        return Resolution((), ())
    with tempfile.TemporaryDirectory(prefix="dialog-resolve-") as scratch:
        links = Path(scratch) / "links"
        link_wheels(links, [*modules, *candidates])
        constraints = Path(scratch) / "constraints.txt"
        constraints.write_text("".join(f"{name}=={version}\n" for name, version in platform_versions().items()))
        command = [
            uv.find_uv_bin(),
            "pip",
            "install",
            "--dry-run",
            "--output-format",
            "json",
            *OFFLINE,
            "--python",
            sys.executable,
            "--find-links",
            str(links),
            "--constraints",
            str(constraints),
            *(f"{module.distribution}=={module.version}" for module in modules),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT, cwd=scratch)
    if done.returncode:
        raise explain(modules, candidates, done.stderr)
    changes = [change for change in json.loads(done.stdout)["changes"] if change["action"] == "installed"]
    return _chosen(modules, candidates, {(canonicalize_name(item["name"]), item["version"]) for item in changes})


def link_wheels(folder: Path, wheels: Sequence[StoredFile]) -> None:
    """Show exactly these wheels, and no others, to the resolver."""
    folder.mkdir()
    for wheel in wheels:
        link = folder / wheel.path.name
        if not link.exists():
            link.symlink_to(wheel.path.resolve())


def _chosen(
    modules: Sequence[StoredFile], candidates: Sequence[StoredFile], wanted: set[tuple[str, str]]
) -> Resolution:
    own = {module.distribution for module in modules}
    platform = platform_versions()
    libraries: list[StoredFile] = []
    for name, version in sorted(wanted):
        if name in own:
            continue
        if name in platform:
            raise NotAllowedNow("The change would replace “%(name)s” of the platform itself.", name=name)
        libraries.append(next(item for item in candidates if (item.distribution, item.version) == (name, version)))
    _refuse_clashes([*modules, *libraries])
    return Resolution(tuple(modules), tuple(libraries))


def _refuse_clashes(wheels: Sequence[StoredFile]) -> None:
    owners: dict[str, str] = dict.fromkeys(platform_packages(), "")
    for wheel in wheels:
        for package in inspect_wheel(wheel.path.name, wheel.path.read_bytes()).top_level:
            if package in owners:
                raise NotAllowedNow(
                    "“%(name)s” brings the package “%(package)s”, which belongs to %(owner)s.",
                    name=wheel.distribution,
                    package=package,
                    owner=owners[package] or "the platform",
                )
            owners[package] = wheel.distribution
