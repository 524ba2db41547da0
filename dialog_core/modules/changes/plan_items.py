# SPDX-License-Identifier: Apache-2.0
"""What a change means for one module: versions, capabilities, tables with their rows, steps that take data away."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy.orm import Session

from dialog_core.modules.changes.actions import Action, DataFate, Verb
from dialog_core.modules.data.kept_data import count_rows, kept_version
from dialog_core.modules.generations.difference import Difference, ModuleDifference
from dialog_core.modules.generations.wanted import Current
from dialog_core.modules.migrations.facts import pending, scripts_in_wheel
from dialog_core.modules.migrations.scripts import tables_revision
from dialog_core.modules.quality.marks import QualityMark
from dialog_core.modules.sources.marks import marks_of
from dialog_core.modules.trust.vouching import SignatureState, vouching
from dialog_core.modules.wheels.manifest import Capabilities, Manifest, manifest_from_json
from dialog_core.modules.wheels.store import describe_stored

NEW, STAYS, FOUND, DELETED = "new", "stays", "found", "deleted"


@dataclass(frozen=True, slots=True)
class TablePlan:
    """A table of a module; `fate` is `new`, `stays`, `found` (kept from before) or `deleted`."""

    name: str
    fate: str
    rows: int


@dataclass(frozen=True, slots=True)
class PlanItem:
    """What changes for one module.

    Attributes:
        kind: the one word for it.
        old_version, new_version: None where it is not installed.
        sha256: of the wheel of the new version, None when it goes; `quality` is its mark.
        is_enabled: afterwards.
        new_capabilities, gone_capabilities: what it asks for and did not before, and the other way round.
        tables: its tables with their rows as they are now.
        source: `catalog`, `index` or `upload`; empty when nothing comes.
        publisher: who vouches for the new version, None when nobody does; `old_publisher` for the installed one.
        data: what becomes of its data when it is removed.
        exports: whether its data are written into a file for download.
        destructive: steps of its migrations that take something away; its tables are exported before them.
    """

    name: str
    manifest: Manifest
    kind: Difference
    old_version: str | None
    new_version: str | None
    was_enabled: bool
    is_enabled: bool
    source: str
    new_capabilities: Capabilities
    gone_capabilities: Capabilities = field(default_factory=Capabilities)
    tables: tuple[TablePlan, ...] = ()
    data: DataFate = DataFate.KEEP
    exports: bool = False
    destructive: tuple[str, ...] = ()
    publisher: str | None = None
    signature: SignatureState = SignatureState.UNSIGNED
    old_publisher: str | None = None
    sha256: str | None = None
    quality: QualityMark | None = None


def plan_item(
    session: Session, current: Current, lock: dict[str, Any], change: ModuleDifference, action: Action | None
) -> PlanItem:
    """Describe what a change of locks means for a module.

    Args:
        lock: the wanted one; its wheels are in the store.
        action: what was wished for it, None when it changes as a part of the whole set.
    """
    entry = next((item for item in lock["modules"] if item["name"] == change.name), None)
    old = current.entry(change.name)
    before = _installed(current, change.name) if old is not None else None
    manifest = before if entry is None else _manifest(session, entry["sha256"])
    assert manifest is not None, "it is in one of the locks"
    asked = Capabilities() if entry is None else manifest.capabilities
    had = before.capabilities if before is not None else Capabilities()
    vouchers = vouching(session, [item["sha256"] for item in (entry, old) if item is not None])
    voucher = vouchers.get(entry["sha256"]) if entry is not None else None
    old_voucher = vouchers.get(old["sha256"]) if old is not None else None
    fate = action.data if action is not None and entry is None else DataFate.KEEP
    return PlanItem(
        name=change.name,
        manifest=manifest,
        kind=change.kind,
        old_version=change.old_version,
        new_version=change.new_version,
        was_enabled=change.was_enabled,
        is_enabled=change.is_enabled,
        source=voucher.source if voucher is not None else "",
        new_capabilities=_without(asked, had),
        gone_capabilities=_without(had, asked),
        tables=_tables(session, change, manifest, fate),
        data=fate,
        exports=fate is DataFate.EXPORT or bool(action and action.verb is Verb.EXPORT),
        destructive=_destructive(session, entry),
        publisher=voucher.publisher if voucher is not None else None,
        signature=voucher.state if voucher is not None else SignatureState.UNSIGNED,
        old_publisher=old_voucher.publisher if old_voucher is not None else None,
        sha256=entry["sha256"] if entry is not None else None,
        quality=marks_of(session, [entry["sha256"]]).get(entry["sha256"]) if entry is not None else None,
    )


def plan_data_only(session: Session, current: Current, action: Action) -> PlanItem:
    """Describe an action that leaves the code as it is: an export, or deleting what a removed module has kept."""
    entry = current.entry(action.name)
    version, manifest = kept_version(session, action.name) if entry is None else (entry["version"], None)
    fate = action.data if action.verb is Verb.REMOVE else DataFate.KEEP
    change = ModuleDifference(action.name, version, None, False, False)
    known = manifest or _installed(current, action.name)
    return PlanItem(
        name=action.name,
        manifest=known,
        kind=Difference.DATA,
        old_version=version,
        new_version=version if entry is not None else None,
        was_enabled=bool(entry and entry["enabled"]),
        is_enabled=bool(entry and entry["enabled"]),
        source="",
        new_capabilities=Capabilities(),
        tables=_tables(session, change, known, fate),
        data=fate,
        exports=fate is DataFate.EXPORT or action.verb is Verb.EXPORT,
    )


def _installed(current: Current, name: str) -> Manifest:
    return manifest_from_json(current.modules[name]["manifest"])


def _manifest(session: Session, sha256: str) -> Manifest:
    manifest = describe_stored(session, sha256).manifest
    assert manifest is not None, "only modules get into a lock as modules"
    return manifest


def _without(these: Capabilities, those: Capabilities) -> Capabilities:
    left = {
        item.name: tuple(value for value in getattr(these, item.name) if value not in getattr(those, item.name))
        for item in fields(Capabilities)
    }
    return Capabilities(**left)


def _tables(session: Session, change: ModuleDifference, manifest: Manifest, fate: DataFate) -> tuple[TablePlan, ...]:
    there = {item.name: item.rows for item in count_rows(session.connection(), change.name)}
    known = DELETED if fate is not DataFate.KEEP else FOUND if change.old_version is None else STAYS
    found = [TablePlan(name, known, rows) for name, rows in there.items()]
    declared = manifest.capabilities.tables if change.new_version is not None else ()
    found += [TablePlan(name, NEW, 0) for name in declared if name not in there]
    return tuple(sorted(found, key=lambda item: item.name))


def _destructive(session: Session, entry: dict[str, Any] | None) -> tuple[str, ...]:
    if entry is None or not entry["enabled"]:
        return ()
    revision = tables_revision(session.connection(), entry["name"])
    if revision is None:
        return ()
    steps = pending(scripts_in_wheel(session, entry["sha256"], entry["name"]), revision)
    return tuple(step.revision for step in steps if step.is_destructive)
