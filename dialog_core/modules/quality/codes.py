# SPDX-License-Identifier: Apache-2.0
"""Every flaw that the checks can find, by its code; docs/modules.md has the same table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dialog_core.modules.quality import promises
from dialog_core.modules.quality.promises import Promise


class Severity(StrEnum):
    """An error forbids building the module; an advice costs it the best mark."""

    ERROR = "error"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of flaw: how grave it is, which promise it breaks, and what it is about in a few words."""

    severity: Severity
    promise: Promise
    about: str


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something in a module that should be otherwise.

    Attributes:
        code: key of `CODES`.
        file: as its author sees it; line: from 1.
        what: what is wrong there; advice: what to do. Both in English, for module authors.
    """

    code: str
    file: str
    line: int
    what: str
    advice: str

    @property
    def severity(self) -> Severity:
        """Return how grave it is."""
        return CODES[self.code].severity

    @property
    def is_error(self) -> bool:
        """Whether the module cannot be built with it."""
        return self.severity is Severity.ERROR

    def __str__(self) -> str:
        """Return the line that the command prints."""
        return f"{self.file}:{self.line}: {self.code} {self.what}; {self.advice}"


def _error(promise: Promise, about: str) -> Code:
    return Code(Severity.ERROR, promise, about)


def _advice(promise: Promise, about: str) -> Code:
    return Code(Severity.ADVICE, promise, about)


CODES = {
    "project": _error(promises.HONEST, "the project file or the layout of the folder is not one of a module"),
    "syntax": _error(promises.CONTRACT, "a Python file cannot be read"),
    "manifest": _error(promises.HONEST, "`module.toml` is missing or has a key or value that is not possible"),
    "name-reserved": _error(promises.HONEST, "the name belongs to the platform or only looks like one of its names"),
    "entry-point": _error(promises.CONTRACT, "the entry point names no file of the package"),
    "import-private": _error(promises.CONTRACT, "an import from the platform outside of `dialog_core.plugin`"),
    "import-unknown": _error(promises.CONTRACT, "a name that `dialog_core.plugin` does not have"),
    "import-module": _error(promises.CONTRACT, "an import from another module"),
    "hook-unknown": _error(promises.CONTRACT, "a function is marked as a hook that does not exist"),
    "hook-argument": _error(promises.CONTRACT, "a hook takes an argument that it does not get"),
    "hook-argument-missing": _error(promises.CONTRACT, "a hook leaves out the argument that it hands on"),
    "hook-unmarked": _error(promises.CONTRACT, "a function has the name of a hook and is not marked with `hookimpl`"),
    "hook-wrapper": _error(promises.CONTRACT, "a hook wraps those of other modules"),
    "hook-unreached": _error(promises.CONTRACT, "a hook stands where the entry point does not lead"),
    "hook-undeclared": _error(promises.HONEST, "a hook that `module.toml` does not list"),
    "hook-absent": _error(promises.HONEST, "`module.toml` lists a hook that the code does not have"),
    "table-undeclared": _error(promises.HONEST, "a migration makes a table that `module.toml` does not list"),
    "import-effect": _error(promises.QUIET, "importing the module does more than define things"),
    "translation-missing": _error(promises.LANGUAGES, "a text of the code is not in the Russian catalogue"),
    "translation-empty": _error(promises.LANGUAGES, "a text in a catalogue, or one of its plural forms, is empty"),
    "translation-fuzzy": _error(promises.LANGUAGES, "a translation is marked as uncertain"),
    "translation-places": _error(promises.LANGUAGES, "a translation has other places for values than its text"),
    "translation-file": _error(promises.LANGUAGES, "a catalogue cannot be read, or was not compiled into the wheel"),
    "title-language": _error(promises.LANGUAGES, "a title lacks Russian or English"),
    "migration-order": _error(promises.REVERSIBLE, "migrations are not one row that is numbered from 0001"),
    "migration-irreversible": _error(promises.REVERSIBLE, "a migration has no way back and does not say so"),
    "migration-destructive": _error(promises.REVERSIBLE, "a migration takes something away and does not say so"),
    "migration-foreign": _error(promises.REVERSIBLE, "a migration touches a table without the module's prefix"),
    "secret-in-file": _error(promises.SECRETS, "a file holds a password, token or private key"),
    "secret-setting": _error(promises.SECRETS, "a setting that is named like a secret is not kept encrypted"),
    "secret-undeclared": _error(promises.HONEST, "a secret setting that `module.toml` does not list, or only lists"),
    "file-forbidden": _error(promises.CLEAN, "a file that has no place in a package"),
    "size": _error(promises.CLEAN, "a file or the whole package is too large"),
    "requires-platform": _error(promises.CLEAN, "no lowest version of `dialog-platform` is required"),
    "requires-pinned": _error(promises.CLEAN, "a version of a library of the platform is required"),
    "licence": _error(promises.LICENSED, "no licence, or none that is an SPDX expression"),
    "quality-claimed": _error(promises.HONEST, "the module gives itself a mark"),
    "build": _error(promises.CLEAN, "the wheel cannot be built, or is none that a platform would take"),
    "preflight": _error(promises.CONTRACT, "the platform's own trial, which starts the module, refuses it"),
    "requires-python": _advice(promises.CLEAN, "no lowest version of Python is required"),
    "hook-deprecated": _advice(promises.LASTING, "a hook or an argument that goes away"),
    "description": _advice(promises.DOCUMENTED, "a text that describes the module is missing or says nothing"),
    "changelog": _advice(promises.DOCUMENTED, "no changelog in the package, or none of this version"),
    "untyped": _advice(promises.TYPED, "`py.typed` is missing, or a function without annotations"),
}
