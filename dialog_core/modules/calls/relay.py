# SPDX-License-Identifier: Apache-2.0
"""The relay: calls each implementation of a hook on its own, timed and guarded, so that none takes another down."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from threading import get_ident
from time import perf_counter
from typing import Any, Final, NamedTuple, TypeVar

import pluggy

from dialog_core.hookspecs import HookTerms, Refusal
from dialog_core.language import mark
from dialog_core.modules.calls.breaker_rows import report_breaker
from dialog_core.modules.calls.contract import flatten, hook_terms, specifications, transformed_argument
from dialog_core.modules.calls.implementation import Implementation, implementations_of
from dialog_core.modules.calls.ledger import FREE, LEDGER
from dialog_core.modules.calls.timings import BOUNDS, QUICKEST
from dialog_core.modules.calls.watchdog import Interrupted, is_aimed_at, settle
from dialog_core.modules.reports.incidents import report_incident, report_overrun, summary_of

T = TypeVar("T")

THROUGH = (KeyboardInterrupt, GeneratorExit)
"""The only exceptions that may pass a guard: they are not the implementation's."""

FAILED_TO_AGREE = mark(
    "The module “%(module)s” must agree to this, and it failed. Try again; if that does not help, ask an administrator."
)


class HookFailed(Exception):
    """A module that was asked by name failed; the incident is recorded already. `reason` names the kind of error."""

    def __init__(self, module: str, hook: str, reason: str = "Interrupted") -> None:
        self.module = module
        self.hook = hook
        self.reason = reason
        super().__init__(f"the module {module} failed in {hook}")


class HookResting(HookFailed):
    """The module was not asked: it failed too often, and its breaker is open for a while."""


class Contribution(NamedTuple):
    """What one module contributed to a hook."""

    module: str
    value: Any


class _Failed:
    """No answer; like no answer at all, it counts as false."""

    def __bool__(self) -> bool:
        return False


FAILED: Final = _Failed()
RESTING: Final = _Failed()
"""Not called: the breaker is open."""


class Hooks:
    """Every hook of a process with the implementations of the generation that it was started with."""

    def __init__(self, manager: pluggy.PluginManager) -> None:
        self._implementations = {name: implementations_of(manager, name) for name in specifications()}
        self._terms: dict[str, HookTerms] = {name: hook_terms(name) for name in specifications()}

    def implementations(self, name: str, /) -> tuple[str, ...]:
        """Return the modules that implement a hook, in the order of their calls."""
        return tuple(item.module for item in self._implementations[name])

    def collect(self, name: str, /, **arguments: Any) -> list[Contribution]:
        """Ask every module; one that fails contributes nothing, and its failure is recorded."""
        found: list[Contribution] = []
        add, make, kind = found.append, _new, Contribution
        items = self._implementations[name]
        for item, values in zip(items, _call(items, arguments, flatten)):  # noqa: B905 - as many, and measured
            if values:
                module = item.module
                for value in values:
                    add(make(kind, (module, value)))
        return found

    def first(self, name: str, /, **arguments: Any) -> Contribution | None:
        """Return the first answer that is not None; a module that fails is passed over, and its failure recorded."""
        items = self._implementations[name]
        answers = _call(items, arguments, _single, only_first=True)
        if answers and answers[-1] is not None and type(answers[-1]) is not _Failed:
            return Contribution(items[len(answers) - 1].module, answers[-1])
        return None

    def ask(self, name: str, /, *, module: str, **arguments: Any) -> Any:
        """Ask one module and return its answer; None when it does not implement the hook.

        Raises:
            HookResting: it was not called, because it failed too often; ask later.
            HookFailed: the implementation failed, which is recorded.
        """
        answer = None
        for item in self._implementations[name]:
            if item.module == module and answer is None:
                answer = self._call(name, item, arguments, _single)
                if type(answer) is _Failed:
                    raise HookResting(module, name) if answer is RESTING else HookFailed(module, name)
        return answer

    def notify(self, name: str, /, *, module: str, **arguments: Any) -> bool:
        """Tell one module; return whether it took it (False: failed, recorded, to be told again)."""
        calls = [item for item in self._implementations[name] if item.module == module]
        failed = [item for item in calls if type(self._call(name, item, arguments, _nothing)) is _Failed]
        return not failed

    def is_resting(self, name: str, /, *, module: str) -> bool:
        """Whether a module would not be called now, because it failed too often: what waits for it should wait on."""
        calls = [item for item in self._implementations[name] if item.module == module]
        return any(item.breaker.is_open and item.breaker.resting_seconds() > 0 for item in calls)

    def all_implementations(self) -> list[Implementation]:
        """Return every implementation in this process, for those who keep the books."""
        return [item for found in self._implementations.values() for item in found]

    def transform(self, name: str, value: T, /, **arguments: Any) -> T:
        """Let every module change a value, each what the one before it left; None, like a failure, changes nothing.

        Args:
            value: the hook's first argument, immutable, so that a failure cannot leave it half changed.
        """
        handed_on = transformed_argument(name)
        for item in self._implementations[name]:
            changed = self._call(name, item, {handed_on: value, **arguments}, _single)
            if type(changed) is not _Failed and changed is not None:
                value = changed
        return value

    def veto(self, name: str, /, **arguments: Any) -> list[Contribution]:
        """Return every `Refusal`; where the hook fails closed, a module that fails refuses."""
        refusals: list[Contribution] = []
        for item in self._implementations[name]:
            value = self._call(name, item, arguments, _single)
            if type(value) is _Failed:
                value = Refusal(FAILED_TO_AGREE, {"module": item.module}) if self._terms[name].fails_closed else None
            if value is not None:
                refusals.append(Contribution(item.module, value))
        return refusals

    def _call(self, name: str, item: Implementation, arguments: dict[str, Any], shape: Callable[[Any], Any]) -> Any:  # noqa: ARG002 - the item knows its hook
        """Call one implementation; return its answer, `FAILED`, or `RESTING` when it is not called at all."""
        return _call((item,), arguments, shape)[0]


def call_one(item: Implementation, arguments: dict[str, Any]) -> Any:
    """Call what a module handed over; return its answer, `FAILED`, or `RESTING` when it is not called at all."""
    return _call((item,), arguments, _single)[0]


def _call(  # noqa: C901, PLR0912 - in one piece, because a call per implementation would cost a fifth of it all
    items: tuple[Implementation, ...],
    arguments: dict[str, Any],
    shape: Callable[[Any], Any],
    *,
    only_first: bool = False,
) -> list[Any]:
    """Call implementations one after another; return the answer of each, `FAILED`, or `RESTING` when it is not called.

    Args:
        shape: brings an answer that is neither None nor a list or tuple into one of these, or leaves it.
        only_first: stop at the first answer.
    """
    answers: list[Any] = []
    if not items:  # a process without modules needs no watchdog, and may fork as long as it has no second thread
        return answers
    ident = get_ident()
    place = _places.get(ident) or LEDGER.place_of_new_thread(ident)
    marks, outer, take, given = LEDGER.marks, _running.get(ident), _running.pop, arguments.__getitem__
    begin = perf_counter()
    try:
        for item in items:
            if item.breaker.is_open and not item.breaker.lets_through():
                item.timing.skipped += 1
                answers.append(RESTING)
                continue
            error: BaseException | None = None
            _running[ident] = mine = (begin, item, outer)
            try:
                marks[place] = item.label
                try:
                    result = item.function(*map(given, item.arguments))
                    if result is not None:
                        if type(result) is not tuple and type(result) is not list:
                            result = shape(result)
                            item.check(result)
                        else:
                            for value in result:
                                if type(value) not in item.exact:
                                    item.check(result)
                except BaseException as raised:  # noqa: BLE001 - a module may raise anything; nothing of it may get further
                    error = raised
                if take(ident, None) is not mine and settle(ident, mine):
                    error = error if isinstance(error, Interrupted) else Interrupted()
            except Interrupted as raised:  # it came after the implementation had ended
                if not settle(ident, mine):
                    raise
                error = raised
            end = perf_counter()
            seconds, begin = end - begin, end
            item.buckets[bisect_left(BOUNDS, seconds) if seconds > QUICKEST else 0] += 1
            if error is not None:
                result = _fail(item, error)
            elif seconds > item.budget or item.breaker.is_open:
                _note(item, seconds)
            answers.append(result)
            if only_first and result is not None and type(result) is not _Failed:
                break
    except BaseException:
        marks[place] = FREE if outer is None else outer[1].label
        raise
    marks[place] = FREE
    if outer is not None:
        marks[place] = outer[1].label
        _running[ident] = outer
    return answers


_running: Final = LEDGER.running
_places: Final = LEDGER.places
_new: Final = tuple.__new__


def _note(item: Implementation, seconds: float) -> None:
    """Record that a call went well but slowly, or that it ended a pause."""
    if seconds > item.budget:
        report_overrun(item.module, item.place, seconds, item.budget)
    if item.breaker.is_open and item.breaker.succeeded():
        report_breaker(item, None)


def _fail(item: Implementation, error: BaseException) -> _Failed:
    """Record a failure, unless it is not the implementation's."""
    if isinstance(error, THROUGH):
        raise error
    is_hang = isinstance(error, Interrupted)
    if is_hang:
        if is_aimed_at(get_ident()):  # the call around this one has passed its limit
            raise error
        error.args = (f"it took longer than {item.limit:g} s and was interrupted",)
    item.timing.failures += 1
    report_incident(item.module, item.place, error)
    pause = item.breaker.failed(at_once=is_hang)
    if pause is not None:
        report_breaker(item, pause, problem=summary_of(error))
    return FAILED


def _single(result: Any) -> Any:
    """Return one answer; one that is made bit by bit is made whole first, so that it fails here if it fails."""
    return list(result) if isinstance(result, Iterator) else result


def _nothing(result: Any) -> None:  # noqa: ARG001 - the answer to a notification means nothing
    return None
