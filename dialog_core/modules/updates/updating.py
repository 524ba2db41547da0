# SPDX-License-Identifier: Apache-2.0
"""Modules that update themselves: one at a time, in the window, watched afterwards, taken back when they fall ill.

All of it stands in rows of `module_update`; the job process looks at them under a lease, so that a crash at any point
only delays what follows.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.database import db, write
from dialog_core.errors import DialogError
from dialog_core.installation import profile
from dialog_core.modules.changes.actions import Action, Verb
from dialog_core.modules.changes.plan import Plan, make_plan
from dialog_core.modules.changes.requests import DONE, changes_to_apply, read_change, request_change
from dialog_core.modules.generations.wanted import Current, read_current
from dialog_core.modules.models import Incident
from dialog_core.modules.settings.stored import this_config
from dialog_core.modules.sources.offers import Offer, all_offers
from dialog_core.modules.trust.vouching import CATALOG, INDEX
from dialog_core.modules.update_models import ModuleUpdate
from dialog_core.modules.updates.policies import read_policies, update_window
from dialog_core.modules.updates.versions import Policy, choose_version
from dialog_core.staff import system_actor

WAITING, REQUESTED, WATCHING, KEPT = "waiting", "requested", "watching", "kept"
REFUSED, FAILED, RETURNING, RETURNED = "refused", "failed", "returning", "returned"
AGAIN = "again"
"""It ended badly, and an administrator wishes that it is tried again."""
UNDER_WAY = (REQUESTED, WATCHING, RETURNING)
WATCH = timedelta(minutes=30)
AGAIN_AFTER = timedelta(hours=20)
"""A refused update (a newer platform is needed, say) is looked at again in the next window."""
TOLERATED_FAILURES = 2
CHANNEL = "updates"


def update_modules() -> bool:
    """Do the next thing that is due for the updates of modules; tell whether there was any."""
    at = now()
    with db.engine.connect() as connection:
        row = connection.execute(
            select(ModuleUpdate.__table__).where(ModuleUpdate.state.in_(UNDER_WAY)).order_by(ModuleUpdate.id).limit(1)
        ).one_or_none()
    if row is not None:
        return _follow(row, at)
    if not update_window(fresh=True).is_open(at, profile(fresh=True).timezone) or changes_to_apply():
        return False
    return _begin_next(at)


def _follow(row: Any, at: datetime) -> bool:
    if row.state == WATCHING:
        return _watch(row, at)
    view = read_change(row.change_id)
    if not view.ended:
        return False
    if row.state == RETURNING:
        is_back = view.state == DONE
        problem = row.problem if is_back else f"{row.problem}; {view.problem}"
        _set(row.id, state=RETURNED if is_back else FAILED, problem=problem, ended_at=at)
    elif view.state == DONE:
        _set(row.id, state=WATCHING, watch_until=at + WATCH)
    else:
        _set(row.id, state=FAILED, problem=view.problem, ended_at=at)
    return True


def _watch(row: Any, at: datetime) -> bool:
    with db.engine.connect() as connection:
        current = read_current(connection)
        entry = current.entry(row.module)
        failures = _new_failures(connection, row.module, row.watch_until - WATCH)
    if entry is None or entry["sha256"] != row.new_sha256:  # somebody has changed it meanwhile
        _set(row.id, state=KEPT, ended_at=at)
        return True
    is_off_again = row.was_enabled and not entry["enabled"]
    if failures > TOLERATED_FAILURES or (failures and is_off_again):
        if changes_to_apply():  # an administrator's, perhaps of this very module: look again when it is made
            return False
        _go_back(row, failures, current.generation)
        return True
    if at >= row.watch_until:
        _set(row.id, state=KEPT, ended_at=at)
        return True
    return False


def _new_failures(connection: Connection, module: str, since: datetime) -> int:
    """Count failures of kinds that the version before did not have."""
    query = select(func.sum(Incident.count)).where(Incident.module == module, Incident.first_at >= since)
    return int(connection.scalar(query) or 0)


def _go_back(row: Any, failures: int, generation: int | None) -> None:
    problem = f"{failures} new failures after the update"
    reason = f"back from {row.new_version} to {row.old_version}: {problem}"
    actions = [Action(Verb.INSTALL, row.module, row.old_sha256)]
    try:
        with write() as session:
            change = request_change(system_actor(CHANNEL), actions=actions, reason=reason, expected=generation)
            _update(session, row.id, state=RETURNING, problem=problem, change_id=change)
    except DialogError as error:  # nobody vouches for the old version any more, say: a person has to decide
        _set(row.id, state=FAILED, problem=f"{problem}; {error}", ended_at=now())


def _begin_next(at: datetime) -> bool:
    """Begin with the first module for which there is something; tell whether there was any."""
    with db.engine.connect() as connection:
        current, policies = read_current(connection), read_policies(connection)
        settled = _settled(connection, current, policies)
        updated = [item for item in current.lock["modules"] if policies.get(item["name"], Policy.OFF) is not Policy.OFF]
        offers = all_offers(connection, current) if updated else []
        wish = next(
            (
                (entry, policies[entry["name"]], offer)
                for entry in updated
                if (offer := _candidate(offers, entry, policies[entry["name"]])) is not None
                and not _is_known(connection, entry["name"], offer.sha256, at)
            ),
            None,
        )
    if settled:
        with write() as session:
            session.execute(delete(ModuleUpdate).where(ModuleUpdate.id.in_(settled)))
    if wish is None:
        return False
    entry, policy, offer = wish
    _begin(entry, policy, offer.version, offer.sha256)
    return True


def _candidate(offers: list[Offer], entry: dict[str, Any], policy: Policy) -> Offer | None:
    """Return the version to go to; uploads are never installed by themselves."""
    known = {
        offer.version: offer
        for offer in offers
        if offer.distribution == entry["distribution"] and offer.source in {CATALOG, INDEX}
    }
    version = choose_version(entry["version"], known, policy)
    return known[version] if version is not None else None


def _is_known(session: Connection, module: str, sha256: str, at: datetime) -> bool:
    """Tell whether this version waits for an administrator, or was tried and did not do."""
    of_this = (ModuleUpdate.module == module, ModuleUpdate.new_sha256 == sha256)
    last = session.execute(
        select(ModuleUpdate.state, ModuleUpdate.started_at).where(*of_this).order_by(ModuleUpdate.id.desc()).limit(1)
    ).one_or_none()
    if last is None or last.state == AGAIN:
        return False
    return bool(last.state != REFUSED or last.started_at > at - AGAIN_AFTER)


def _begin(entry: dict[str, Any], policy: Policy, version: str, sha256: str) -> None:
    action = Action(Verb.INSTALL, entry["name"], sha256)
    reason = f"automatic update from {entry['version']} to {version} (policy: {policy.value})"
    values = {"module": entry["name"], "old_version": entry["version"], "old_sha256": entry["sha256"]}
    values |= {"new_version": version, "new_sha256": sha256, "was_enabled": entry["enabled"]}
    try:
        plan = make_plan(this_config().home, [action])
        asks = what_it_asks(plan)
        with write() as session:
            change = None
            if not asks:  # what was judged is this plan, and what an administrator does meanwhile counts for more
                change = request_change(
                    system_actor(CHANNEL), actions=[action], reason=reason, expected=plan.generation
                )
            _add(session, values, state=WAITING if asks else REQUESTED, asks=asks, change_id=change)
    except DialogError as error:
        with write() as session:
            _add(session, values, state=REFUSED, asks=[], change_id=None, problem=str(error), ended_at=now())


def what_it_asks(plan: Plan) -> list[dict[str, Any]]:
    """Return what in a plan only an administrator can agree to: `{"what", "values"}` each."""
    asks: list[dict[str, Any]] = []
    for item in plan.items:
        new = asdict(item.new_capabilities)
        asks += [{"what": name, "values": list(values)} for name, values in new.items() if values]
        if item.old_version is not None and item.publisher != item.old_publisher:
            asks.append({"what": "publisher", "values": [item.publisher or "", item.old_publisher or ""]})
        if item.destructive:
            asks.append({"what": "destructive", "values": list(map(str, item.destructive))})
    if plan.unvouched:
        asks.append({"what": "unvouched", "values": [" ".join(pair) for pair in plan.unvouched]})
    return asks


def _add(session: Session, values: dict[str, Any], **more: Any) -> None:
    filled = {"problem": "", "watch_until": None, "ended_at": None, **more}
    session.add(ModuleUpdate(started_at=now(), **values, **filled))
    session.flush()


def _settled(connection: Connection, current: Current, policies: dict[str, Policy]) -> list[int]:
    """Return what waited for an administrator and is over: installed by hand, removed, or not wished any more."""
    rows = connection.execute(
        select(ModuleUpdate.id, ModuleUpdate.module, ModuleUpdate.old_sha256).where(ModuleUpdate.state == WAITING)
    )
    return [
        row.id
        for row in rows
        if policies.get(row.module, Policy.OFF) is Policy.OFF
        or (current.entry(row.module) or {}).get("sha256") != row.old_sha256
    ]


def _set(number: int, **values: Any) -> None:
    with write() as session:
        _update(session, number, **values)


def _update(session: Session, number: int, **values: Any) -> None:
    session.execute(update(ModuleUpdate).where(ModuleUpdate.id == number).values(**values))
