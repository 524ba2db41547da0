# SPDX-License-Identifier: Apache-2.0
"""Which kinds of due work there are. All that is due stands in the domain's tables; nothing is queued beside them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dialog_core import conversations, events, modules, tickets
from dialog_core.jobs.housekeeping import tidy
from dialog_core.jobs.loop import IDLE_SECONDS, Step
from dialog_core.jobs.module_work import module_steps

if TYPE_CHECKING:
    from dialog_core.modules import Hooks

SENDERS = 4
FETCHERS = 2
SELDOM_SECONDS = 1.0
GATHERING_SECONDS = 0.1
"""Events come one by one while people work; a turn costs the same for one of them as for a hundred."""


def platform_steps(hooks: Hooks) -> tuple[Step, ...]:
    """Return the steps of a job process.

    The inbox keeps the order of messages and events keep theirs per module, so one process in the cluster does each.
    Sending and fetching claim their rows one by one; several threads do it, so that a slow chat stops no other.
    Each module that brings jobs or health checks has a thread of its own for them.
    """
    inbox = Step("inbox", _with(conversations.process_next, hooks), lease="inbox")
    dispatch = Step("events", _with(events.dispatch_next, hooks), lease="events", gathering=GATHERING_SECONDS)
    senders = _several("send", _with(conversations.send_next, hooks), SENDERS)
    fetchers = _several("fetch", _with(conversations.fetch_next, hooks), FETCHERS)
    sweep = Step("housekeeping", tidy, idle=30.0, lease="housekeeping")
    silence = Step("silence", tickets.close_silent, idle=60.0, lease="silence")
    index = Step("index", modules.check_index_when_due, idle=60.0, lease="index")
    updates = Step("updates", modules.update_modules, idle=60.0, lease="module-updates")
    return inbox, dispatch, *senders, *fetchers, sweep, silence, index, updates, *module_steps(hooks)


def _several(name: str, run: Callable[[], bool], number: int) -> list[Step]:
    """Return steps of one kind; the first looks often, the others seldom, but stay while there is something."""
    return [Step(f"{name}-{turn}", run, idle=SELDOM_SECONDS if turn else IDLE_SECONDS) for turn in range(number)]


def _with(function: Callable[[Hooks], bool], hooks: Hooks) -> Callable[[], bool]:
    return lambda: function(hooks)
