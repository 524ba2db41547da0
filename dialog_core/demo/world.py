# SPDX-License-Identifier: Apache-2.0
"""Who is there in the demonstration: colleagues, teams, customers with their people and contracts.

Loading again, or beside real data, uses what an earlier load left and adds what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from dialog_core.demo import names
from dialog_core.parties import name_key
from dialog_core.parties.models import Contact, ContactPoint, Contract, Membership, Organisation
from dialog_core.staff.models import Role, Staff, Team, staff_role, team_member
from dialog_core.tickets.models import Category

ADDRESS = "demo.example"
TICKETS_PER_CUSTOMER = 50
CUSTOMERS_MOST = 2_000
COLLEAGUES = 20
TEAMS = ("Первая линия", "Вторая линия", "Тестирование")
_ROLES = ("specialist",) * 10 + ("engineer",) * 6 + ("tester",) * 2 + ("supervisor",) * 2


@dataclass(frozen=True, slots=True)
class Person:
    """A colleague or a contact."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Customer:
    """An organisation with its people, of whom the first represents it."""

    id: int
    name: str
    is_english: bool
    people: tuple[Person, ...]
    contract_id: int | None
    silence_days: int | None


@dataclass(frozen=True, slots=True)
class World:
    """Everybody a ticket of the demonstration may name."""

    colleagues: tuple[Person, ...]
    teams: tuple[int, ...]
    categories: dict[str, int]
    customers: tuple[Customer, ...]


def customers_for(tickets: int) -> int:
    """Return how many customers so many tickets come from."""
    return max(12, min(CUSTOMERS_MOST, tickets // TICKETS_PER_CUSTOMER))


def build_world(session: Session, *, tickets: int, seed: int, now: datetime) -> World:
    """Find or make everybody, in the open write transaction."""
    rng = Random(seed)
    colleagues, teams = _colleagues(session, rng, now)
    categories = {row.code: row.id for row in session.execute(select(Category.code, Category.id))}
    return World(colleagues, teams, categories, _customers(session, seed, customers_for(tickets), now))


def _colleagues(session: Session, rng: Random, now: datetime) -> tuple[tuple[Person, ...], tuple[int, ...]]:
    teams = {row.name: row.id for row in session.execute(select(Team.name, Team.id).where(Team.name.in_(TEAMS)))}
    for name in TEAMS:
        if name not in teams:
            teams[name] = session.execute(insert(Team).values(name=name).returning(Team.id)).scalar_one()
    roles = {row.name: row.id for row in session.execute(select(Role.name, Role.id))}
    found: list[Person] = []
    for index, role in enumerate(_ROLES[:COLLEAGUES]):
        full = names.person(rng, english=index % 7 == 6)
        email = f"colleague-{index + 1}@{ADDRESS}"
        known = session.execute(select(Staff.id, Staff.name).where(Staff.email == email)).first()
        if known is None:
            staff_id = session.execute(
                insert(Staff)
                .values(
                    email=email, name=full, password_hash=None, language="ru", timezone="Europe/Moscow", is_active=True,
                    session_epoch=0, created_at=now,
                )
                .returning(Staff.id)
            ).scalar_one()  # fmt: skip
            session.execute(insert(staff_role).values(staff_id=staff_id, role_id=roles[role]))
            team = TEAMS[0 if role in {"specialist", "supervisor"} else 1 if role == "engineer" else 2]
            session.execute(insert(team_member).values(staff_id=staff_id, team_id=teams[team]))
            found.append(Person(staff_id, full))
        else:
            found.append(Person(known.id, known.name))
    return tuple(found), tuple(teams[name] for name in TEAMS)


def _customers(session: Session, seed: int, count: int, now: datetime) -> tuple[Customer, ...]:
    known = {
        row.inn: row.id
        for row in session.execute(select(Organisation.inn, Organisation.id).where(Organisation.inn.like("00%")))
    }
    drafts = [_Draft(seed, index) for index in range(count)]
    fresh = [draft for draft in drafts if draft.inn not in known]
    known |= dict(zip((draft.inn for draft in fresh), _insert_fresh(session, fresh, now), strict=True))
    ids = {known[draft.inn] for draft in drafts}
    people: dict[int, list[Person]] = {organisation_id: [] for organisation_id in ids}
    for row in session.execute(
        select(Membership.organisation_id, Contact.id, Contact.full_name)
        .join(Contact, Contact.id == Membership.contact_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Organisation.inn.like("00%"))
        .order_by(Membership.may_represent.desc(), Membership.id)
    ):
        if row[0] in people:
            people[row[0]].append(Person(row[1], row[2]))
    contracts = {
        row.organisation_id: (row.id, row.silence_days)
        for row in session.execute(select(Contract.organisation_id, Contract.id, Contract.silence_days))
    }
    found = []
    for draft in drafts:
        organisation_id = known[draft.inn]
        contract_id, silence = contracts.get(organisation_id, (None, None))
        if people[organisation_id]:
            members = tuple(people[organisation_id])
            found.append(Customer(organisation_id, draft.name, draft.is_english, members, contract_id, silence))
    return tuple(found)


class _Draft:
    """A customer as the seed draws it."""

    def __init__(self, seed: int, index: int) -> None:
        rng = Random((seed << 24) + index)
        self.index = index
        self.is_english = index % 6 == 5
        self.inn = names.inn(seed % 1_000 * 10_000 + index)
        self.name = names.organisation(rng, index, english=self.is_english)
        self.town = names.place(rng, english=self.is_english)
        self.house = rng.randint(1, 90)
        self.people = [names.person(rng, english=self.is_english) for _ in range(rng.randint(3, 5))]
        self.has_contract = rng.random() < 0.95
        self.silence_days = 10 if rng.random() < 0.3 else None
        self.age = rng.randint(200, 1_500)

    @property
    def address(self) -> str:
        """Return a street that could be anywhere."""
        if self.is_english:
            return f"{self.house} High Street, {self.town}"
        return f"г. {self.town}, ул. Садовая, д. {self.house}"

    @property
    def language(self) -> str:
        """Return the language of its people."""
        return "en" if self.is_english else "ru"


def _insert_fresh(session: Session, drafts: list[_Draft], now: datetime) -> list[int]:
    if not drafts:
        return []
    made_at = now - timedelta(days=1_500)
    rows = [
        {
            "name": draft.name, "name_key": name_key(draft.name), "address": draft.address, "inn": draft.inn,
            "language": draft.language, "timezone": "Europe/Moscow", "notes": "", "created_at": made_at, "version": 1,
        }
        for draft in drafts
    ]  # fmt: skip
    ids = _insert_many(session, Organisation, rows)
    contacts = [(draft, owner, name) for draft, owner in zip(drafts, ids, strict=True) for name in draft.people]
    contact_rows = [
        {
            "full_name": name, "name_key": name_key(name), "language": draft.language, "notes": "",
            "created_at": made_at, "version": 1,
        }
        for draft, _, name in contacts
    ]  # fmt: skip
    contact_ids = _insert_many(session, Contact, contact_rows)
    members: list[dict[str, Any]] = []
    points: list[dict[str, Any]] = []
    seen: set[int] = set()
    for (draft, owner, name), contact_id in zip(contacts, contact_ids, strict=True):
        is_first = owner not in seen
        seen.add(owner)
        members.append({
            "organisation_id": owner, "contact_id": contact_id, "may_open": True, "may_represent": is_first,
            "may_confirm": is_first or contact_id % 2 == 0,
        })  # fmt: skip
        written, key = names.phone(contact_id)
        email = f"{names.latin(name.split()[0])}.{contact_id}@c{draft.index}.{ADDRESS}"
        points.append({"contact_id": contact_id, "kind": "phone", "value": written, "key": key})
        points.append({"contact_id": contact_id, "kind": "email", "value": email, "key": email})
    session.execute(insert(Membership), members)
    session.execute(insert(ContactPoint), points)
    covered = [(draft, owner) for draft, owner in zip(drafts, ids, strict=True) if draft.has_contract]
    contracts = [_contract(draft, owner, now.date()) for draft, owner in covered]
    if contracts:
        session.execute(insert(Contract), contracts)
    return ids


def _contract(draft: _Draft, owner: int, today: date) -> dict[str, Any]:
    return {
        "organisation_id": owner,
        "number": f"{today.year - draft.age // 365}/{draft.index + 1:04d}",
        "kind": "cooperation" if draft.index % 10 == 3 else "contract",
        "starts_on": today - timedelta(days=draft.age),
        "ends_on": today + timedelta(days=400 + draft.age) if draft.index % 3 else None,
        "kinds": [],
        "silence_days": draft.silence_days,
        "notes": "",
        "version": 1,
    }


def _insert_many(session: Session, model: Any, rows: list[dict[str, Any]]) -> list[int]:
    """Insert rows and return their ids in the same order."""
    found = session.execute(insert(model).returning(model.id, sort_by_parameter_order=True), rows)
    return list(found.scalars())
