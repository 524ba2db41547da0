# SPDX-License-Identifier: Apache-2.0
"""The operations that are measured: what is sent for each, drawn from the database at hand."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from urllib.parse import quote

from client import Request, request
from sqlalchemy import func, select

from dialog_core.database import db
from dialog_core.staff import system_actor
from dialog_core.tickets import Sort, State, TicketFilters, ticket_by_number, ticket_list, timeline
from dialog_core.tickets.models import Ticket

SAMPLE = 400
WANTED_FOUND = 50


@dataclass(frozen=True, slots=True)
class Sample:
    """What the requests name: numbers of tickets, of open ones, an executor with work, words found in ~50 tickets."""

    numbers: tuple[str, ...]
    open_numbers: tuple[str, ...]
    executor: int
    words: tuple[str, ...]
    organisation: int
    contact: int


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of the table: how requests are made, and the same reading without web application around it."""

    name: str
    requests: Callable[[], Iterator[Request]]
    read: Callable[[int], object] | None


def sample() -> Sample:
    """Draw the sample, the same each time."""
    rng = Random(7)
    numbers = list(db.session.scalars(select(Ticket.number).order_by(Ticket.id)))
    opened = list(db.session.scalars(select(Ticket.number).where(Ticket.is_open, Ticket.responsible_id.is_not(None))))
    last = db.session.scalars(
        select(Ticket).where(Ticket.contact_id.is_not(None), Ticket.contract_id.is_not(None)).order_by(Ticket.id.desc())
    ).first()
    executor = db.session.execute(
        select(Ticket.responsible_id)
        .where(Ticket.state == "in_progress", Ticket.priority == 3, Ticket.responsible_id.is_not(None))
        .group_by(Ticket.responsible_id)
        .order_by(func.count().desc())
    ).scalars().first()  # fmt: skip
    assert last is not None
    assert executor is not None
    assert last.organisation_id is not None
    assert last.contact_id is not None
    return Sample(
        tuple(rng.sample([number for number in numbers if number], SAMPLE)),
        tuple(rng.sample([number for number in opened if number], min(SAMPLE, len(opened)))),
        executor,
        _words(),
        last.organisation_id,
        last.contact_id,
    )


def _words() -> tuple[str, ...]:
    """Return names of towns that about fifty tickets mention."""
    from dialog_core.demo.names import PLACES

    def misses(place: str) -> int:
        return abs(len(ticket_list(system_actor(), TicketFilters(text=place), limit=200).rows) - WANTED_FOUND)

    return tuple(sorted(PLACES, key=misses)[:5])


def operations(drawn: Sample, *, cookie: str, token: str) -> list[Operation]:
    """Return all operations; pages are asked for by a signed-in browser, the API by a token."""
    page, api = {"Cookie": cookie}, {"Authorization": f"Bearer {token}"}
    me = system_actor()
    narrow = TicketFilters(states=(State.IN_PROGRESS,), priorities=(3,), executor=drawn.executor)
    narrow_page = f"/queue?view=open&state=in_progress&priority=high&executor={drawn.executor}"
    narrow_api = f"/api/v1/tickets?state=in_progress&priority=high&executor={drawn.executor}"

    def gets(headers: dict[str, str], *paths: str) -> Callable[[], Iterator[Request]]:
        made = [request("GET", path, headers=headers) for path in paths]
        return lambda: itertools.cycle(made)

    def ticket(index: int) -> object:
        view = ticket_by_number(me, drawn.numbers[index % len(drawn.numbers)])
        return view, timeline(me, view.id)

    def found(index: int) -> object:
        return ticket_list(me, TicketFilters(text=drawn.words[index % len(drawn.words)]), limit=25)

    opened = TicketFilters(is_open=True)
    return [
        Operation("ticket, page", gets(page, *(f"/tickets/{n}" for n in drawn.numbers)), ticket),
        Operation(
            "ticket, API",
            gets(api, *(f"/api/v1/tickets/{n}" for n in drawn.numbers)),
            lambda i: ticket_by_number(me, drawn.numbers[i % len(drawn.numbers)]),
        ),
        Operation("queue, page", gets(page, "/queue"), lambda _: ticket_list(me, opened, sort=Sort.ACTIVITY, limit=30)),
        Operation(
            "queue, API", gets(api, "/api/v1/tickets?open=true&limit=25"), lambda _: ticket_list(me, opened, limit=25)
        ),
        Operation(
            "state+priority+executor, page",
            gets(page, narrow_page),
            lambda _: ticket_list(me, narrow, sort=Sort.ACTIVITY, limit=30),
        ),
        Operation("state+priority+executor, API", gets(api, narrow_api), lambda _: ticket_list(me, narrow, limit=25)),
        Operation("search, page", gets(page, *(f"/queue?q={quote(word)}" for word in drawn.words)), found),
        Operation("search, API", gets(api, *(f"/api/v1/tickets?q={quote(word)}" for word in drawn.words)), found),
        Operation("create, API", lambda: _creations(drawn, api), None),
        Operation("reply, API", lambda: _replies(drawn, api), None),
    ]


def _creations(drawn: Sample, headers: dict[str, str]) -> Iterator[Request]:
    for index in itertools.count():
        body = {
            "subject": f"Не печатает принтер в кабинете {index}",
            "description": f"После обновления принтер в кабинете {index} печатает пустые листы, что делать?",
            "kind": "user_failure",
            "contact": drawn.contact,
            "organisation": drawn.organisation,
            "category": "hardware.printer",
        }
        yield _post("/api/v1/tickets", headers, body)


def _replies(drawn: Sample, headers: dict[str, str]) -> Iterator[Request]:
    for index in itertools.count():
        body = {"kind": "note", "text": f"Проверили настройки очереди печати, попытка {index}; ждём ответа сотрудника."}
        number = drawn.open_numbers[index % len(drawn.open_numbers)]
        yield _post(f"/api/v1/tickets/{number}/entries", headers, body)


def _post(path: str, headers: dict[str, str], body: dict[str, object]) -> Request:
    given = {**headers, "Content-Type": "application/json"}
    return request("POST", path, headers=given, body=json.dumps(body).encode(), status=201)
