# SPDX-License-Identifier: Apache-2.0
"""All that can be checked of a module before anybody installs it.

First what its files show, then, when that is in order, the wheel that would be built of it, in the platform's own
trial: the same process, the same findings that an administrator would get.
"""

from __future__ import annotations

import tempfile
import zipfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import importlib_metadata

from dialog_core.authoring.building import BuildFailed, build_wheel
from dialog_core.authoring.source import ProjectProblem, Source, read_source
from dialog_core.errors import DialogError, SetupProblem
from dialog_core.modules import (
    Flaw,
    ModuleFiles,
    QualityMark,
    WheelInfo,
    files_of_wheel,
    flaws_of,
    inspect_wheel,
    mark_of,
    try_out,
)

ADVICE = {
    "import": "correct the code that is imported first",
    "hooks": "make module.toml and the hooks in the code the same",
    "routes": "let routes begin with the module's name, and list each in module.toml under capabilities.pages",
    "templates": "put templates into templates/NAME/",
    "migrations": "correct the migration",
    "tables": "list in module.toml under capabilities.tables what the migrations make",
    "settings": "correct the schema of the settings",
    "start": "correct what keeps the platform from starting with it",
}
"""What to do about a finding of the trial, by its check; the others are about module.toml."""
IN_CODE = {"import", "hooks", "settings", "start", "process"}


@dataclass(frozen=True, slots=True)
class Report:
    """What was found of a module.

    Name and version are empty, and there is no mark, when it could not be read; `wheel` is the content of the file
    `filename` when one could be made.
    """

    name: str
    version: str
    flaws: tuple[Flaw, ...]
    mark: QualityMark | None
    filename: str = ""
    wheel: bytes | None = None

    @property
    def errors(self) -> tuple[Flaw, ...]:
        """Return what forbids building it."""
        return tuple(flaw for flaw in self.flaws if flaw.is_error)

    def as_json(self) -> dict[str, Any]:
        """Return JSON values."""
        mark = self.mark
        promises = [{"name": each.promise.name, "kept": each.is_kept} for each in mark.promises] if mark else []
        return {
            "module": self.name,
            "version": self.version,
            "flaws": [{**asdict(flaw), "severity": flaw.severity.value} for flaw in self.flaws],
            "quality": {"level": mark.level.value, "promises": promises} if mark else None,
        }


def check(path: Path) -> Report:
    """Check a module's source folder, or a wheel of it.

    Raises:
        SetupProblem: the file cannot be read, or it is no module.
    """
    if path.suffix != ".whl":
        return check_source(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SetupProblem("%(path)s cannot be read: %(reason)s.", path=path, reason=error.strerror) from error
    return check_wheel(path.name, content)


def check_source(root: Path) -> Report:
    """Check a module's source folder, and the wheel that is built of it aside."""
    try:
        source = read_source(root)
    except ProjectProblem as problem:
        return Report("", "", (problem.flaw,), None)
    flaws = flaws_of(source.files)
    if any(flaw.is_error for flaw in flaws):
        return Report(source.name, source.version, flaws, mark_of(flaws))
    with tempfile.TemporaryDirectory() as scratch:
        try:
            wheel = build_wheel(source, Path(scratch))
        except BuildFailed as error:
            flaws = (*flaws, Flaw("build", "pyproject.toml", 1, str(error).rstrip("."), "correct what it names"))
            return Report(source.name, source.version, flaws, mark_of(flaws))
        return check_wheel(wheel.name, wheel.read_bytes(), source)


def check_wheel(filename: str, content: bytes, source: Source | None = None) -> Report:
    """Check a wheel; with the `source` that it was built of, flaws name the author's files."""
    try:
        info = inspect_wheel(filename, content)
    except DialogError as error:
        file = "pyproject.toml" if source is not None else filename
        flaw = Flaw(
            "build", file, 1, str(error).rstrip("."), "no platform would take this wheel: correct what it names"
        )
        return Report(source.name if source else "", source.version if source else "", (flaw,), mark_of((flaw,)))
    if info.manifest is None:
        raise SetupProblem("%(path)s is a library, not a module.", path=filename)
    files = files_of_wheel(info, content)
    known: tuple[Flaw, ...] = ()
    if source is not None:
        files = _as_in(source, files)
        known = flaws_of(source.files)
    flaws = _merged(known, flaws_of(files))
    if not any(flaw.is_error for flaw in flaws):
        flaws = _merged(flaws, _trial(files, info, content))
    return Report(files.name, info.version, flaws, mark_of(flaws), filename, content)


def _as_in(source: Source, files: ModuleFiles) -> ModuleFiles:
    """Return the files of a wheel under the names that they have in the source folder."""
    metadata = replace(files.metadata, file=source.files.metadata.file, text=source.files.metadata.text)
    return replace(files, metadata=metadata, prefix=source.files.prefix, elsewhere=source.files.elsewhere)


def _merged(first: tuple[Flaw, ...], second: tuple[Flaw, ...]) -> tuple[Flaw, ...]:
    known = {(flaw.code, flaw.file, flaw.what) for flaw in first}
    both = [*first, *(flaw for flaw in second if (flaw.code, flaw.file, flaw.what) not in known)]
    return tuple(sorted(both, key=lambda flaw: (not flaw.is_error, flaw.file, flaw.line, flaw.code, flaw.what)))


def _trial(files: ModuleFiles, info: WheelInfo, content: bytes) -> tuple[Flaw, ...]:
    """Let the platform start with the module, in a fresh process on a scratch home."""
    if next(iter(importlib_metadata.distributions(name=info.distribution)), None) is not None:
        what = f"{info.distribution} is installed in this environment: the trial would see that, not the wheel"
        return (Flaw("preflight", files.metadata.file, 1, what, f"take it out: pip uninstall {info.distribution}"),)
    with tempfile.TemporaryDirectory() as scratch:
        wheel, folder = Path(scratch, "module.whl"), Path(scratch, "library")
        wheel.write_bytes(content)
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)  # its members were inspected
        entry = {"name": files.name, "distribution": info.distribution, "version": info.version, "sha256": info.sha256}
        report = try_out(folder, [{**entry, "enabled": True}])
    toml, code = files.shown(f"{files.package}/module.toml"), files.shown(files.entry_path())
    return tuple(
        Flaw(
            "preflight", code if finding.check in IN_CODE else toml, 1,
            f"the trial of the platform says: {' '.join(finding.text.split())}".rstrip("."),
            ADVICE.get(finding.check, "make module.toml and the code the same"),
        )
        for finding in report.findings
    )  # fmt: skip
