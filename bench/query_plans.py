# SPDX-License-Identifier: Apache-2.0
"""Show how both databases answer every list, and how long it takes: writes docs/query-plans.md.

Run it after a change of a query or an index: `.venv/bin/python bench/query_plans.py --tickets 100000`.
"""

from __future__ import annotations

import argparse
import re
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from field_values import add_field_values, field_filters
from places import core, postgres_config, sqlite_config
from sqlalchemy import Select, event, func, select, text

from dialog_core.clock import now
from dialog_core.config import Config
from dialog_core.database import db
from dialog_core.fields import values_of_many
from dialog_core.staff import Actor, ActorKind
from dialog_core.tickets import Sort, State, TicketFilters, counts, ticket_by_number, ticket_list, timeline
from dialog_core.tickets.filters import Position
from dialog_core.tickets.list_queries import list_statement
from dialog_core.tickets.models import Ticket

TARGET = Path(__file__).resolve().parent.parent / "docs" / "query-plans.md"
LIMIT = 26
REPEATS = 7

Case = tuple[str, Select[Any]]


def main() -> None:
    """Explain everything on both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--print", action="store_true", help="write to standard output")
    arguments = parser.parse_args()
    found: dict[str, dict[str, tuple[list[str], float]]] = {}
    for name, make in (("SQLite", sqlite_config), ("PostgreSQL", postgres_config)):
        if arguments.only in {None, name.lower()}:
            for case, result in explain_all(make(arguments.tickets)):
                found.setdefault(case, {})[name] = result
    written = render(found, arguments.tickets)
    if arguments.print:
        print(written)
    else:
        TARGET.write_text(written)


def explain_all(config: Config) -> Iterator[tuple[str, tuple[list[str], float]]]:
    """Yield for each case its plan and its time in ms."""
    with core(config).app_context():
        add_field_values()
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))
        actor = _busiest()
        for name, statement in cases(actor):
            yield name, (_explain(statement), _time(lambda s=statement: db.session.execute(s).all()))
        newest = list(db.session.scalars(select(Ticket.id).order_by(Ticket.id.desc()).limit(25)))
        number = db.session.scalar(select(Ticket.number).where(Ticket.state == "answered").limit(1)) or ""
        for name, read in (
            ("ticket page", lambda: ticket_by_number(actor, number)),
            ("timeline", lambda: timeline(actor, ticket_by_number(actor, number).id)),
            ("counts", lambda: counts(actor)),
            ("20 field values of 25 tickets", lambda: values_of_many(actor, newest)),
        ):
            yield name, (_explain_sent(read), _time(read))
        db.session.rollback()
        db.engine.dispose()


def cases(actor: Actor) -> Iterator[Case]:
    """Yield every list that pages and API offer, as a statement."""
    ticket = db.session.scalars(
        select(Ticket).where(Ticket.responsible_id == actor.id, Ticket.team_id.is_not(None)).order_by(Ticket.id.desc())
    ).first()
    assert ticket is not None
    middle = db.session.scalar(select(func.max(Ticket.id)).select_from(Ticket)) // 2
    work = (State.REGISTERED, State.IN_PROGRESS)
    filters: list[tuple[str, TicketFilters]] = [
        ("open", TicketFilters(is_open=True)),
        ("closed", TicketFilters(is_open=False)),
        ("all", TicketFilters()),
        ("one state", TicketFilters(states=(State.ANSWERED,))),
        ("two states", TicketFilters(states=work)),
        ("every state", TicketFilters(states=tuple(State))),
        ("mine, open", TicketFilters(is_open=True, responsible="me")),
        ("mine, all", TicketFilters(responsible="me")),
        ("nobody's, open", TicketFilters(is_open=True, responsible="none")),
        ("state + priority + executor", TicketFilters(states=work, priorities=(3,), executor=actor.id)),
        ("closed + priority + executor", TicketFilters(states=(State.CLOSED,), priorities=(3,), executor=actor.id)),
        ("state + priority", TicketFilters(states=work, priorities=(4,))),
        ("closed + priority", TicketFilters(states=(State.CLOSED,), priorities=(4,))),
        ("priority, open", TicketFilters(is_open=True, priorities=(3, 4))),
        ("team, open", TicketFilters(is_open=True, team_id=ticket.team_id)),
        ("organisation", TicketFilters(organisation_id=ticket.organisation_id)),
        ("contact", TicketFilters(contact_id=ticket.contact_id)),
        ("kind, open", TicketFilters(is_open=True, kind="change_request")),
        ("category, all", TicketFilters(category_id=ticket.category_id)),
        ("channel without tickets", TicketFilters(channel="none")),
        ("opened in one week", TicketFilters(opened_after=now() - timedelta(20), opened_before=now() - timedelta(13))),
        ("opened long ago", TicketFilters(opened_before=now() - timedelta(200))),
        ("a rare word", TicketFilters(text=rare_word())),
        ("a frequent word", TicketFilters(text="сервер")),
        ("two words, open", TicketFilters(text="печать накладной", is_open=True)),
        ("a number's tail", TicketFilters(text="№4321")),
        ("a phone", TicketFilters(text="8 900 555 01 23")),
        *field_filters(),
    ]
    for name, chosen in filters:
        yield name, _statement(actor, chosen, Sort.NEWEST)
    for name, chosen in (filters[0], filters[1], filters[6], filters[9]):
        for sort in (Sort.ACTIVITY, Sort.PRIORITY):
            yield f"{name}, by {sort}", _statement(actor, chosen, sort)
    yield "closed, from the middle", _statement(actor, filters[1][1], Sort.NEWEST, Position(1, middle, middle))
    at = ticket.activity_at
    yield "open by activity, second page", _statement(actor, filters[0][1], Sort.ACTIVITY, Position(1, at, ticket.id))


def rare_word(wanted: int = 50) -> str:
    """Return the name of a town that about `wanted` tickets mention."""
    from dialog_core.demo.names import PLACES

    def distance(place: str) -> int:
        rows = ticket_list(_busiest(), TicketFilters(text=place), limit=200).rows
        return abs(len(rows) - wanted)

    return min(PLACES[::11], key=distance)


def _busiest() -> Actor:
    staff_id, name = db.session.execute(
        text(
            "SELECT staff.id, staff.name FROM ticket JOIN staff ON staff.id = responsible_id WHERE is_open"
            " GROUP BY staff.id, staff.name ORDER BY count(*) DESC LIMIT 1"
        )
    ).one()
    return Actor(kind=ActorKind.STAFF, name=name, id=staff_id, permissions=frozenset({"ticket.read"}))


def _statement(actor: Actor, filters: TicketFilters, sort: Sort, position: Position | None = None) -> Select[Any]:
    statement = list_statement(actor, filters, sort=sort, position=position, limit=LIMIT)
    assert statement is not None
    return statement


def _time(read: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        read()
        times.append((time.perf_counter() - begun) * 1_000)
    return statistics.median(times)


def _explain(statement: Any) -> list[str]:
    return _explain_sent(lambda: db.session.execute(statement).all())


def _explain_sent(read: Callable[[], object]) -> list[str]:
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            sent.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    read()
    event.remove(db.engine, "before_cursor_execute", note)
    lines: list[str] = []
    for statement, parameters in sent:
        lines += (
            _sqlite(statement, parameters) if db.engine.dialect.name == "sqlite" else _postgres(statement, parameters)
        )
    return lines


def _sqlite(statement: str, parameters: Any) -> list[str]:
    rows = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    return [row[3] for row in rows if re.search(r"SCAN|SEARCH|TEMP", row[3])]


def _postgres(statement: str, parameters: Any) -> list[str]:
    rows = db.session.connection().exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars()
    nodes = (re.sub(r"\s*\(cost.*", "", row).strip(" ->") for row in rows if "(cost" in row)
    return [node for node in nodes if re.search(r"Scan|Sort", node)]


def render(found: dict[str, dict[str, tuple[list[str], float]]], tickets: int) -> str:
    """Return the document."""
    databases = list(next(iter(found.values())))
    lines = [
        "# Query plans",
        "",
        f"How each list is answered with {tickets} tickets; written by `bench/query_plans.py` (do not edit).",
        "A page has 25 rows; the time is the median of the whole statement in milliseconds, on the last machine.",
        "Look-ups by primary key that fetch the names of a page's rows are left out.",
        "",
        "| list | " + " | ".join(f"{name}, ms" for name in databases) + " |",
        "|---|" + "---:|" * len(databases),
    ]
    for case, results in found.items():
        lines.append(f"| {case} | " + " | ".join(f"{results[name][1]:.1f}" for name in databases) + " |")
    for name in databases:
        lines += ["", f"## {name}"]
        for case, results in found.items():
            lines += ["", f"### {case}", "", "```"]
            lines += _interesting(results[name][0])
            lines.append("```")
    return "\n".join(lines) + "\n"


def _interesting(plan: list[str]) -> list[str]:
    dull = re.compile(
        r"USING INTEGER PRIMARY KEY \(rowid=\?\)( LEFT-JOIN)?$|Index Scan using pk_\w+ on \w+$|Scan on (staff|team)"
    )
    kept: list[str] = []
    for line in plan:
        if not dull.search(line) and (not kept or kept[-1] != line):
            kept.append(line)
    return kept or plan


if __name__ == "__main__":
    main()
