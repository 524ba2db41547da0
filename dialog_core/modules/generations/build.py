# SPDX-License-Identifier: Apache-2.0
"""Make the folder of a generation on this node from its wheels, whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import uv
from sqlalchemy import Engine

from dialog_core.errors import SetupProblem
from dialog_core.modules.generations.resolve import OFFLINE, link_wheels
from dialog_core.modules.wheels.store import StoredFile, materialise

TIMEOUT = 300
LOCK_FILE = "lock.json"
LIBRARY = "lib"


def generation_folder(home: Path, generation: int) -> Path:
    """Return where this node keeps a generation."""
    return home / "generations" / str(generation)


def lock_hashes(lock: dict[str, Any]) -> list[str]:
    """Return the hashes of every wheel in a lock."""
    return [item["sha256"] for item in [*lock["modules"], *lock["libraries"]]]


def build(engine: Engine, home: Path, generation: int, lock: dict[str, Any]) -> Path:
    """Make sure that this node has the generation, and return the folder to put on the import path.

    Doing it twice, or in two processes at once, is harmless. A folder that was made of something else (another
    database used this home) is replaced.

    Raises:
        SetupProblem: it cannot be built; the message says why.
    """

    def unpack(fresh: Path) -> None:
        _install(fresh, materialise(engine, home, lock_hashes(lock)))

    return make_folder(home, generation, lock, unpack)


def make_folder(home: Path, generation: int, lock: dict[str, Any], fill: Callable[[Path], None]) -> Path:
    """Make sure that the folder of a generation is there, and return what of it belongs on the import path.

    Args:
        fill: called with a fresh folder, unless it is there already; makes `LIBRARY` in it.

    Raises:
        SetupProblem: it cannot be written.
    """
    folder = generation_folder(home, generation)
    if is_built(folder, lock):
        return folder / LIBRARY
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{generation}-", dir=folder.parent))
        try:
            fill(fresh)
            (fresh / LOCK_FILE).write_text(_canonical(lock))
            _put_in_place(fresh, folder, lock)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        raise SetupProblem(
            "Generation %(number)s cannot be built in %(path)s: %(reason)s.",
            number=generation,
            path=folder.parent,
            reason=error.strerror or error,
        ) from error
    return folder / LIBRARY


def is_built(folder: Path, lock: dict[str, Any]) -> bool:
    """Tell whether the folder holds exactly this lock."""
    try:
        return (folder / LOCK_FILE).read_text() == _canonical(lock)
    except OSError:
        return False


def _canonical(lock: dict[str, Any]) -> str:
    return json.dumps(lock, sort_keys=True, ensure_ascii=False) + "\n"


def _install(fresh: Path, wheels: Sequence[StoredFile]) -> None:
    target = fresh / LIBRARY
    target.mkdir()
    if not wheels:
        return
    links = fresh / "links"
    link_wheels(links, wheels)
    pins = fresh / "requirements.txt"
    pins.write_text("".join(f"{item.distribution}=={item.version} --hash=sha256:{item.sha256}\n" for item in wheels))
    command = [
        uv.find_uv_bin(),
        "pip",
        "install",
        "--quiet",
        *OFFLINE,
        "--no-deps",
        "--require-hashes",
        "--link-mode",
        "copy",
        "--compile-bytecode",
        "--python",
        sys.executable,
        "--target",
        str(target),
        "--find-links",
        str(links),
        "--requirements",
        str(pins),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT, cwd=fresh)
    if done.returncode:
        raise SetupProblem("The wheels cannot be unpacked: %(reason)s", reason=done.stderr.strip()[-500:])
    shutil.rmtree(links)
    pins.unlink()
    shutil.rmtree(target / "bin", ignore_errors=True)
    (target / ".lock").unlink(missing_ok=True)


def _put_in_place(fresh: Path, folder: Path, lock: dict[str, Any]) -> None:
    fresh.chmod(0o755)
    try:
        fresh.rename(folder)
    except OSError:
        if is_built(folder, lock):  # another process of this node was faster
            return
        aside = folder.with_name(f".old-{folder.name}-{os.getpid()}")
        folder.rename(aside)
        fresh.rename(folder)
        shutil.rmtree(aside, ignore_errors=True)
