# SPDX-License-Identifier: Apache-2.0
"""How a module does, for administrators: its hooks' timings and pauses, and the wish to have one tried at once."""

from __future__ import annotations

from dataclasses import dataclass

from dialog_core.database import db, write
from dialog_core.errors import NotAllowedNow
from dialog_core.events import record
from dialog_core.modules.calls.breaker_rows import BreakerView, read_breakers, wish_to_try
from dialog_core.modules.calls.timing_rows import TimingView, read_timings
from dialog_core.staff import Actor
from dialog_core.staff.permissions import MODULE_MANAGE


@dataclass(frozen=True, slots=True)
class HookHealth:
    """How the hooks of a module did within the last day, and what of them is not called now."""

    timings: tuple[TimingView, ...]
    breakers: tuple[BreakerView, ...]


def hook_health(actor: Actor, *, module: str) -> HookHealth:
    """Return how the hooks of a module do, its jobs and checks among them.

    Raises:
        NotPermitted: `module.manage` is missing.
    """
    actor.require(MODULE_MANAGE)
    with db.engine.connect() as connection:
        breakers = tuple(row for row in read_breakers(connection, module) if row.is_open)
        return HookHealth(tuple(read_timings(connection, module)), breakers)


def try_hook(actor: Actor, *, module: str, hook: str) -> None:
    """Let a hook that rests be called again at its next occasion, in every process, within some seconds.

    Raises:
        NotPermitted: `module.manage` is missing.
        NotAllowedNow: it does not rest.
    """
    actor.require(MODULE_MANAGE)
    with write() as session:
        if not wish_to_try(session, module=module, hook=hook):
            raise NotAllowedNow("“%(hook)s” does not rest; it is called whenever it is needed.", hook=hook[:60])
        record(session, actor, "module_hook_tried", module=module, hook=hook)
