# SPDX-License-Identifier: Apache-2.0
"""Uses of hooks and arguments that go away: no reason to refuse a module, and shown on its page."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dialog_core.hookspecs import Deprecation
from dialog_core.modules.calls.contract import hook_terms


@dataclass(frozen=True, slots=True)
class DeprecatedUse:
    """One use: the whole hook, or one `argument` of it; the rest as in `Deprecation`."""

    hook: str
    argument: str | None
    deprecated_in: str
    removed_in: str
    instead: str


def deprecated_uses(implementations: Mapping[str, Callable[..., Any]]) -> list[dict[str, Any]]:
    """Return what a module's implementations, by hook, use that goes away; JSON values of `DeprecatedUse`."""
    found: list[DeprecatedUse] = []
    for hook, function in sorted(implementations.items()):
        terms = hook_terms(hook)
        if terms.deprecation is not None:
            found.append(_use(hook, None, terms.deprecation))
        taken = inspect.signature(function).parameters
        found += [
            _use(hook, name, going) for name, going in sorted(terms.deprecated_arguments.items()) if name in taken
        ]
    return [asdict(use) for use in found]


def _use(hook: str, argument: str | None, going: Deprecation) -> DeprecatedUse:
    return DeprecatedUse(hook, argument, going.deprecated_in, going.removed_in, going.instead)
