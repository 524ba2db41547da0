# SPDX-License-Identifier: Apache-2.0
"""Rules about the packaging: licence, requirements, and texts that tell what the module is and what changed."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from dialog_core.modules.environment import platform_versions
from dialog_core.modules.quality.codes import Flaw
from dialog_core.modules.quality.files import ModuleFiles, line_with
from dialog_core.modules.quality.platform_libraries import PLATFORM, platform_libraries
from dialog_core.modules.quality.translation_rules import CYRILLIC
from dialog_core.modules.wheels.manifest import LANGUAGES

LOWER = {"~=", ">=", ">", "==", "==="}
SHORTEST_DESCRIPTION = 12


def licence(module: ModuleFiles) -> Iterator[Flaw]:
    """Find a licence that is missing, or in words that programs cannot read."""
    found, file = module.metadata.licence, module.metadata.file
    line, advice = (
        module.metadata.line_of("icense"),
        'write an SPDX expression: license = "Apache-2.0", or "LicenseRef-Proprietary"',
    )
    if not found:
        yield Flaw("licence", file, line, "no licence is named", advice)
        return
    try:
        canonicalize_license_expression(found)
    except InvalidLicenseExpression:
        yield Flaw("licence", file, line, f"“{found[:60]}” is no SPDX expression", advice)


def requirements(module: ModuleFiles) -> Iterator[Flaw]:
    """Find requirements that leave the platform's version open, or bind the versions of its libraries."""
    known, file = platform_versions(), module.metadata.file
    bounded = False
    for text in module.metadata.requires:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            yield Flaw(
                "build", file, module.metadata.line_of(text[:20]), f"“{text[:60]}” is no requirement", "correct it"
            )
            continue
        name, line = canonicalize_name(requirement.name), module.metadata.line_of(requirement.name)
        if name == PLATFORM:
            bounded = any(each.operator in LOWER for each in requirement.specifier)
        elif name in platform_libraries() and requirement.specifier:
            what = f"{text} binds a library of the platform, which brings {known.get(name, 'its own')}"
            yield Flaw("requires-pinned", file, line, what, f"write {requirement.name} alone, or leave it out")
    if not bounded:
        line = module.metadata.line_of(PLATFORM)
        advice = f'write "{PLATFORM} ~= {_minor(known.get(PLATFORM, "0.1"))}" into dependencies'
        yield Flaw("requires-platform", file, line, "the lowest version of the platform is not said", advice)
    if not module.metadata.requires_python:
        advice = 'write requires-python = ">=3.11"'
        yield Flaw("requires-python", file, 1, "the lowest version of Python is not said", advice)


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def descriptions(module: ModuleFiles) -> Iterator[Flaw]:
    """Find texts about the module that are missing or say nothing."""
    file, found, toml = module.metadata.file, module.metadata, f"{module.package}/module.toml"
    if len(found.summary.strip()) < SHORTEST_DESCRIPTION:
        line = found.line_of("description") if not module.is_built else found.line_of("Summary")
        what = "the packaging does not say in a sentence what the module is"
        yield Flaw("description", file, line, what, "write one as description in pyproject.toml")
    if not found.readme.strip():
        advice = "write a README.md and name it in pyproject.toml: readme"
        yield Flaw("description", file, found.line_of("readme"), "there is no README", advice)
    if module.manifest is None:
        return
    texts = module.manifest.description
    for language in LANGUAGES:
        line, text = line_with(module.text(toml), texts[language][:20]), texts[language]
        if len(text) < SHORTEST_DESCRIPTION or bool(CYRILLIC.search(text)) is not (language == "ru"):
            what = f"the description in “{language}” is not one: “{text[:40]}”"
            advice = "say in a sentence or two of that language what the module is for"
            yield Flaw("description", module.shown(toml), line, what, advice)


def changelog(module: ModuleFiles) -> Iterator[Flaw]:
    """Find a changelog that is missing or knows nothing of this version."""
    path = f"{module.package}/CHANGELOG.md"
    if path not in module.files:
        advice = f"keep one in {module.shown(path)}: administrators read it before they update"
        yield Flaw("changelog", module.shown(path), 1, "there is no changelog in the package", advice)
    elif module.metadata.version not in module.text(path):
        what = f"it says nothing of version {module.metadata.version}"
        yield Flaw(
            "changelog", module.shown(path), 1, what, f"write a heading ## {module.metadata.version} and what changed"
        )
