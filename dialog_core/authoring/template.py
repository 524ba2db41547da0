# SPDX-License-Identifier: Apache-2.0
"""The template of modules: its version now, the archives of earlier versions, and the program that renders it.

Copier runs in a process of its own: it changes the current folder and prints, and only authors have it.
"""

from __future__ import annotations

import importlib.util
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dialog_core.authoring.problem import AuthoringProblem

ANSWERS_FILE = ".copier-answers.yml"
ADDRESS = "dialog-platform:module-template.git"
"""Where modules say that their template is; `updating` lets git find it in a scratch folder."""
PARTS = ("copier.yml", "parts", "template")
"""What makes a version of the template; beside it lie VERSION and earlier/."""
_SKIPPED = {"__pycache__"}
_EPOCH = (1980, 1, 1, 0, 0, 0)
SECONDS = 300


@dataclass(frozen=True, slots=True)
class Template:
    """The folder of the template.

    `VERSION` holds the template's number and the version of the platform that brought it first; `earlier/N.zip` is
    version N as it was released.
    """

    folder: Path

    @property
    def version(self) -> int:
        """The number of the version in the folder."""
        return int(self._version_line()[0])

    @property
    def since(self) -> str:
        """The version of the platform that brought this version first."""
        return self._version_line()[1]

    def archive_of(self, version: int) -> Path:
        """Return where a released version is kept."""
        return self.folder / "earlier" / f"{version}.zip"

    def knows(self, version: int) -> bool:
        """Tell whether a version can be rendered: the present one, or an archived one."""
        return version == self.version or self.archive_of(version).is_file()

    def pack(self) -> bytes:
        """Return the present version as an archive; the same files always give the same bytes."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in self._files():
                entry = zipfile.ZipInfo(path.relative_to(self.folder).as_posix(), _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())
        return buffer.getvalue()

    def write_to(self, target: Path, version: int) -> None:
        """Write a version that is known into an empty folder."""
        content = self.pack() if version == self.version else self.archive_of(version).read_bytes()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            archive.extractall(target)

    def _files(self) -> list[Path]:
        found = [self.folder / PARTS[0]]
        for part in PARTS[1:]:
            found += [path for path in (self.folder / part).rglob("*") if path.is_file()]
        return sorted(path for path in found if not _SKIPPED & set(path.parts))

    def _version_line(self) -> list[str]:
        return (self.folder / "VERSION").read_text(encoding="utf-8").split()


def bundled_template() -> Template:
    """Return the template that comes with the platform: inside the package, in a checkout beside it."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "plugin_template"
    return Template(inside if inside.is_dir() else package.parent / "plugin_template")


def run_copier(arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None = None) -> None:
    """Run copier.

    Raises:
        AuthoringProblem: it is not installed, or it failed.
    """
    if importlib.util.find_spec("copier") is None:
        raise AuthoringProblem("copier is not installed here: pip install 'dialog-platform[author]'.")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "copier", *arguments],
        cwd=cwd, env=dict(os.environ if env is None else env), stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False, timeout=SECONDS,
    )  # fmt: skip
    if done.returncode:
        raise AuthoringProblem(f"The template could not be applied: {_reason(done.stderr + done.stdout)}")


def _reason(output: str) -> str:
    """Return the line that says what happened: the last one of a traceback, otherwise the first."""
    lines = [line.strip() for line in output.splitlines() if line.strip()] or ["copier said nothing"]
    return lines[-1 if lines[0].startswith("Traceback") else 0][:300]
