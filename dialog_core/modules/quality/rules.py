# SPDX-License-Identifier: Apache-2.0
"""All rules together: what a module's files show without running any of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dialog_core.modules.quality.codes import Flaw
from dialog_core.modules.quality.effect_rules import import_effects
from dialog_core.modules.quality.files import ModuleFiles
from dialog_core.modules.quality.hook_rules import hooks
from dialog_core.modules.quality.import_rules import imports
from dialog_core.modules.quality.metadata_rules import changelog, descriptions, licence, requirements
from dialog_core.modules.quality.migration_rules import migrations
from dialog_core.modules.quality.package_rules import contents, manifest, python_is_readable
from dialog_core.modules.quality.secret_rules import secret_settings, secrets_in_files
from dialog_core.modules.quality.translation_rules import titles, translations
from dialog_core.modules.quality.typing_rules import types_are_said

FLAT = "write what is nested in parts, each with a name"
Rule = Callable[[ModuleFiles], Iterable[Flaw]]
RULES: tuple[Rule, ...] = (
    python_is_readable, manifest, imports, hooks, import_effects, translations, titles, migrations, secrets_in_files,
    secret_settings, contents, licence, requirements, descriptions, changelog, types_are_said,
)  # fmt: skip


def flaws_of(module: ModuleFiles) -> tuple[Flaw, ...]:
    """Return what all rules find, errors first, then by file and line; nothing of the module is imported."""
    found: set[Flaw] = set()
    for rule in RULES:
        try:
            found.update(rule(module))
        except (RecursionError, MemoryError):
            found.add(
                Flaw("syntax", module.shown(module.package), 1, "it is nested too deeply to be looked into", FLAT)
            )
    return tuple(sorted(found, key=lambda flaw: (not flaw.is_error, flaw.file, flaw.line, flaw.code, flaw.what)))
