# SPDX-License-Identifier: Apache-2.0
"""The files of a module, the same whether they come from a source folder or from a wheel."""

from __future__ import annotations

import ast
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.parser import BytesParser
from functools import cached_property
from typing import Any

from dialog_core.errors import WrongValue
from dialog_core.modules.quality.names import imported_names
from dialog_core.modules.wheels.manifest import Manifest, parse_manifest
from dialog_core.modules.wheels.wheel import WheelInfo

MAX_PARSED = 256 * 1024
MAX_PARSED_TOGETHER = 1024 * 1024
"""Bytes of Python that are looked into: a tree takes a hundred times the room of its text."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the packaging says of a module.

    Attributes:
        file: where it stands, as the author sees it; `text` is its content, for the lines of flaws.
        entry_point: `package.file` or `package.file:object`; readme: the long description.
    """

    file: str
    text: str
    version: str
    entry_point: str
    licence: str = ""
    summary: str = ""
    readme: str = ""
    requires: tuple[str, ...] = ()
    requires_python: str = ""

    def line_of(self, *words: str) -> int:
        """Return the first line that has all of the words, 1 when none has."""
        return line_with(self.text, *words)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a Python file cannot be read, and in which line."""

    line: int
    reason: str


@dataclass(frozen=True)
class PythonFile:
    """A Python file that can be read; every rule looks at the same nodes."""

    path: str
    tree: ast.Module

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Return all nodes of the tree."""
        return list(ast.walk(self.tree))

    @cached_property
    def names(self) -> dict[str, str]:
        """Return the names that imports bind, with their dotted origins."""
        return imported_names(self.nodes)


@dataclass(frozen=True)
class ModuleFiles:
    """A module by its files.

    Attributes:
        files: content by the path that it has in the wheel, `dialog_NAME/hooks.py`.
        prefix: what stands before that path where the author keeps it, `src/`.
        elsewhere: where files stand that are put into the package from outside of it, by their paths.
        is_built: whether these are the files of a wheel.
    """

    name: str
    files: Mapping[str, bytes]
    metadata: Metadata
    prefix: str = ""
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    is_built: bool = False

    @property
    def package(self) -> str:
        """Return the name of the package."""
        return f"dialog_{self.name}"

    def shown(self, path: str) -> str:
        """Return a path as the author sees it."""
        return self.elsewhere.get(path, self.prefix + path)

    def text(self, path: str) -> str:
        """Return a file as text, empty when it is not there."""
        return self.files.get(path, b"").decode(errors="replace")

    @cached_property
    def parsed(self) -> dict[str, PythonFile | Unreadable]:
        """Return the Python files by their paths, with their trees or with the reason why there is none."""
        found: dict[str, PythonFile | Unreadable] = {}
        for path, content in sorted(self.python.items()):
            try:
                found[path] = PythonFile(path, ast.parse(content))
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                reason = getattr(error, "msg", "") or str(error) or type(error).__name__
                found[path] = Unreadable(getattr(error, "lineno", None) or 1, reason)
        return found

    @cached_property
    def readable(self) -> dict[str, PythonFile]:
        """Return the Python files that can be read, by their paths."""
        return {path: file for path, file in self.parsed.items() if isinstance(file, PythonFile)}

    @cached_property
    def python(self) -> dict[str, bytes]:
        """Return the Python files that are not too large to be read."""
        small = {
            path: content for path, content in self.files.items() if path.endswith(".py") and len(content) <= MAX_PARSED
        }
        return small if sum(map(len, small.values())) <= MAX_PARSED_TOGETHER else {}

    @cached_property
    def manifest(self) -> Manifest | None:
        """Return the manifest, None when it is missing or wrong."""
        try:
            return parse_manifest(self.files[f"{self.package}/module.toml"])
        except (KeyError, WrongValue):
            return None

    @property
    def code(self) -> list[PythonFile]:
        """Return the readable Python files of the package, without its migrations."""
        own = f"{self.package}/migrations/"
        return [file for file in self.readable.values() if not file.path.startswith(own)]

    def entry_path(self) -> str:
        """Return the path of the file that the entry point names, empty when it is not there."""
        parts = self.metadata.entry_point.partition(":")[0].strip().replace(".", "/")
        return next((path for path in (f"{parts}.py", f"{parts}/__init__.py") if path in self.files), "")


def line_with(text: str, *words: str) -> int:
    """Return the number of the first line that has all of the words, 1 when none has."""
    lines = enumerate(text.splitlines(), 1)
    return next((number for number, line in lines if all(word in line for word in words)), 1)


def files_of_wheel(info: WheelInfo, content: bytes) -> ModuleFiles:
    """Return the files of a module's wheel that `inspect_wheel` has accepted."""
    assert info.manifest is not None, "it is a module"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {item.filename: archive.read(item) for item in archive.infolist() if not item.is_dir()}
    folder = next(path.partition("/")[0] for path in members if path.endswith(".dist-info/METADATA"))
    files = {path: data for path, data in members.items() if not path.startswith(f"{folder}/")}
    metadata = _metadata(f"{folder}/METADATA", members[f"{folder}/METADATA"], info)
    return ModuleFiles(info.manifest.name, files, metadata, is_built=True)


def _metadata(file: str, content: bytes, info: WheelInfo) -> Metadata:
    headers: Any = BytesParser().parsebytes(content)
    return Metadata(
        file=file,
        text=content.decode(errors="replace"),
        version=info.version,
        entry_point=info.entry_point or "",
        licence=str(headers.get("License-Expression") or ""),
        summary=str(headers.get("Summary") or ""),
        readme=str(headers.get_payload() or ""),
        requires=info.requires,
        requires_python=info.requires_python,
    )
