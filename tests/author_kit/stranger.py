# SPDX-License-Identifier: Apache-2.0
"""The machine of somebody who has the platform from its wheel, with the extra `author`, and nothing of this tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.util import cache_from_source
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.author_kit.making import ROOT

PLATFORM, EXTRA = "dialog-platform", "author"
SYSTEM = "/usr/bin:/bin"
"""Where the tools of the machine are: a shell and the like."""


def make_environment(folder: Path) -> None:
    """Make a virtual environment in which the platform is installed as `pip install "dialog-platform[author]"` does.

    What it needs is linked from the environment of the tests, so that no network is asked: just what the platform's
    wheel requires, and what that requires in turn.
    """
    venv.create(folder, symlinks=True)
    made = folder / "pyvenv.cfg"
    made.write_text("".join(line for line in made.read_text().splitlines(True) if not line.startswith("command")))
    for each in _required():
        _link(each, folder)
    wheel = Path(next(WheelBuilder(str(ROOT)).build(directory=str(folder / "wheels"), versions=["standard"])))
    options = ("--quiet", "--offline", "--no-deps", "--no-cache", "--python", str(folder / "bin" / "python"))
    command = [str(Path(sys.executable).with_name("uv")), "pip", "install", *options, str(wheel)]
    subprocess.run(command, check=True, timeout=120, env={"HOME": str(folder), "PATH": SYSTEM})


def shell_environment(environment: Path, home: Path) -> dict[str, str]:
    """Return all variables of a shell in which the environment is active."""
    return {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PATH": f"{environment / 'bin'}:{SYSTEM}",
        "PYTHONUNBUFFERED": "1",
        "VIRTUAL_ENV": str(environment),
    }


def places_of_this_tree(environment: Path) -> list[str]:
    """Return what in an environment leads back to this tree: folders on its import path, and files that name it."""
    code = "import sys; print('\\n'.join(sys.path))"
    path = subprocess.run(
        [environment / "bin/python", "-c", code], env=shell_environment(environment, environment), capture_output=True,
        text=True, check=True, timeout=60,
    ).stdout.split("\n")  # fmt: skip
    found = [folder for folder in path if folder and Path(folder).is_relative_to(ROOT)]
    written = (file for file in environment.rglob("*") if file.is_file() and file.suffix != ".pyc")
    return found + [str(file) for file in written if str(ROOT).encode() in file.read_bytes()]


def _required() -> Iterator[Distribution]:
    """Walk through what the platform and its extra require here."""
    waiting, seen = [Requirement(f"{PLATFORM}[{EXTRA}]")], set()
    while waiting:
        wanted = waiting.pop()
        for extra in ("", *wanted.extras):
            if (canonicalize_name(wanted.name), extra) in seen:
                continue
            seen.add((canonicalize_name(wanted.name), extra))
            try:
                found = distribution(wanted.name)
            except PackageNotFoundError as error:
                raise AssertionError(f"{wanted} is not in the environment of the tests") from error
            if not extra and wanted.name != PLATFORM:
                yield found
            needed = [Requirement(text) for text in found.requires or ()]
            waiting += [each for each in needed if each.marker is None or each.marker.evaluate({"extra": extra})]


def _link(each: Distribution, folder: Path) -> None:
    """Bring the files of a distribution into an environment; its programs start that environment's Python."""
    packages = next(folder.glob("lib/python*/site-packages"))
    for file in each.files or ():
        source = Path(str(each.locate_file(file)))
        if not source.is_file() or source.suffix == ".pyc":
            continue
        target = Path(os.path.normpath(packages / file))
        target.parent.mkdir(parents=True, exist_ok=True)
        start = source.read_bytes() if target.parent == folder / "bin" else b""
        if start.startswith(b"#!"):
            target.write_bytes(start.replace(str(Path(sys.executable).parent).encode(), str(folder / "bin").encode()))
            shutil.copymode(source, target)
            continue
        _link_or_copy(source, target)
        compiled = Path(cache_from_source(str(source)))
        if source.suffix == ".py" and compiled.is_file():
            _link_or_copy(compiled, Path(cache_from_source(str(target))))


def _link_or_copy(source: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    try:
        target.hardlink_to(source)
    except OSError:  # another file system
        shutil.copy2(source, target)
