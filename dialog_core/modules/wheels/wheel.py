# SPDX-License-Identifier: Apache-2.0
"""Look into a wheel without running any of it, and refuse what could not live beside the platform."""

from __future__ import annotations

import configparser
import hashlib
import io
import re
import stat
import zipfile
from dataclasses import dataclass
from email.parser import BytesParser
from pathlib import PurePosixPath

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from dialog_core.errors import TooLarge, WrongValue
from dialog_core.modules.wheels.lookalikes import refuse_lookalike
from dialog_core.modules.wheels.manifest import Manifest, parse_manifest
from dialog_core.modules.wheels.members import check_content, check_names, check_size
from dialog_core.modules.wheels.record import check_record

ENTRY_POINTS = "dialog.modules"
FILENAME = re.compile(r"[A-Za-z0-9_.+!-]{1,200}")
MAX_WHEEL = 100 * 1024 * 1024
STARTUP_FILES = {"sitecustomize.py", "usercustomize.py", "sitecustomize", "usercustomize"}
CORE_PACKAGES = {"dialog_core", "admin_ui"}


@dataclass(frozen=True, slots=True)
class WheelInfo:
    """What a wheel is, read without running it.

    Attributes:
        distribution: canonical name; `top_level`: packages and modules that it would add to the import path.
        requires: its `Requires-Dist` lines, and `requires_python` a version specifier; `manifest`: None for a library.
    """

    filename: str
    distribution: str
    version: str
    sha256: str
    size: int
    requires: tuple[str, ...]
    top_level: tuple[str, ...]
    entry_point: str | None
    manifest: Manifest | None
    requires_python: str = ""

    @property
    def is_module(self) -> bool:
        """Whether it is a module of the platform rather than a library."""
        return self.manifest is not None


def inspect_wheel(filename: str, content: bytes) -> WheelInfo:
    """Check a wheel and describe it.

    Raises:
        WrongValue: field `wheel` (or a key of its module.toml); the message says what is wrong.
        TooLarge: a size limit is exceeded.
    """
    if filename.endswith((".tar.gz", ".zip", ".sdist")):
        raise _wrong(
            "%(name)s is a source archive. Only wheels are installed: nothing is built on the server.", filename
        )
    if not FILENAME.fullmatch(filename):  # a build tag, for example, may be anything for the parser, also a path
        raise _wrong("%(name)s is not the file name of a wheel.", filename[:200])
    try:
        name, version, _build, _tags = parse_wheel_filename(filename)
    except InvalidWheelFilename as error:
        raise _wrong("%(name)s is not the file name of a wheel.", filename) from error
    refuse_lookalike(str(name))
    if len(content) > MAX_WHEEL:
        raise TooLarge("%(name)s is larger than %(limit)s MiB.", name=filename, limit=MAX_WHEEL // 2**20)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_size(filename, archive)
            _check_paths(filename, archive)
            check_names(filename, archive)
            check_content(filename, archive, content)
            folder = _dist_info(filename, archive, str(name))
            check_record(filename, archive, folder)
            return _describe(filename, content, archive, folder, (str(name), str(version)))
    except (
        zipfile.BadZipFile,
        RuntimeError,
        NotImplementedError,
        EOFError,
        OSError,
        KeyError,
        UnicodeDecodeError,
    ) as error:
        raise _wrong("%(name)s is not a readable wheel: it is damaged or not a zip archive.", filename) from error


def _check_paths(filename: str, archive: zipfile.ZipFile) -> None:
    for member in archive.infolist():
        path = PurePosixPath(member.filename)
        kind = stat.S_IFMT(member.external_attr >> 16)
        is_plain = bool(path.parts) and str(path) == member.filename.removesuffix("/") and member.filename.isprintable()
        outside = path.is_absolute() or ".." in path.parts or "\\" in member.filename or ":" in "".join(path.parts[:1])
        if not is_plain or outside or "\0" in member.orig_filename or kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
            raise _wrong("%(name)s holds “%(member)s”, which would be written elsewhere.", filename, member.filename)
        _refuse_startup(filename, path)


def _refuse_startup(filename: str, path: PurePosixPath) -> None:
    at_top = path.parts[2:] if path.parts[0].endswith(".data") else path.parts
    if path.suffix == ".pth" or (at_top and at_top[0] in STARTUP_FILES):
        raise _wrong("%(name)s holds “%(member)s”, which would run whenever Python starts.", filename, str(path))
    if path.parts[0].endswith(".data"):
        raise _wrong("%(name)s holds “%(member)s”: files outside of packages are not installed.", filename, str(path))


def _dist_info(filename: str, archive: zipfile.ZipFile, name: str) -> str:
    tops = {entry.split("/", 1)[0] for entry in archive.namelist()}
    folders = {top for top in tops if top.lower().endswith((".dist-info", ".egg-info", ".egg-link"))}
    if (
        len(folders) != 1
        or canonicalize_name(next(iter(folders)).removesuffix(".dist-info").rpartition("-")[0]) != name
    ):
        raise _wrong("%(name)s must have exactly one metadata folder, of its own name.", filename)
    return folders.pop()


def _describe(
    filename: str, content: bytes, archive: zipfile.ZipFile, folder: str, named: tuple[str, str]
) -> WheelInfo:
    metadata = BytesParser().parsebytes(archive.read(f"{folder}/METADATA"), headersonly=True)
    if (canonicalize_name(metadata["Name"] or ""), metadata["Version"]) != named:
        raise _wrong("%(name)s says in its metadata that it is something else.", filename)
    requires = tuple(str(line) for line in metadata.get_all("Requires-Dist") or ())
    _check_requirements(filename, requires)
    top_level = _top_level(archive, folder)
    entry = _entry_point(filename, archive, folder)
    manifest = None
    if entry is None and named[0].startswith("dialog-"):
        raise _wrong("%(name)s has a name that starts with “dialog-” as modules have, but is none.", filename)
    if entry is not None:
        manifest = _module_manifest(filename, archive, entry, named[0])
        if top_level != (f"dialog_{manifest.name}",):
            raise _wrong("%(name)s must hold the one package %(member)s.", filename, f"dialog_{manifest.name}")
    for package in top_level:
        if not package.isascii():
            raise _wrong("%(name)s brings “%(member)s”, whose letters only look like Latin ones.", filename, package)
        if package in CORE_PACKAGES or (package.startswith("dialog_") and manifest is None):
            raise _wrong(
                "%(name)s brings the package “%(member)s”, which belongs to the platform or to another module.",
                filename,
                package,
            )
    return WheelInfo(
        filename=filename,
        distribution=named[0],
        version=named[1],
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        requires=requires,
        top_level=top_level,
        entry_point=entry[1] if entry else None,
        manifest=manifest,
        requires_python=_requires_python(filename, metadata.get("Requires-Python")),
    )


def _requires_python(filename: str, line: str | None) -> str:
    try:
        return str(SpecifierSet(line or ""))
    except InvalidSpecifier as error:
        raise _wrong(
            "%(name)s has the unreadable requirement “%(member)s”.", filename, f"Python {line}"[:100]
        ) from error


def _check_requirements(filename: str, lines: tuple[str, ...]) -> None:
    for line in lines:
        try:
            requirement = Requirement(line)
        except InvalidRequirement as error:
            raise _wrong("%(name)s has the unreadable requirement “%(member)s”.", filename, line[:100]) from error
        if requirement.url:
            raise _wrong(
                "%(name)s requires “%(member)s” by address; only names are allowed.", filename, requirement.name
            )


def _top_level(archive: zipfile.ZipFile, folder: str) -> tuple[str, ...]:
    parts = (PurePosixPath(name).parts for name in archive.namelist())
    return tuple(sorted({re.sub(r"\..*", "", part[0]) for part in parts if part[0] != folder}))


def _entry_point(filename: str, archive: zipfile.ZipFile, folder: str) -> tuple[str, str] | None:
    """Return name and value of the one entry point of a module, None for a library."""
    if f"{folder}/entry_points.txt" not in archive.namelist():
        return None
    parser = configparser.ConfigParser(delimiters=("=",), strict=True, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(archive.read(f"{folder}/entry_points.txt").decode())
    except configparser.Error as error:
        raise _wrong("%(name)s has unreadable entry points.", filename) from error
    for section in parser.sections():
        if section.startswith("dialog.") and section != ENTRY_POINTS:
            raise _wrong("%(name)s has entry points in “%(member)s”, which is the platform's own.", filename, section)
    if not parser.has_section(ENTRY_POINTS):
        return None
    entries = parser.items(ENTRY_POINTS)
    if len(entries) != 1:
        raise _wrong("%(name)s must have exactly one entry point in “dialog.modules”.", filename)
    return entries[0]


def _module_manifest(filename: str, archive: zipfile.ZipFile, entry: tuple[str, str], distribution: str) -> Manifest:
    name, target = entry
    package = f"dialog_{name}"
    if f"{package}/module.toml" not in archive.namelist():
        raise _wrong("%(name)s has no %(member)s.", filename, f"{package}/module.toml")
    manifest = parse_manifest(archive.read(f"{package}/module.toml"))
    if manifest.name != name:
        raise WrongValue(
            "name", "module.toml: “name” is “%(name)s”, the entry point is “%(entry)s”.", name=manifest.name, entry=name
        )
    if distribution != canonicalize_name(f"dialog-{name}"):
        raise _wrong("%(name)s must be the distribution %(member)s.", filename, canonicalize_name(f"dialog-{name}"))
    if re.split(r"[.:]", target)[0] != package:
        raise _wrong("%(name)s has an entry point outside of its package %(member)s.", filename, package)
    return manifest


def _wrong(message: str, filename: str, member: str = "") -> WrongValue:
    values = {"name": filename[:120]} | ({"member": member[:160]} if member else {})
    return WrongValue("wheel", message, **values)
