# SPDX-License-Identifier: Apache-2.0
"""What a change of modules would mean, from static data alone: shown for consent before any code runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from dialog_core.database import db, write
from dialog_core.errors import NotAllowedNow, NotFound
from dialog_core.modules.changes.actions import Action, Verb, refuse_contradictions
from dialog_core.modules.changes.index_wheels import bring_libraries, bring_modules
from dialog_core.modules.changes.plan_items import PlanItem, plan_data_only, plan_item
from dialog_core.modules.data.kept_data import has_kept
from dialog_core.modules.generations.companions import require_companions
from dialog_core.modules.generations.difference import LibraryDifference, difference
from dialog_core.modules.generations.resolve import Resolution, resolve
from dialog_core.modules.generations.rollback import lock_to_return_to
from dialog_core.modules.generations.wanted import Current, read_current
from dialog_core.modules.migrations.facts import require_data_fit
from dialog_core.modules.sources.offers import all_offers, preferred
from dialog_core.modules.sources.one_source import installed_sources, keep_one_source, require_source
from dialog_core.modules.sources.uploads import require_uploads
from dialog_core.modules.trust.vouching import UPLOAD, SignatureState, Vouching, vouching
from dialog_core.modules.wheels.catalog import SOURCE, catalog_libraries, catalog_wheels
from dialog_core.modules.wheels.store import StoredFile, describe_stored, keep_wheel, materialise, stored_libraries
from dialog_core.modules.wheels.wheel import WheelInfo


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole change.

    Attributes:
        libraries: name and version of what comes with the modules, all of it.
        library_changes: what of it is not there now, or goes.
        unvouched: name and version of what newly comes and nobody vouches for; it needs the password.
        generation: that which the plan was made for, 0 before there was any; give it to `request_change`.
    """

    items: tuple[PlanItem, ...]
    libraries: tuple[tuple[str, str], ...]
    unvouched: tuple[tuple[str, str], ...] = ()
    library_changes: tuple[LibraryDifference, ...] = ()
    generation: int = 0


def wanted_modules(session: Session, current: Current, actions: Sequence[Action]) -> list[dict[str, Any]]:
    """Return the module lines of the lock after the actions; the wheels are in the store then.

    Raises:
        NotFound: there is no such module, wheel or generation.
        NotAllowedNow: a module is not installed, another one needs what would go, or its version cannot work with
            the data that there are.
    """
    entries = {item["name"]: dict(item) for item in current.lock["modules"]}
    for action in actions:
        if action.verb is Verb.ROLLBACK:
            entries = {item["name"]: item for item in lock_to_return_to(session, action.generation or 0)["modules"]}
        elif action.verb is Verb.INSTALL:
            info = _find(session, current, action)
            enabled = bool(entries.get(action.name, {}).get("enabled"))
            entries[action.name] = {
                "name": action.name,
                "distribution": info.distribution,
                "version": info.version,
                "sha256": info.sha256,
                "enabled": enabled,
            }
        elif action.name not in entries:
            if not (action.is_about_data and has_kept(session, action.name)):
                raise NotAllowedNow("The module “%(name)s” is not installed.", name=action.name[:60])
        elif action.verb is Verb.REMOVE:
            del entries[action.name]
        elif action.verb is not Verb.EXPORT:
            entries[action.name]["enabled"] = action.verb is Verb.ENABLE
    wanted = [entries[name] for name in sorted(entries)]
    require_companions(session, current, wanted)
    require_data_fit(session, wanted)
    return wanted


def wanted_lock(home: Path, current: Current, actions: Sequence[Action]) -> dict[str, Any]:
    """Return the lock after the actions; everything in it is in the store then.

    Raises:
        NotFound, NotAllowedNow: it cannot be; the message says why.
    """
    with write() as session:
        entries = wanted_modules(session, current, actions)
        if actions[0].verb is Verb.ROLLBACK:
            return lock_to_return_to(session, actions[0].generation or 0)
    return make_lock(resolve_modules(home, entries), entries)


def resolve_modules(home: Path, entries: Sequence[dict[str, Any]]) -> Resolution:
    """Find the libraries for a set of modules among those of catalog and store.

    Raises:
        NotAllowedNow: they cannot live together, or with the platform.
    """
    modules = materialise(db.engine, home, [item["sha256"] for item in entries])
    with db.engine.connect() as connection:
        described = [describe_stored(connection, item["sha256"]) for item in entries]
    candidates = library_candidates(home)
    if bring_libraries(described, candidates):
        candidates = library_candidates(home)
    return resolve(modules, candidates)


def library_candidates(home: Path) -> list[StoredFile]:
    """Return the libraries of catalog and store to choose from, each name from its one source."""
    with write() as session:
        stored = stored_libraries(session)
        installed = installed_sources(session, read_current(session).lock)
        sources = {sha256: voucher.source for sha256, voucher in vouching(session, stored).items()}
    bundled = [StoredFile(wheel.path, wheel.name, wheel.version, wheel.sha256) for wheel in catalog_libraries()]
    sources |= {wheel.sha256: SOURCE for wheel in bundled}
    known = {wheel.sha256 for wheel in bundled}
    files = materialise(db.engine, home, [sha256 for sha256 in stored if sha256 not in known])
    return keep_one_source([*bundled, *files], sources, installed)


def make_lock(resolution: Resolution, entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the lock of a generation; libraries of the catalog are put into the store."""
    bundled = {wheel.sha256: wheel for wheel in catalog_libraries()}
    chosen = [bundled[item.sha256] for item in resolution.libraries if item.sha256 in bundled]
    read = [(wheel.describe(), wheel.read()) for wheel in chosen]
    with write() as session:
        for info, content in read:
            keep_wheel(session, info, content, source=SOURCE)
    libraries = [
        {"distribution": item.distribution, "version": item.version, "sha256": item.sha256}
        for item in sorted(resolution.libraries, key=lambda item: item.distribution)
    ]
    return {"modules": list(entries), "libraries": libraries}


def make_plan(home: Path, actions: Sequence[Action]) -> Plan:
    """Say what the actions would change.

    Raises:
        NotFound, NotAllowedNow: they cannot be done; the message says why.
    """
    refuse_contradictions(actions)
    is_rollback = actions[0].verb is Verb.ROLLBACK  # what ran before was confirmed then
    bring_modules(actions)
    with write() as session:
        current = read_current(session)
    lock = wanted_lock(home, current, actions)
    changes = difference(current.lock, lock)
    by_name = {action.name: action for action in actions}
    with write() as session:
        items = [plan_item(session, current, lock, change, by_name.get(change.name)) for change in changes.modules]
        named = {item.name for item in items}
        items += [
            plan_data_only(session, current, action)
            for action in actions
            if action.is_about_data and action.name not in named
        ]
        named_wheels = {
            item["sha256"]: (item["distribution"], item["version"]) for item in [*lock["modules"], *lock["libraries"]]
        }
        new = newly_unvouched(session, current.lock, list(named_wheels)) if not is_rollback else []
    unvouched = tuple(named_wheels[sha256] for sha256 in new)
    libraries = tuple((item["distribution"], item["version"]) for item in lock["libraries"])
    return Plan(tuple(items), libraries, unvouched, changes.libraries, current.generation or 0)


def newly_unvouched(connection: Connection | Session, lock: dict[str, Any], hashes: Sequence[str]) -> list[str]:
    """Return which wheels are not in a lock yet and have nobody who vouches for them."""
    known = {item["sha256"] for item in [*lock["modules"], *lock["libraries"]]}
    new = [sha256 for sha256 in hashes if sha256 not in known]
    vouchers = vouching(connection, new)
    return [sha256 for sha256 in new if sha256 in vouchers and vouchers[sha256].needs_confirmation]


def _find(session: Session, current: Current, action: Action) -> WheelInfo:
    sha256 = action.sha256
    if sha256 is None:
        known = preferred(all_offers(session, current), action.name)
        if known is None:
            raise NotFound("There is no module “%(name)s” in the catalog.", name=action.name[:60])
        sha256 = known.sha256
    for wheel in catalog_wheels():
        if wheel.sha256 == sha256:
            keep_wheel(session, wheel.describe(), wheel.read(), source=SOURCE)
    info = describe_stored(session, sha256)
    if info.manifest is None or info.manifest.name != action.name:
        raise NotFound("This wheel is not the module “%(name)s”.", name=action.name[:60])
    installed = current.entry(action.name)
    if installed is None or installed["sha256"] != sha256:
        _require_origin(session, current, info, vouching(session, [sha256])[sha256])
    return info


def _require_origin(session: Session, current: Current, info: WheelInfo, voucher: Vouching) -> None:
    """Refuse what comes from a source that its name does not come from, and what carries a false signature."""
    require_source(info.distribution, voucher.source, installed_sources(session, current.lock))
    if voucher.source == UPLOAD:
        require_uploads()
    if voucher.state is SignatureState.INVALID:
        raise NotAllowedNow(
            "The signature of “%(name)s” names a trusted publisher, but was not made with its key.",
            name=info.distribution,
        )
