# SPDX-License-Identifier: Apache-2.0
"""What a module brings by name, compared with what its manifest told the administrator before any of its code ran."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint

from dialog_core.modules.activation.running import LoadedModule
from dialog_core.modules.wheels.manifest import LANGUAGES, NAME

DECLARING = (
    "settings_schema", "channels", "services", "jobs", "permissions", "list_columns", "health_checks", "web_mounts",
    "navigation_items", "api_blueprints",
)  # fmt: skip
"""Hooks that only declare: preflight calls them, with no database behind."""
NAMED = {"services": "services", "jobs": "jobs", "permissions": "permissions", "list_columns": "columns"}
"""Hook to the key of the manifest's capabilities that lists what it brings."""
TITLED = ("jobs", "permissions", "list_columns", "health_checks")
SHORTEST_JOB, SHORTEST_CHECK = 1.0, 10.0


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that forbids the generation; `module` is empty when it is about all of them together."""

    module: str
    check: str
    text: str


def check_declared(module: LoadedModule, results: Mapping[str, list[Any]], findings: list[Finding]) -> None:
    """Compare names with the manifest; names twice, titles that lack a language, and pauses too short are findings."""
    for hook, key in NAMED.items():
        names = _names(module, hook, results, findings)
        compare(module, key, set(getattr(module.manifest.capabilities, key)), set(names), findings)
    findings.extend(
        Finding(module.name, "health_checks", f"{name[:60]!r} cannot be the name of a check")
        for name in _names(module, "health_checks", results, findings)
        if not NAME.fullmatch(name)
    )
    for hook in TITLED:
        for item in results.get(hook, []):
            title = getattr(item, "title", None)
            if not isinstance(title, Mapping) or not all(
                str(title.get(language) or "").strip() for language in LANGUAGES
            ):
                findings.append(Finding(module.name, hook, f"{getattr(item, 'name', '?')} needs a title in ru and en"))
    for hook, shortest in (("jobs", SHORTEST_JOB), ("health_checks", SHORTEST_CHECK)):
        for item in results.get(hook, []):
            if not getattr(item, "every", 0) >= shortest:
                text = f"{getattr(item, 'name', '?')} may run every {shortest:g} s at most"
                findings.append(Finding(module.name, hook, text))
    for blueprint in results.get("api_blueprints", []):
        if isinstance(blueprint, Blueprint) and getattr(blueprint, "module", None) != module.name:
            text = f"the blueprint {blueprint.name} is not made with ModuleApi({module.name!r}, …)"
            findings.append(Finding(module.name, "api_blueprints", text))


def compare(module: LoadedModule, what: str, declared: set[str], found: set[str], findings: list[Finding]) -> None:
    """Find what only one side names."""
    if found - declared:
        text = f"{what} that module.toml does not name: {', '.join(sorted(found - declared))}"
        findings.append(Finding(module.name, what, text))
    if declared - found:
        text = f"{what} that module.toml names and the code does not bring: {', '.join(sorted(declared - found))}"
        findings.append(Finding(module.name, what, text))


def _names(module: LoadedModule, hook: str, results: Mapping[str, list[Any]], findings: list[Finding]) -> list[str]:
    names = [str(getattr(item, "name", "")) for item in results.get(hook, [])]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        findings.append(Finding(module.name, hook, f"it brings the same name twice: {', '.join(twice)}"))
    return names
