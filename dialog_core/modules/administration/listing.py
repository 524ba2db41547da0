# SPDX-License-Identifier: Apache-2.0
"""The modules as an administrator sees them: what there is, what is installed, what runs where, what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from packaging.version import Version
from sqlalchemy import Connection, func, select

from dialog_core.clock import now
from dialog_core.database import db
from dialog_core.modules.generations.wanted import Current, read_current
from dialog_core.modules.models import Incident
from dialog_core.modules.nodes.convergence import Convergence, measure
from dialog_core.modules.nodes.processes import ProcessState, live_processes, node_name
from dialog_core.modules.quality.marks import QualityMark
from dialog_core.modules.reports.incidents import SLOW
from dialog_core.modules.settings.saving import missing_settings
from dialog_core.modules.settings.stored import read_latest, this_config
from dialog_core.modules.sources.marks import marks_of
from dialog_core.modules.sources.offers import all_offers, preferred
from dialog_core.modules.trial.deprecations import DeprecatedUse
from dialog_core.modules.trust.vouching import UPLOAD, SignatureState, Vouching
from dialog_core.modules.wheels.manifest import Manifest, manifest_from_json
from dialog_core.staff import Actor
from dialog_core.staff.permissions import MODULE_MANAGE

RECENT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """One module.

    Attributes:
        version: the installed one, None when it is not installed.
        available: the version that would be installed by its name, None when there is none: see `preferred`.
        missing: required settings without a value.
        incidents: failures of the last day; calls that were only slow are none.
        sha256, size: of the installed wheel, else of the one on offer; the size in bytes.
        publisher, signature: who vouches for that wheel, see `Vouching`.
        warnings: what the installed one uses that a later platform is without.
        quality: the mark of that wheel; None when it is not here yet.
    """

    name: str
    manifest: Manifest
    version: str | None
    available: str | None
    is_enabled: bool
    source: str
    has_settings: bool
    missing: tuple[str, ...]
    incidents: int
    sha256: str
    size: int | None
    publisher: str | None = None
    signature: SignatureState = SignatureState.UNSIGNED
    warnings: tuple[DeprecatedUse, ...] = ()
    quality: QualityMark | None = None

    @property
    def has_update(self) -> bool:
        """Whether a newer version than the installed one is on offer."""
        return bool(self.version and self.available) and Version(self.available or "0") > Version(self.version or "0")

    @property
    def state(self) -> str:
        """`available`, `disabled` or `enabled`."""
        return "available" if self.version is None else "enabled" if self.is_enabled else "disabled"


@dataclass(frozen=True, slots=True)
class Overview:
    """All modules, the wanted generation, and how many processes run it."""

    generation: int | None
    modules: tuple[ModuleRow, ...]
    processes: tuple[ProcessState, ...]
    convergence: Convergence


@dataclass(frozen=True, slots=True)
class IncidentView:
    """A failure of a module's code."""

    id: int
    module: str
    place: str
    summary: str
    traceback: str
    count: int
    first_at: datetime
    last_at: datetime


def overview(actor: Actor) -> Overview:
    """Return all modules that are installed or on offer, by name."""
    actor.require(MODULE_MANAGE)
    with db.engine.connect() as connection:
        current = read_current(connection)
        offers = all_offers(connection, current)
        available = {name: preferred(offers, name) for name in {offer.name for offer in offers}}
        by_hash = {offer.sha256: offer for offer in offers}
        installed = {item["name"]: item for item in current.lock["modules"]}
        incidents = _incidents(connection)
        hashes = {name: offer.sha256 for name, offer in available.items() if offer is not None}
        hashes |= {name: entry["sha256"] for name, entry in installed.items()}
        marks = marks_of(connection, hashes.values())
        rows = []
        for name in sorted({*available, *installed}):
            entry, known = installed.get(name), available.get(name)
            manifest = known.manifest if known is not None else None
            if entry is not None:
                manifest = manifest_from_json(current.modules[name]["manifest"])
            assert manifest is not None, "it is on offer or installed"
            here = by_hash.get(entry["sha256"]) if entry else known
            voucher = here.vouching if here else Vouching(UPLOAD, SignatureState.UNSIGNED, None)
            rows.append(
                ModuleRow(
                    name=name,
                    manifest=manifest,
                    version=entry["version"] if entry else None,
                    available=known.version if known else None,
                    is_enabled=bool(entry and entry["enabled"]),
                    source=voucher.source,
                    has_settings=bool(current.form(name)),
                    missing=_missing(connection, current, name) if entry else (),
                    incidents=incidents.get(name, 0),
                    sha256=hashes.get(name, ""),
                    size=here.size if here else None,
                    publisher=voucher.publisher,
                    signature=voucher.state,
                    warnings=_warnings(current, name),
                    quality=marks.get(hashes.get(name, "")),
                )
            )
        processes = live_processes(connection, node=node_name(this_config().home))
    return Overview(current.generation, tuple(rows), tuple(processes), measure(processes, current.generation))


def list_incidents(actor: Actor, *, module: str | None = None, limit: int = 50) -> list[IncidentView]:
    """Return the latest failures, of one module or of all, newest first."""
    actor.require(MODULE_MANAGE)
    columns = (
        Incident.id,
        Incident.module,
        Incident.place,
        Incident.summary,
        Incident.traceback,
        Incident.count,
        Incident.first_at,
        Incident.last_at,
    )
    query = select(*columns).order_by(Incident.last_at.desc()).limit(limit)
    if module is not None:
        query = query.where(Incident.module == module)
    with db.engine.connect() as connection:
        return [IncidentView(*row) for row in connection.execute(query)]


def _incidents(connection: Connection) -> dict[str, int]:
    query = select(Incident.module, func.sum(Incident.count)).where(
        Incident.last_at > now() - RECENT, ~Incident.summary.startswith(SLOW)
    )
    return {row[0]: int(row[1]) for row in connection.execute(query.group_by(Incident.module))}


def _warnings(current: Current, name: str) -> tuple[DeprecatedUse, ...]:
    return tuple(DeprecatedUse(**use) for use in current.modules.get(name, {}).get("warnings", ()))


def _missing(connection: Connection, current: Current, name: str) -> tuple[str, ...]:
    form = current.form(name)
    return missing_settings(form, read_latest(connection, name)[1]) if form else ()
