# SPDX-License-Identifier: Apache-2.0
"""Wheels of modules and libraries, written in a moment: for tests about versions, requirements and platforms."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

TOML = """name = "{name}"
icon = "note"
category = "other"
hooks = []
[title]
ru = "{name}"
en = "{name}"
[description]
ru = "{name}"
en = "{name}"
"""


def write_wheel(
    folder: Path,
    distribution: str,
    version: str,
    *,
    files: Mapping[str, str],
    metadata: Sequence[str] = (),
    entry_points: str = "",
    tag: str = "py3-none-any",
) -> Path:
    """Write a whole wheel, RECORD included."""
    stem = f"{distribution.replace('-', '_')}-{version}"
    info = f"{stem}.dist-info"
    lines = ["Metadata-Version: 2.1", f"Name: {distribution}", f"Version: {version}", *metadata, ""]
    everything = {
        **files,
        f"{info}/METADATA": "\n".join(lines),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    if entry_points:
        everything[f"{info}/entry_points.txt"] = entry_points
    record = []
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in everything.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            record.append(f'"{name}",sha256={digest},{len(text.encode())}')
            archive.writestr(name, text)
        archive.writestr(f"{info}/RECORD", "\n".join([*record, f"{info}/RECORD,,"]))
    path = folder / f"{stem}-{tag}.whl"
    path.write_bytes(target.getvalue())
    return path


def module(
    folder: Path,
    name: str,
    version: str,
    *,
    requires: Sequence[str] = (),
    metadata: Sequence[str] = (),
    code: str = "",
    toml: str = "",
    files: Mapping[str, str] | None = None,
) -> Path:
    """Write the wheel of a module that does nothing unless it is told to; `files` are further ones in its package."""
    lines = [*(f"Requires-Dist: {item}" for item in requires), *metadata]
    package = f"dialog_{name}"
    return write_wheel(
        folder, f"dialog-{name}", version, metadata=lines,
        files={
            f"{package}/__init__.py": code, f"{package}/module.toml": TOML.format(name=name) + toml,
            **{f"{package}/{path}": text for path, text in (files or {}).items()},
        },
        entry_points=f"[dialog.modules]\n{name} = {package}\n",
    )  # fmt: skip


def library(folder: Path, name: str, version: str, *, requires: Sequence[str] = (), tag: str = "py3-none-any") -> Path:
    """Write the wheel of a library."""
    package = name.replace("-", "_")
    lines = [f"Requires-Dist: {item}" for item in requires]
    return write_wheel(folder, name, version, metadata=lines, files={f"{package}/__init__.py": ""}, tag=tag)


def list_catalog(folder: Path) -> None:
    """Make all wheels of a folder a catalog."""
    lines = []
    for wheel in sorted(folder.glob("*.whl")):
        content = wheel.read_bytes()
        distribution, version = wheel.name.split("-")[:2]
        line = {"filename": wheel.name, "name": distribution.replace("_", "-"), "version": version}
        lines.append(line | {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)})
    (folder / "catalog.json").write_text(json.dumps({"wheels": lines}))
