# SPDX-License-Identifier: Apache-2.0
"""Measure the operations of the platform and print a table: `make bench`, or `make bench BENCH="--tickets 10000"`.

The real `dialog up` with two web workers on SQLite, one client process, both on this machine; beside it a bare Flask
application that sends the same statements. Databases are filled once and kept (bench/places.py says where); what is
measured is a copy.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from client import Measured, Request, measure, request
from marks import COLD_START_S, IDLE_MIB, mark
from operations import Operation, Sample, operations, sample
from places import bench_home, core, sqlite_config
from processes import (
    EMAIL,
    PASSWORD,
    command,
    copy_home,
    free_port,
    minimal,
    platform,
    processor_seconds,
    sign_in,
    weights,
)
from sqlalchemy import event

from dialog_core.config import Config
from dialog_core.database import db

ROUNDS = 40
MOST = 4_000
LEVELS = (1, 16)


@dataclass(slots=True)
class Line:
    """One operation at one size: measured at each concurrency, and the bare application beside it."""

    tickets: int
    name: str
    found: dict[int, Measured]
    bare: dict[int, Measured]
    processor: float
    bare_processor: float = 0.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--seconds", type=float, default=4.0, help="for each operation and concurrency")
    parser.add_argument("--only", default="", help="operations whose name has this in it")
    parser.add_argument("--no-bare", action="store_true", help="leave out the bare application")
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    if load > 1:
        print(f"Note: something else is running here (load {load:.1f}); figures will be worse than the machine is.\n")
    lines: list[Line] = []
    idle: dict[int, tuple[dict[str, float], float]] = {}
    for tickets in arguments.tickets:
        idle[tickets] = _measure_size(tickets, arguments, lines)
    print(render(lines))
    print(render_idle(idle))
    if arguments.json:
        arguments.json.write_text(json.dumps([_as_json(line) for line in lines], indent=1))


def _measure_size(tickets: int, arguments: Any, lines: list[Line]) -> tuple[dict[str, float], float]:
    home = copy_home(sqlite_config(tickets).home, bench_home() / "run")
    config = Config.from_environment({"DIALOG_HOME": str(home)})
    command(home, "user", "create", EMAIL, "--role", "administrator", "--password-stdin", given=PASSWORD + "\n")
    token = json.loads(command(home, "token", "create", "--user", EMAIL, "--name", "bench", "--json"))["token"]
    plan = home / "plan.json"
    with core(config).app_context():
        drawn = sample()
        plan.write_text(json.dumps(_plan(config, operations(drawn, cookie="", token=""))))
        db.session.remove()
        db.engine.dispose()
    port = free_port()
    with platform(home, port) as (process, seconds):
        cookie = sign_in(port)
        time.sleep(3)
        weighed = weights(process)
        for operation in _chosen(operations(drawn, cookie=cookie, token=token), arguments.only):
            found, spent = _levels(process, port, operation.requests, arguments.seconds)
            lines.append(Line(tickets, operation.name, found, {}, spent))
            print(f"{tickets} {operation.name}: {_brief(lines[-1].found)}, {spent:.1f} ms of processor", flush=True)
    if not arguments.no_bare:
        _measure_bare(plan, drawn, [line for line in lines if line.tickets == tickets], arguments)
    return weighed, seconds


def _measure_bare(plan: Path, drawn: Sample, lines: list[Line], arguments: Any) -> None:
    port = free_port()
    names = [operation.name for operation in operations(drawn, cookie="", token="") if operation.read]
    with minimal(plan, port) as (process, _):
        for line in lines:
            if line.name in names:
                one = request("GET", f"/read/{names.index(line.name)}")
            else:
                one = request("POST", "/write", status=201)
            send = partial(itertools.repeat, one)
            line.bare, line.bare_processor = _levels(process, port, send, arguments.seconds / 2)


def _levels(
    process: Any, port: int, requests: Callable[[], Iterator[Request]], seconds: float
) -> tuple[dict[int, Measured], float]:
    """Measure at each concurrency; the second value is the server's processor time per request in ms."""
    measure(port, requests(), concurrency=4, seconds=seconds / 4, most=MOST)
    before = processor_seconds(process)
    found = {level: measure(port, requests(), concurrency=level, seconds=seconds, most=MOST) for level in LEVELS}
    spent = processor_seconds(process) - before
    return found, spent * 1_000 / max(1, sum(one.count for one in found.values()))


def _chosen(known: list[Operation], part: str) -> list[Operation]:
    return [operation for operation in known if part in operation.name]


def _plan(config: Config, known: list[Operation]) -> dict[str, Any]:
    """Return the statements that each reading operation sends, for the bare application."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            sent.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    reads = []
    for operation in known:
        if operation.read is None:
            continue
        rounds = []
        for index in range(ROUNDS):
            sent.clear()
            operation.read(index)
            rounds.append([(statement, list(parameters)) for statement, parameters in sent])
        reads.append(rounds)
    event.remove(db.engine, "before_cursor_execute", note)
    return {"database": config.database_url.removeprefix("sqlite:///"), "reads": reads}


def render(lines: list[Line]) -> str:
    """Return the table of operations."""
    head = (
        "tickets", "operation", "p50 c1", "p95", "p99", "wanted", "req/s c16", "wanted", "p50 c16", "p95", "p99",
        "CPU ms", "bare p50 c1", "bare req/s c16", "bare CPU ms", "wrong",
    )  # fmt: skip
    rows = [head, tuple("---" for _ in head)]
    for line in lines:
        one, many = (line.found[level] for level in LEVELS)
        peer = mark(line.name, line.tickets)
        bare = line.bare
        rows.append((
            str(line.tickets), line.name, f"{one.p50:.1f}", f"{one.p95:.1f}", f"{one.p99:.1f}",
            _wanted(peer and peer.wanted_median, one.p50, is_least=False), f"{many.per_second:.0f}",
            _wanted(peer and peer.wanted_per_second, many.per_second, is_least=True), f"{many.p50:.1f}",
            f"{many.p95:.1f}", f"{many.p99:.1f}", f"{line.processor:.1f}", f"{bare[1].p50:.1f}" if bare else "",
            f"{bare[16].per_second:.0f}" if bare else "", f"{line.bare_processor:.1f}" if bare else "",
            str(one.wrong + many.wrong),
        ))  # fmt: skip
    return _table(rows)


def render_idle(idle: dict[int, tuple[dict[str, float], float]]) -> str:
    """Return memory and start of each size."""
    text = []
    for tickets, (weighed, seconds) in idle.items():
        text.append(f"\nWith {tickets} tickets: ready {seconds:.2f} s after the start (best peer {COLD_START_S} s).")
        text.append(
            f"Idle memory, MiB of PSS (best peer with two workers {IDLE_MIB:.0f}): all {sum(weighed.values()):.0f}"
        )
        text += [f"  {name}: {value:.0f}" for name, value in weighed.items()]
    return "\n".join(text)


def _wanted(wanted: float | None, found: float, *, is_least: bool) -> str:
    if wanted is None:
        return ""
    is_met = found >= wanted if is_least else found <= wanted
    return f"{'≥' if is_least else '≤'} {wanted:.0f} {'✓' if is_met else '✗'}"


def _table(rows: list[tuple[str, ...]]) -> str:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join("| " + " | ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) + " |" for row in rows)


def _brief(found: dict[int, Measured]) -> str:
    one, many = (found[level] for level in LEVELS)
    return f"{one.p50:.1f} ms, {many.per_second:.0f}/s at 16" + (
        f", {one.wrong + many.wrong} wrong" * bool(one.wrong + many.wrong)
    )


def _as_json(line: Line) -> dict[str, Any]:
    def figures(found: dict[int, Measured]) -> dict[int, Any]:
        return {level: {n: getattr(m, n) for n in Measured.__slots__} for level, m in found.items()}

    return {"tickets": line.tickets, "name": line.name, "found": figures(line.found), "bare": figures(line.bare)}


if __name__ == "__main__":
    main()
