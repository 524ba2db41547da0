# SPDX-License-Identifier: Apache-2.0
"""The relay: calls each implementation of a hook on its own, timed and guarded, so that none takes another down."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import pluggy

from dialog_core.hookspecs import HookTerms, Refusal
from dialog_core.language import mark
from dialog_core.modules.contract import (
    check_contribution,
    flatten,
    hook_terms,
    specifications,
    transformed_argument,
)
from dialog_core.modules.incidents import report_incident, report_overrun

T = TypeVar("T")

THROUGH = (KeyboardInterrupt, GeneratorExit)
"""The only exceptions that may pass a guard: they are not the implementation's."""

FAILED_TO_AGREE = mark(
    "The module “%(module)s” must agree to this, and it failed. Try again; if that does not help, ask an administrator."
)


class HookFailed(Exception):
    """A module that was asked by name failed; the incident is recorded already."""

    def __init__(self, module: str, hook: str) -> None:
        self.module = module
        self.hook = hook
        super().__init__(f"the module {module} failed in {hook}")


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one module contributed to a hook."""

    module: str
    value: Any


@dataclass(frozen=True, slots=True)
class Implementation:
    """One module's implementation of a hook."""

    module: str
    function: Callable[..., Any]
    arguments: tuple[str, ...]


class _Failed:
    pass


FAILED: Final = _Failed()


class Hooks:
    """Every hook of a process with the implementations of the generation that it was started with."""

    def __init__(self, manager: pluggy.PluginManager) -> None:
        self._implementations = {name: _ordered(manager, name) for name in specifications()}
        self._terms: dict[str, HookTerms] = {name: hook_terms(name) for name in specifications()}

    def implementations(self, name: str, /) -> tuple[str, ...]:
        """Return the modules that implement a hook, in the order of their calls."""
        return tuple(item.module for item in self._implementations[name])

    def collect(self, name: str, /, **arguments: Any) -> list[Contribution]:
        """Ask every module; one that fails contributes nothing, and its failure is recorded."""
        found: list[Contribution] = []
        for item in self._implementations[name]:
            values = self._call(name, item, arguments, flatten)
            if values is not FAILED:
                found.extend(Contribution(item.module, value) for value in values)
        return found

    def first(self, name: str, /, **arguments: Any) -> Contribution | None:
        """Return the first answer that is not None; a module that fails is passed over, and its failure recorded."""
        for item in self._implementations[name]:
            value = self._call(name, item, arguments, _single)
            if value is not FAILED and value is not None:
                return Contribution(item.module, value)
        return None

    def ask(self, name: str, /, *, module: str, **arguments: Any) -> Any:
        """Ask one module and return its answer; None when it does not implement the hook.

        Raises:
            HookFailed: the implementation failed, which is recorded.
        """
        answer = None
        for item in self._implementations[name]:
            if item.module == module and answer is None:
                answer = self._call(name, item, arguments, _single)
                if answer is FAILED:
                    raise HookFailed(module, name)
        return answer

    def notify(self, name: str, /, *, module: str, **arguments: Any) -> bool:
        """Tell one module; return whether it took it (False: failed, recorded, to be told again)."""
        calls = [item for item in self._implementations[name] if item.module == module]
        failed = [item for item in calls if self._call(name, item, arguments, _nothing) is FAILED]
        return not failed

    def transform(self, name: str, value: T, /, **arguments: Any) -> T:
        """Let every module change a value, each what the one before it left; None, like a failure, changes nothing.

        Args:
            value: the hook's first argument, immutable, so that a failure cannot leave it half changed.
        """
        handed_on = transformed_argument(name)
        for item in self._implementations[name]:
            changed = self._call(name, item, {handed_on: value, **arguments}, _single)
            if changed is not FAILED and changed is not None:
                value = changed
        return value

    def veto(self, name: str, /, **arguments: Any) -> list[Contribution]:
        """Return every `Refusal`; where the hook fails closed, a module that fails refuses."""
        refusals: list[Contribution] = []
        for item in self._implementations[name]:
            value = self._call(name, item, arguments, _single)
            if value is FAILED:
                value = Refusal(FAILED_TO_AGREE, {"module": item.module}) if self._terms[name].fails_closed else None
            if value is not None:
                refusals.append(Contribution(item.module, value))
        return refusals

    def _call(self, name: str, item: Implementation, arguments: dict[str, Any], shape: Callable[[Any], Any]) -> Any:
        begin = time.perf_counter()
        try:
            result = shape(item.function(*[arguments[argument] for argument in item.arguments]))
            for value in flatten(result):
                check_contribution(name, value)
        except THROUGH:
            raise
        except BaseException as error:  # noqa: BLE001 - a module may raise anything; nothing of it may get further
            report_incident(item.module, f"hook {name}", error)
            return FAILED
        seconds = time.perf_counter() - begin
        if seconds > self._terms[name].budget:
            report_overrun(item.module, f"hook {name}", seconds, self._terms[name].budget)
        return result


def _ordered(manager: pluggy.PluginManager, name: str) -> tuple[Implementation, ...]:
    """Return implementations as pluggy would rank them, those of equal rank in the order of registration."""
    caller = getattr(manager.hook, name)
    ranked = sorted(
        (item for item in caller.get_hookimpls() if not item.hookwrapper and not item.wrapper),
        key=lambda item: 0 if item.tryfirst else 2 if item.trylast else 1,
    )
    return tuple(Implementation(item.plugin_name, item.function, tuple(item.argnames)) for item in ranked)


def _single(result: Any) -> Any:
    """Return one answer; one that is made bit by bit is made whole first, so that it fails here if it fails."""
    return list(result) if isinstance(result, Iterator) else result


def _nothing(result: Any) -> None:  # noqa: ARG001 - the answer to a notification means nothing
    return None
