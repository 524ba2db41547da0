# SPDX-License-Identifier: Apache-2.0
"""What a good module promises. Whether it keeps that the platform finds out itself; the module is not asked."""

from __future__ import annotations

from dataclasses import dataclass

from dialog_core.language import mark


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise; `title` and `meaning` are English gettext ids of the platform."""

    name: str
    title: str
    meaning: str


CONTRACT = Promise(
    "contract",
    mark("Keeps to the public interface"),
    mark("It uses only what the platform keeps compatible, and answers its hooks in the form they have."),
)
HONEST = Promise(
    "honest",
    mark("Says beforehand what it brings"),
    mark("Hooks, tables and secrets in its code are those in its description, so that the consent covers all of it."),
)
QUIET = Promise(
    "quiet",
    mark("Does nothing while it is loaded"),
    mark("Loading its code opens no file or connection, starts nothing, and changes nothing of the platform."),
)
LANGUAGES = Promise(
    "languages",
    mark("Speaks Russian and English"),
    mark("Every text that people read is there in both languages, with the same places for values."),
)
REVERSIBLE = Promise(
    "reversible",
    mark("Its tables can be taken back"),
    mark("Each step that changes its tables has a way back, or says that it has none; other tables stay untouched."),
)
SECRETS = Promise(
    "secrets",
    mark("Keeps secrets secret"),
    mark("There is no password or key in its files, and settings that hold one are kept encrypted."),
)
CLEAN = Promise(
    "clean",
    mark("Brings only what it needs"),
    mark("Nothing foreign or oversized is in its package, and its libraries fit to those of the platform."),
)
LICENSED = Promise("licensed", mark("States its licence"), mark("Its licence is named in the form that programs read."))
DOCUMENTED = Promise(
    "documented",
    mark("Is described"),
    mark("It tells what it is for, and what changed in each version."),
)
TYPED = Promise(
    "typed", mark("Has typed code"), mark("Its functions say what they take and return, so that programs can check it.")
)
LASTING = Promise(
    "lasting",
    mark("Is ready for the next version"),
    mark("It uses nothing that a later version of the platform will be without."),
)

PROMISES = (
    CONTRACT, HONEST, QUIET, LANGUAGES, REVERSIBLE, SECRETS, CLEAN, LICENSED, DOCUMENTED, TYPED, LASTING,
)  # fmt: skip
