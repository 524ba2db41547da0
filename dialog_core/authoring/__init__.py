# SPDX-License-Identifier: Apache-2.0
"""What module authors work with, behind `dialog module new`, `dev`, `check` and others; no installation imports it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dialog_core.authoring.answers import QUESTIONS, Answers, Question, check_answers
    from dialog_core.authoring.building import build_wheel
    from dialog_core.authoring.checking import Report, check
    from dialog_core.authoring.creating import check_target, create_module
    from dialog_core.authoring.dev.parent import run_dev
    from dialog_core.authoring.placing import place
    from dialog_core.authoring.problem import AuthoringProblem
    from dialog_core.authoring.publishing import Published, make_index, publish
    from dialog_core.authoring.source import ProjectProblem, Source, read_source
    from dialog_core.authoring.template import Template, bundled_template
    from dialog_core.authoring.translating import compile_translations
    from dialog_core.authoring.updating import Updated, update_module

_WHERE = {
    "QUESTIONS": "answers",
    "Answers": "answers",
    "AuthoringProblem": "problem",
    "ProjectProblem": "source",
    "Published": "publishing",
    "Question": "answers",
    "Report": "checking",
    "Source": "source",
    "Template": "template",
    "Updated": "updating",
    "build_wheel": "building",
    "bundled_template": "template",
    "check": "checking",
    "check_answers": "answers",
    "check_target": "creating",
    "compile_translations": "translating",
    "create_module": "creating",
    "make_index": "publishing",
    "place": "placing",
    "publish": "publishing",
    "read_source": "source",
    "run_dev": "dev.parent",
    "update_module": "updating",
}
__all__ = [
    "QUESTIONS",
    "Answers",
    "AuthoringProblem",
    "ProjectProblem",
    "Published",
    "Question",
    "Report",
    "Source",
    "Template",
    "Updated",
    "build_wheel",
    "bundled_template",
    "check",
    "check_answers",
    "check_target",
    "compile_translations",
    "create_module",
    "make_index",
    "place",
    "publish",
    "read_source",
    "run_dev",
    "update_module",
]


def __getattr__(name: str) -> Any:
    """Import a part when it is asked for: each command needs one of them."""
    if name not in _WHERE:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"dialog_core.authoring.{_WHERE[name]}"), name)
