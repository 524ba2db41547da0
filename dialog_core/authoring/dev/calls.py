# SPDX-License-Identifier: Apache-2.0
"""See every call of a hook in this process, by putting something around the functions that the relay calls.

The relay itself is as it always is: whoever does not observe pays nothing.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from dialog_core.modules import Hooks
from dialog_core.redaction import redact_secrets

Adapt = Callable[[str, str, Any], Any]
"""From module, hook and what the hook returned to what the platform is given."""


@dataclass(frozen=True, slots=True)
class HookCall:
    """One call.

    Attributes:
        values: what it was given; `budget` and `seconds` in seconds.
        error, trace: what it raised or why its answer cannot be taken, and where; empty when all went well.
    """

    module: str
    hook: str
    values: tuple[Any, ...]
    seconds: float
    budget: float
    error: str = ""
    trace: str = ""

    @property
    def is_slow(self) -> bool:
        """Whether it took longer than its budget."""
        return self.seconds > self.budget


def observe(hooks: Hooks, seen: Callable[[HookCall], None], adapt: Adapt | None = None) -> None:
    """Call `seen` after every call of an implementation of this process from now on."""
    for item in hooks.all_implementations():
        item.function = _observed(item, item.function, seen, adapt)


def _observed(
    item: Any, function: Callable[..., Any], seen: Callable[[HookCall], None], adapt: Adapt | None
) -> Callable[..., Any]:
    def call(*values: Any) -> Any:
        begin = perf_counter()
        try:
            result = function(*values)
            if isinstance(result, Iterator):  # made bit by bit: it fails where it is made, which should be seen
                result = list(result)
            if result is not None:
                item.check(result)
        except BaseException as error:
            seconds = perf_counter() - begin
            seen(HookCall(item.module, item.hook, values, seconds, item.budget, in_one_line(error), _of_module(error)))
            raise
        seen(HookCall(item.module, item.hook, values, perf_counter() - begin, item.budget))
        return result if adapt is None else adapt(item.module, item.hook, result)

    return call


def in_one_line(error: BaseException) -> str:
    """Return kind and text of an error, without secrets."""
    text = "".join(traceback.format_exception_only(error)).strip().splitlines()[-1]
    kind = type(error)
    return redact_secrets(text.removeprefix(f"{kind.__module__}."))


def _of_module(error: BaseException) -> str:
    """Return the same as `in_full`, without the frame of this file that every call begins with."""
    trace = error.__traceback__
    below = trace.tb_next if trace is not None else None
    return redact_secrets("".join(traceback.format_exception(type(error), error, below)))


def in_full(error: BaseException) -> str:
    """Return an error with its traceback as Python prints it, without secrets."""
    return redact_secrets("".join(traceback.format_exception(error)))
