# SPDX-License-Identifier: Apache-2.0
"""The environment of another version, made aside: whole, without a network, and without touching the running one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterable
from pathlib import Path

import importlib_metadata
import uv

from dialog_core.errors import SetupProblem
from dialog_core.upgrade.needs import Needs, installed

MARKER = "built.json"
TIMEOUT = 300
OFFLINE = ("--offline", "--no-index", "--no-cache", "--no-config", "--no-progress")


def python_of(folder: Path) -> Path:
    """Return the interpreter of an environment."""
    return folder / "bin" / "python"


def build_environment(folder: Path, needs: Needs) -> Path:
    """Make an environment from wheels and from what is kept of the running one, and return its interpreter.

    What is kept is linked file by file, so that it costs no space and an older environment may be deleted. One that
    was made of the same before is used again.

    Raises:
        SetupProblem: it cannot be made; the message says why.
    """
    made_of = {"wheels": sorted(item.sha256 for item in needs.wheels), "kept": [_pin(name) for name in needs.kept]}
    marker = folder / MARKER
    if marker.exists() and marker.read_text() == json.dumps(made_of):
        return python_of(folder)
    try:
        shutil.rmtree(folder, ignore_errors=True)
        venv.EnvBuilder(symlinks=True, with_pip=False).create(folder)
        for name in needs.kept:
            _keep(name, folder)
        _install(folder, needs)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise SetupProblem(
            "The environment in %(path)s cannot be made: %(reason)s.", path=folder, reason=error.strerror or error
        ) from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    marker.write_text(json.dumps(made_of))
    return python_of(folder)


def _pin(name: str) -> str:
    found = installed(name)
    return f"{name}=={found.version}" if found is not None else name


def _keep(name: str, folder: Path) -> None:
    """Take a distribution over from the running environment."""
    found = installed(name)
    if found is None or not found.files:
        raise SetupProblem("“%(name)s” cannot be taken over from here: put its wheel into the folder.", name=name)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    site = Path(str(found.locate_file(""))).resolve()
    for source in _files(found):
        if source.is_relative_to(site):
            _link(source, packages / source.relative_to(site))
        elif source.is_relative_to(sys.prefix) and not _is_script(source):
            _link(source, folder / source.relative_to(sys.prefix))


def _files(found: importlib_metadata.Distribution) -> Iterable[Path]:
    for file in found.files or ():
        source = Path(os.path.normpath(str(found.locate_file(file))))
        if not source.is_file():
            continue
        yield source
        if source.suffix == ".py":
            cached = source.parent / "__pycache__" / f"{source.stem}.{sys.implementation.cache_tag}.pyc"
            if cached.is_file():
                yield cached


def _is_script(source: Path) -> bool:
    """Tell whether it names an interpreter, which would be the old one."""
    with source.open("rb") as file:
        return file.read(2) == b"#!"


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        return
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def _install(folder: Path, needs: Needs) -> None:
    links = folder / "links"
    links.mkdir()
    for item in needs.wheels:
        (links / item.path.name).symlink_to(item.path)
    pins = folder / "requirements.txt"
    pins.write_text("".join(f"{i.distribution}=={i.version} --hash=sha256:{i.sha256}\n" for i in needs.wheels))
    python = str(python_of(folder))
    _uv(
        folder, "install", *OFFLINE, "--no-deps", "--require-hashes", "--only-binary", ":all:", "--link-mode", "copy",
        "--python", python, "--find-links", str(links), "--requirements", str(pins),
    )  # fmt: skip
    _uv(folder, "check", "--no-config", "--python", python)
    shutil.rmtree(links)


def _uv(folder: Path, *arguments: str) -> None:
    command = [uv.find_uv_bin(), "pip", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT, cwd=folder)
    if done.returncode:
        raise SetupProblem("The new environment cannot be made: %(reason)s", reason=done.stderr.strip()[-600:])
