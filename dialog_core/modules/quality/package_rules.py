# SPDX-License-Identifier: Apache-2.0
"""Rules about what a package is made of: readable Python, its manifest, nothing foreign, nothing oversized."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from dialog_core.errors import DialogError
from dialog_core.modules.migrations.scripts import is_cores_name
from dialog_core.modules.quality.codes import Flaw
from dialog_core.modules.quality.files import MAX_PARSED, MAX_PARSED_TOGETHER, ModuleFiles, Unreadable, line_with
from dialog_core.modules.wheels.lookalikes import refuse_lookalike
from dialog_core.modules.wheels.manifest import parse_manifest

MIB = 2**20
MAX_FILE, MAX_TOGETHER = 5 * MIB, 20 * MIB
NAMES = re.compile(
    r"\.env(?:\..*)?|\.git|\.hg|\.svn|\.DS_Store|Thumbs\.db|__pycache__|node_modules|\.venv|\..*_cache|\.coverage"
    r"|id_(?:rsa|ed25519|ecdsa)|\.netrc|\.pypirc|tests?|conftest\.py|test_.*\.py"
)
ENDINGS = re.compile(r".*\.(?:pem|key|p12|pfx|jks|keystore|pyc|pyo|db|sqlite3?|log|orig|rej|bak|swp|whl|tar)|.*~")
CLAIMS = re.compile(r"quality(?:[_-]mark)?\.(?:toml|json|ya?ml|txt)")


def python_is_readable(module: ModuleFiles) -> Iterator[Flaw]:
    """Find Python files that cannot be read."""
    for path, found in module.parsed.items():
        if isinstance(found, Unreadable):
            yield Flaw(
                "syntax", module.shown(path), found.line, f"Python cannot read this: {found.reason}", "correct it"
            )


def manifest(module: ModuleFiles) -> Iterator[Flaw]:
    """Find what is wrong with `module.toml`, with the module's name, and with its entry point."""
    path = f"{module.package}/module.toml"
    content = module.files.get(path)
    if content is None:
        what, advice = "there is no module.toml", "write one: docs/modules.md lists what stands in it"
        yield Flaw("manifest", module.shown(path), 1, what, advice)
        return
    try:
        found = parse_manifest(content)
    except DialogError as error:
        field = str(getattr(error, "field", "")).rpartition(".")[2]
        reason = str(error).removeprefix("module.toml: ").rstrip(".")
        line = _line_of_key(content.decode(errors="replace"), field, reason)
        yield Flaw("manifest", module.shown(path), line, reason, "docs/modules.md says what may stand there")
    else:
        if found.name != module.name:
            what = f"the name here is {found.name}, that of the entry point {module.name}"
            yield Flaw("manifest", module.shown(path), line_with(module.text(path), "name"), what, "make them the same")
    yield from _name(module)
    if not module.entry_path():
        line, target = (
            module.metadata.line_of(module.metadata.entry_point or "dialog.modules"),
            module.metadata.entry_point,
        )
        advice = f"let it name a file of {module.package}, as in {module.package}.hooks"
        yield Flaw("entry-point", module.metadata.file, line, f"the entry point “{target}” leads to no file", advice)


def _line_of_key(text: str, key: str, reason: str) -> int:
    if told := re.search(r"at line (\d+)", reason):
        return int(told[1])
    pattern = re.compile(rf"\s*(?:\[(?:\w+\.)?)?[\"']?{re.escape(key)}[\"']?\s*[=\]]")
    return next((number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line)), 1)


def _name(module: ModuleFiles) -> Iterator[Flaw]:
    reason = f"names of tables of the platform begin with {module.name}_" if is_cores_name(module.name) else ""
    try:
        refuse_lookalike(f"dialog-{module.name}".replace("_", "-"))
    except DialogError as error:
        reason = str(error).rstrip(".")
    if reason:
        line = module.metadata.line_of(module.metadata.entry_point)
        advice = "give the module another name, in the entry point, the package and module.toml"
        yield Flaw("name-reserved", module.metadata.file, line, reason, advice)


def contents(module: ModuleFiles) -> Iterator[Flaw]:
    """Find files that have no place in a package, and sizes that are too much."""
    for path, content in sorted(module.files.items()):
        parts = PurePosixPath(path).parts
        strange = next((part for part in parts if NAMES.fullmatch(part) or ENDINGS.fullmatch(part)), None)
        if strange is not None and parts[-1] != "py.typed":
            advice = "delete it, or keep it beside src/ and out of the package"
            yield Flaw("file-forbidden", module.shown(path), 1, f"{strange} has no place in a package", advice)
        if CLAIMS.fullmatch(parts[-1]):
            advice = "delete it: the platform computes the mark itself"
            yield Flaw("quality-claimed", module.shown(path), 1, "a module gives itself no mark", advice)
        if len(content) > MAX_FILE:
            what = f"it has {len(content) / MIB:.1f} MiB; {MAX_FILE // MIB} are the most"
            yield Flaw("size", module.shown(path), 1, what, "make it smaller, or let it be fetched when it is needed")
        elif path.endswith(".py") and len(content) > MAX_PARSED:
            what = f"Python of {len(content) // 1024} KiB is not looked into; {MAX_PARSED // 1024} are the most"
            yield Flaw("size", module.shown(path), 1, what, "split it, or keep data in another kind of file")
    total = sum(map(len, module.files.values()))
    code = sum(len(content) for path, content in module.files.items() if path.endswith(".py"))
    if total > MAX_TOGETHER or code > MAX_PARSED_TOGETHER:
        what = f"the package has {total / MIB:.1f} MiB, {code / MIB:.1f} of them Python"
        advice = f"{MAX_TOGETHER // MIB} and {MAX_PARSED_TOGETHER // MIB} are the most: leave out what is not needed"
        yield Flaw("size", module.shown(module.package), 1, what, advice)
