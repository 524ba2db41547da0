# SPDX-License-Identifier: Apache-2.0
"""The kinds transform and veto: what an answer means and what a failure costs."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from dialog_core.hookspecs import HookKind, Refusal, hookimpl, hookspec, terms_of
from dialog_core.modules import Contribution, Hooks
from dialog_core.modules.activation.running import new_manager


@hookspec(kind=HookKind.TRANSFORM, since="0.1", budget=0.05)
def greeting(text: str, name: str) -> str: ...  # type: ignore[empty-body]


@hookspec(kind=HookKind.VETO, since="0.1", budget=0.05)
def may_open(subject: str) -> Refusal | None: ...


@hookspec(kind=HookKind.VETO, since="0.1", budget=0.05, fails_closed=True)
def may_close(subject: str) -> Refusal | None: ...


@pytest.fixture
def hooks(only_specified: Callable[..., None]) -> Callable[..., Hooks]:
    only_specified(greeting, may_open, may_close)

    def make(**modules: dict[str, Callable[..., Any]]) -> Hooks:
        manager = new_manager()
        for name, functions in modules.items():
            marked = {hook: hookimpl(function) for hook, function in functions.items()}
            manager.register(SimpleNamespace(**marked), name=name)
        return Hooks(manager)

    return make


def test_each_transformation_gets_what_the_one_before_it_left(hooks: Callable[..., Hooks]) -> None:
    made = hooks(
        a={"greeting": lambda text, name: f"{text}, {name}"},
        b={"greeting": lambda text: text.upper()},
        c={"greeting": lambda name: None},
    )
    assert made.transform("greeting", "good day", name="Anna") == "GOOD DAY, ANNA"


def test_a_transformation_that_fails_or_answers_nonsense_changes_nothing(hooks: Callable[..., Hooks]) -> None:
    def fails(text: str) -> str:
        raise OSError("no")

    made = hooks(
        a={"greeting": fails},
        b={"greeting": lambda text: 5},
        c={"greeting": lambda text: text + "!"},
    )
    assert made.transform("greeting", "good day", name="Anna") == "good day!"


def test_without_modules_a_value_stays_and_nobody_refuses(hooks: Callable[..., Hooks]) -> None:
    made = hooks()
    assert made.transform("greeting", "good day", name="Anna") == "good day"
    assert made.veto("may_open", subject="x") == []


def test_every_refusal_is_told_with_its_module(hooks: Callable[..., Hooks]) -> None:
    first, second = Refusal("Not %(what)s.", {"what": "now"}, "subject"), Refusal("Never.")
    made = hooks(
        a={"may_open": lambda subject: first},
        b={"may_open": lambda subject: None},
        c={"may_open": lambda: second},
    )
    assert made.veto("may_open", subject="x") == [Contribution("a", first), Contribution("c", second)]


@pytest.mark.parametrize("answer", [True, "no", 0])
def test_only_a_refusal_refuses(hooks: Callable[..., Hooks], answer: object) -> None:
    made = hooks(a={"may_open": lambda subject: answer})
    assert made.veto("may_open", subject="x") == []


def test_a_failing_veto_is_passed_over_unless_the_hook_fails_closed(hooks: Callable[..., Hooks]) -> None:
    def fails(subject: str) -> None:
        raise OSError("no")

    made = hooks(a={"may_open": fails, "may_close": fails}, b={"may_close": lambda subject: None})
    assert made.veto("may_open", subject="x") == []
    [refused] = made.veto("may_close", subject="x")
    assert refused.module == "a"
    assert "“%(module)s”" in refused.value.message
    assert refused.value.values == {"module": "a"}
    assert refused.value.field is None


def test_only_a_veto_can_fail_closed() -> None:
    assert terms_of(may_close).fails_closed
    assert not terms_of(may_open).fails_closed
    with pytest.raises(TypeError, match="veto"):
        hookspec(kind=HookKind.COLLECT, since="0.1", budget=1, fails_closed=True)
