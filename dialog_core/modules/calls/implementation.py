# SPDX-License-Identifier: Apache-2.0
"""One module's implementation of a hook, with everything that the relay needs at hand when it calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pluggy

from dialog_core.hookspecs import HookTerms
from dialog_core.modules.calls.breakers import Breaker
from dialog_core.modules.calls.contract import check_result, exact_types, hook_terms
from dialog_core.modules.calls.ledger import LEDGER
from dialog_core.modules.calls.timings import Timing


class Implementation:
    """What is called, on which terms, and how it went so far in this process.

    Args:
        own_terms: of what is called like a hook and is none; those of the hook when left out.

    Attributes:
        budget, limit: seconds, see `HookTerms`.
        exact: classes of contributions that need no further look.
        buckets: those of `timing`, nearer at hand.
        label: what is written down while it runs.
    """

    __slots__ = (
        "arguments", "breaker", "buckets", "budget", "exact", "function", "hook", "label", "limit", "module", "place",
        "timing",
    )  # fmt: skip

    def __init__(
        self,
        module: str,
        hook: str,
        function: Callable[..., Any],
        arguments: tuple[str, ...],
        own_terms: HookTerms | None = None,
    ) -> None:
        terms = own_terms or hook_terms(hook)
        self.module = module
        self.hook = hook
        self.place = f"hook {hook}"
        self.function = function
        self.arguments = arguments
        self.budget = terms.budget
        self.limit = terms.hard_limit
        self.exact = frozenset() if own_terms else exact_types(hook)
        self.label = LEDGER.label(module, hook)
        self.timing = Timing()
        self.buckets = self.timing.buckets
        self.breaker = Breaker(self.timing)

    def check(self, result: Any) -> None:
        """Refuse an answer that the hook may not return.

        Raises:
            TypeError: a contribution is of another type.
        """
        check_result(self.hook, result)


def implementations_of(manager: pluggy.PluginManager, hook: str) -> tuple[Implementation, ...]:
    """Return implementations as pluggy would rank them, those of equal rank in the order of registration."""
    caller = getattr(manager.hook, hook)
    ranked = sorted(
        (item for item in caller.get_hookimpls() if not item.hookwrapper and not item.wrapper),
        key=lambda item: 0 if item.tryfirst else 2 if item.trylast else 1,
    )
    return tuple(Implementation(item.plugin_name, hook, item.function, tuple(item.argnames)) for item in ranked)
