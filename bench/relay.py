# SPDX-License-Identifier: Apache-2.0
"""What the relay adds to a call of a hook: `python bench/relay.py` prints a small table.

Five implementations, called through pluggy as it is and through the relay with everything that it does (each guarded on
its own, timed, watched, written down, its answer checked). The relay may cost at most twice a bare call. Ways of
calling take turns, and the best of many rounds counts: whatever else runs on the machine only ever makes it slower.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from dialog_core.hookspecs import hookimpl
from dialog_core.hookspecs.channels import RawInbound
from dialog_core.hookspecs.fields import IntakeField
from dialog_core.modules import Hooks, new_manager

IMPLEMENTATIONS = 5
ALLOWED = 2.0
_FIELD = IntakeField("subject", {"ru": "Тема", "en": "Subject"}, lambda view: bool(view.subject))
_ITEM = RawInbound("paper", "1", {}, datetime(2026, 1, 1, tzinfo=UTC))


def _fields(kind: str) -> Iterable[IntakeField]:
    return (_FIELD,) if kind else ()


def _not_mine(item: RawInbound) -> None:
    """Leave it to the next one, so that all five are asked."""


def ways() -> dict[str, tuple[Callable[[], object], Callable[[], object]]]:
    """Return what is measured: by name, a call through pluggy and the same through the relay."""
    manager = new_manager()
    for number in range(IMPLEMENTATIONS):
        functions: dict[str, Any] = {"intake_fields": _fields, "channel_receive": _not_mine}
        plugin = SimpleNamespace(**{name: hookimpl(_copy(function)) for name, function in functions.items()})
        manager.register(plugin, name=f"module{number}")
    hooks, bare = Hooks(manager), manager.hook
    assert len(hooks.collect("intake_fields", kind="x")) == IMPLEMENTATIONS
    return {
        "collect": (lambda: bare.intake_fields(kind="x"), lambda: hooks.collect("intake_fields", kind="x")),
        "first": (lambda: bare.channel_receive(item=_ITEM), lambda: hooks.first("channel_receive", item=_ITEM)),
    }


def _copy(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return another function that does the same: a marker sits on the function."""
    return type(function)(function.__code__, function.__globals__, function.__name__)  # type: ignore[call-overload,no-any-return,attr-defined]


def best(calls: list[Callable[[], object]], *, rounds: int, repeat: int) -> list[float]:
    """Return the best time of one call of each, in seconds, measured in turns."""
    found = [float("inf")] * len(calls)
    gc.disable()
    for _ in range(rounds):
        for number, call in enumerate(calls):
            begin = time.perf_counter()
            for _ in range(repeat):
                call()
            found[number] = min(found[number], (time.perf_counter() - begin) / repeat)
    gc.enable()
    return found


def main() -> int:
    """Measure and print; 1 when the relay costs more than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--repeat", type=int, default=2000)
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    arguments = parser.parse_args()
    rows = {}
    print(f"{IMPLEMENTATIONS} implementations    pluggy µs    relay µs    times")
    for name, calls in ways().items():
        bare, relayed = best(list(calls), rounds=arguments.rounds, repeat=arguments.repeat)
        rows[name] = {"pluggy_us": bare * 1e6, "relay_us": relayed * 1e6, "times": relayed / bare}
        mark = "" if relayed <= ALLOWED * bare else "  too much"
        print(f"{name:<20} {bare * 1e6:>9.2f}   {relayed * 1e6:>9.2f}   {relayed / bare:>6.2f}{mark}")
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1))
    return 0 if all(row["times"] <= ALLOWED for row in rows.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
