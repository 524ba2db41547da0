# SPDX-License-Identifier: Apache-2.0
"""The life of one demonstration ticket: three messages, a path along the table of transitions, the events of both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from dialog_core.demo import content_en, content_ru, names
from dialog_core.demo.journal import SYSTEM, Doer, Journal, Rows
from dialog_core.demo.scenario import Scenario
from dialog_core.demo.world import Customer, Person, World
from dialog_core.tickets import BY_NAME, Level, State, priority_of

ENTRIES_PER_TICKET = 3
RECENT = 0.92
"""The part of the tickets, by age, after which most are still open."""

_ENDS_OPEN = (("registered", 22), ("in_progress", 34), ("waiting", 17), ("answered", 20), ("completed", 7))
_ENDS_CLOSED = (("confirmed", 82), ("silence", 8), ("withdrawn", 7), ("declined", 3))


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the load a ticket stands: its index among `total`, and when it was opened; nothing is after `end`."""

    index: int
    total: int
    opened_at: datetime
    end: datetime


class Life:
    """One ticket being lived."""

    def __init__(self, world: World, rng: Random, place: Place, journal: Journal) -> None:
        self.world, self.rng, self.journal, self.end = world, rng, journal, place.end
        self.at = place.opened_at
        self.customer: Customer = rng.choice(world.customers)
        self.content: Any = content_en if self.customer.is_english else content_ru
        self.scenario: Scenario = rng.choice(self.content.SCENARIOS)
        self.contact: Person = rng.choice(self.customer.people)
        self.colleague: Person = world.colleagues[int(len(world.colleagues) * rng.random() ** 1.4)]
        self.channel = "web" if rng.random() < 0.8 else "api"
        self.staff = Doer("staff", self.colleague.id, self.colleague.name, self.channel)
        self.words = self._words()
        self.state = State.REGISTERED
        self.outcome: str | None = None
        self.resolution = 0
        self.version = 1
        self.responsible: int | None = None
        self.further: list[int] = []
        self.teams: list[int] = []

    def _words(self) -> dict[str, Any]:
        rng, english = self.rng, self.customer.is_english
        name = self.contact.name.split()
        return {
            "place": names.place(rng, english=english),
            "person": names.surname(rng, english=english),
            "name": name[0] if english or len(name) < 2 else name[1],
            "hour": rng.randint(8, 18),
            "minute": f"{rng.randint(0, 59):02d}",
            "n": rng.randint(2, 60),
            "ext": rng.randint(100, 499),
            "ext2": rng.randint(500, 899),
            "host": f"srv-{rng.randint(1, 400):03d}",
            "host2": f"pc-{rng.randint(1, 4000):04d}",
            "version": f"{rng.randint(3, 5)}.{rng.randint(0, 30)}.{rng.randint(0, 9)}",
        }

    def say(self, texts: tuple[str, ...]) -> str:
        """Return one of the texts with its places filled in."""
        return self.rng.choice(texts).format_map(self.words)

    def wait(self, hours: float) -> datetime:
        """Let about so many hours pass, never beyond the end."""
        gap = min(self.rng.expovariate(1 / hours) * 3_600, (self.end - self.at).total_seconds() * 0.3)
        self.at += timedelta(seconds=round(gap, 3))
        return self.at

    def open(self) -> dict[str, Any]:
        """Register the request and return the ticket's row so far."""
        rng, scenario = self.rng, self.scenario
        impact, urgency = (rng.choices(tuple(Level), weights=(3, 5, 2))[0] for _ in range(2))
        priority = int(priority_of(scenario.kind, impact, urgency))
        entitlement = "covered" if self.customer.contract_id else "no_contract"
        subject = self.say(scenario.subjects)
        self.journal.event(
            self.staff, "ticket_opened", self.at,
            subject=subject, request_kind=scenario.kind.value, entitlement=entitlement, priority=priority,
        )  # fmt: skip
        request = self.say(scenario.request)
        extra = f"{subject} {self.customer.name} {self.contact.name}"
        self.journal.entry(self.staff, "request", self.at, request, author=self.contact, extra=extra)
        return {
            "id": self.journal.ticket_id, "subject": subject, "kind": scenario.kind.value, "impact": impact.value,
            "urgency": urgency.value, "priority": priority,
            "category_id": self.world.categories.get(scenario.category), "organisation_id": self.customer.id,
            "contact_id": self.contact.id, "contract_id": self.customer.contract_id,
            "entitlement": entitlement, "channel": self.channel, "opened_by_id": self.colleague.id,
            "opened_at": self.at, "answer_on_its_way": False,
        }  # fmt: skip

    def add(self) -> None:
        """Let the customer say something unasked."""
        self.journal.entry(self.staff, "message", self.wait(3), self.say(self.scenario.additions), author=self.contact)

    def assign(self) -> None:
        """Set the executors."""
        before = self._executors()
        self.responsible = self.colleague.id
        if self.rng.random() < 0.25:
            other = self.rng.choice(self.world.colleagues).id
            self.further = [other] if other != self.responsible else []
        if self.rng.random() < 0.4:
            self.teams = [self.rng.choice(self.world.teams)]
        self.version += 1
        self.journal.event(self.staff, "ticket_assigned", self.at, before=before, after=self._executors())

    def _executors(self) -> dict[str, Any]:
        return {"responsible": self.responsible, "executors": list(self.further), "teams": list(self.teams)}

    def move(self, name: str, doer: Doer | None = None, **data: Any) -> None:
        """Do a row of the table of transitions."""
        row = BY_NAME[name]
        before, self.state = self.state, row.target
        self.outcome = row.outcome.value if row.outcome else None
        self.version += 1
        self.resolution += self.state is State.ANSWERED
        self.journal.event(
            doer or self.staff, "ticket_transitioned", self.at, transition=name, before=before.value,
            after=self.state.value, outcome=self.outcome, resolution=self.resolution, **data,
        )  # fmt: skip

    def start(self) -> None:
        """Let work begin."""
        self.wait(2)
        self.assign()
        self.move("start")

    def write(self, kind: str, texts: tuple[str, ...], hours: float = 5) -> int:
        """Let staff write an entry."""
        delivered_by = self.rng.choice(("call", "email")) if kind in {"question", "answer", "refusal"} else None
        return self.journal.entry(self.staff, kind, self.wait(hours), self.say(texts), delivered_by=delivered_by)

    def answer(self) -> None:
        """Answer, and move on with it."""
        entry_id = self.write("answer", self.scenario.answer, 20)
        self.move("answer", delivered_by="call", entry=entry_id)

    def work(self) -> None:
        """Write one thing between start and answer."""
        if self.rng.random() < 0.5:
            self.write("note", self.scenario.note)
        else:
            self.write("reply", self.content.REPLIES)


def live(world: World, rng: Random, place: Place, rows: Rows, journal: Journal) -> None:
    """Write all rows of one ticket into `rows`."""
    life = Life(world, rng, place, journal)
    ticket = life.open()
    _PATHS[_ending(life, place)](life)
    ticket |= {
        "state": life.state.value, "is_open": life.state is not State.CLOSED, "outcome": life.outcome,
        "responsible_id": life.responsible, "team_id": life.teams[0] if life.teams else None,
        "resolution": life.resolution, "activity_at": life.at,
        "closed_at": life.at if life.state is State.CLOSED else None, "version": life.version,
        "event_count": journal.count, "event_digest": journal.digest,
    }  # fmt: skip
    rows.tickets.append(ticket)
    rows.executors += [{"ticket_id": ticket["id"], "staff_id": person, "team_id": None} for person in life.further]
    rows.executors += [{"ticket_id": ticket["id"], "staff_id": None, "team_id": team} for team in life.teams]


def _ending(life: Life, place: Place) -> str:
    is_open = life.rng.random() < (0.6 if place.index >= place.total * RECENT else 0.012)
    ends = _ENDS_OPEN if is_open else _ENDS_CLOSED
    ending = life.rng.choices([name for name, _ in ends], weights=[weight for _, weight in ends])[0]
    return "confirmed" if ending == "silence" and life.customer.silence_days is None else ending


def _registered(life: Life) -> None:
    life.add()
    life.add()
    if life.rng.random() < 0.15:
        life.assign()


def _in_progress(life: Life) -> None:
    life.start()
    if life.rng.random() < 0.6:
        entry_id = life.write("question", life.scenario.question)
        life.move("request_information", delivered_by="call", entry=entry_id)
        text = life.say(life.scenario.information)
        entry_id = life.journal.entry(life.staff, "message", life.wait(8), text, author=life.contact)
        life.move("receive_information", contact=life.contact.id, entry=entry_id)
    else:
        life.answer()
        reason = life.say(life.content.REASONS)
        entry_id = life.journal.entry(life.staff, "reason", life.wait(20), reason, author=life.contact)
        life.move("dispute", reason=reason, contact=life.contact.id, entry=entry_id)


def _waiting(life: Life) -> None:
    life.start()
    life.work()
    entry_id = life.write("question", life.scenario.question)
    life.move("request_information", delivered_by="email", entry=entry_id)


def _answered(life: Life) -> None:
    life.start()
    life.work()
    life.answer()


def _completed(life: Life) -> None:
    _answered(life)
    life.wait(12)
    life.move("confirm", contact=life.contact.id, delivered_by="call")


def _confirmed(life: Life) -> None:
    _completed(life)
    life.wait(6)
    life.move("close", contact=life.customer.people[0].id, delivered_by="call")


def _silence(life: Life) -> None:
    _answered(life)
    life.wait(24 * (life.customer.silence_days or 1))
    life.move("silence", SYSTEM)


def _withdrawn(life: Life) -> None:
    life.start()
    life.work()
    entry_id = life.write("note", life.content.WITHDRAWN)
    life.move("withdraw", contact=life.contact.id, delivered_by="call", entry=entry_id)


def _declined(life: Life) -> None:
    life.add()
    entry_id = life.write("refusal", life.content.REFUSALS)
    life.move("decline", reason=life.content.DECLINE_REASON, delivered_by="email", entry=entry_id)


_PATHS = {
    "registered": _registered,
    "in_progress": _in_progress,
    "waiting": _waiting,
    "answered": _answered,
    "completed": _completed,
    "confirmed": _confirmed,
    "silence": _silence,
    "withdrawn": _withdrawn,
    "declined": _declined,
}
