# SPDX-License-Identifier: Apache-2.0
"""What `dialog module doctor` looks at: each module from its wheel to its services, and what to do about what is wrong.

No code of a module runs here.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select

from dialog_core.clock import now
from dialog_core.database import db
from dialog_core.errors import NotFound
from dialog_core.modules.administration.doctor_files import examine_files
from dialog_core.modules.calls.breaker_rows import read_breakers
from dialog_core.modules.calls.notices import read_notices
from dialog_core.modules.generations.wanted import Current, read_current
from dialog_core.modules.migrations.facts import pending, scripts_in_wheel
from dialog_core.modules.migrations.scripts import tables_revision
from dialog_core.modules.models import Incident
from dialog_core.modules.nodes.convergence import waited_for
from dialog_core.modules.nodes.processes import live_processes, node_name
from dialog_core.modules.reports.incidents import SLOW
from dialog_core.modules.settings.saving import missing_settings
from dialog_core.modules.settings.stored import read_latest, this_config
from dialog_core.staff import Actor
from dialog_core.staff.permissions import MODULE_MANAGE

DAY = timedelta(days=1)


class Verdict(StrEnum):
    """How something stands."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class ModuleFinding:
    """One line of the examination.

    Attributes:
        module: empty where it is about all modules together.
        text: how it stands; `advice` what to do, empty when nothing has to be done.
    """

    module: str
    subject: str
    verdict: Verdict
    text: str
    advice: str = ""


Found = Iterator[ModuleFinding]


def examine_modules(actor: Actor, *, module: str | None = None) -> list[ModuleFinding]:
    """Examine all installed modules, or one of them.

    Raises:
        NotPermitted: `module.manage` is missing.
        NotFound: the module is not installed.
    """
    actor.require(MODULE_MANAGE)
    with db.engine.connect() as connection:
        current = read_current(connection)
        if module is not None and current.entry(module) is None:
            raise NotFound("The module “%(name)s” is not installed.", name=module[:60])
        found = [ModuleFinding("", *line) for line in examine_files(connection, this_config().home, current)]
        found += _processes(connection, current)
        for entry in current.lock["modules"]:
            if module in {None, entry["name"]}:
                found += _one(connection, current, entry)
    return found


def _one(connection: Connection, current: Current, entry: dict[str, Any]) -> Found:
    name, is_enabled = entry["name"], entry["enabled"]
    yield ModuleFinding(name, "state", Verdict.OK, f"{entry['version']}, {'on' if is_enabled else 'off'}")
    yield from _notices(connection, name)
    yield from _settings(connection, current, name, is_enabled=is_enabled)
    yield from _tables(connection, entry)
    yield from _incidents(connection, name)
    if is_enabled:
        yield from _pauses(connection, name)
        yield from _services(name)
        yield from _work(connection, name)


def _processes(connection: Connection, current: Current) -> Found:
    processes = waited_for(live_processes(connection, node=node_name(this_config().home)))
    if not processes:
        yield ModuleFinding("", "processes", Verdict.WARN, "the platform does not run", "Start it: dialog up")
        return
    behind = [item for item in processes if item.generation != current.generation]
    if not behind:
        count = len(processes)
        yield ModuleFinding("", "processes", Verdict.OK, f"{count} of {count} run set {current.generation}")
    for item in behind:
        text = f"{item.role} (process {item.pid} on {item.node}) runs set {item.generation}, not {current.generation}"
        text += f": {item.problem}" if item.problem else ""
        advice = (
            "It is tried again by itself; to go back: dialog module generations, then dialog module rollback NUMBER"
        )
        yield ModuleFinding("", "processes", Verdict.BAD, text, advice)


def _notices(connection: Connection, name: str) -> Found:
    for notice in read_notices(connection):
        if notice.module == name:
            text = f"{notice.kind}: {notice.message % notice.values}"
            advice = f"Read its failures, get another version, then: dialog module enable {name}"
            yield ModuleFinding(name, "notice", Verdict.BAD, text, advice)


def _settings(connection: Connection, current: Current, name: str, *, is_enabled: bool) -> Found:
    form = current.form(name)
    if not form:
        return
    missing = missing_settings(form, read_latest(connection, name)[1])
    if not missing:
        yield ModuleFinding(name, "settings", Verdict.OK, "complete")
        return
    verdict = Verdict.BAD if is_enabled else Verdict.WARN
    advice = f"Set it: dialog module settings {name} --set-json -"
    yield ModuleFinding(name, "settings", verdict, f"not set: {', '.join(missing)}", advice)


def _tables(connection: Connection, entry: dict[str, Any]) -> Found:
    name = entry["name"]
    try:
        scripts = scripts_in_wheel(connection, entry["sha256"], name)
    except zipfile.BadZipFile:  # the line about the store says so
        return
    revision = tables_revision(connection, name)
    if not scripts and revision is None:
        return
    if revision is not None and revision not in {script.revision for script in scripts}:
        text = f"its tables are of step {revision}, which this version does not know"
        yield ModuleFinding(name, "tables", Verdict.WARN, text, "Install the newer version that made them")
        return
    waiting = pending(scripts, revision)
    if not waiting:
        yield ModuleFinding(name, "tables", Verdict.OK, f"at their newest step ({revision})")
    elif entry["enabled"]:
        text = f"{len(waiting)} steps are missing, the next is {waiting[0].revision}"
        advice = f"Bring them there: dialog module disable {name}, then dialog module enable {name}"
        yield ModuleFinding(name, "tables", Verdict.BAD, text, advice)
    else:
        yield ModuleFinding(name, "tables", Verdict.OK, "they are made when it is switched on")


def _incidents(connection: Connection, name: str) -> Found:
    query = select(Incident.place, Incident.summary, Incident.count).where(
        Incident.module == name, Incident.last_at > now() - DAY, ~Incident.summary.startswith(SLOW)
    )
    rows = connection.execute(query.order_by(Incident.last_at.desc())).all()
    if not rows:
        yield ModuleFinding(name, "failures", Verdict.OK, "none within a day")
        return
    total = sum(times for _, _, times in rows)
    text = f"{total} within a day, the newest in {rows[0].place}: {rows[0].summary}"
    yield ModuleFinding(name, "failures", Verdict.WARN, text[:400], f"Read them on its page: /modules/{name}")


def _pauses(connection: Connection, name: str) -> Found:
    resting = [row for row in read_breakers(connection, name) if row.is_open]
    for row in resting:
        text = f"{row.hook} is left out until {row.until:%H:%M:%S} UTC: {row.problem}"
        yield ModuleFinding(name, "pauses", Verdict.WARN, text, f"It is tried again by itself, or at /modules/{name}")
    if not resting:
        yield ModuleFinding(name, "pauses", Verdict.OK, "all of its hooks are called")


def _services(name: str) -> Found:
    from dialog_core.jobs import service_reports  # the room of jobs stands on this one

    for report in service_reports(name):
        service = report.service.partition(".")[2]
        if report.is_healthy:
            yield ModuleFinding(name, "service", Verdict.OK, f"{service}: {report.text or 'works'}")
        else:
            advice = (
                f"Start it again at /modules/{name}" if report.is_given_up else f"See the log at /modules/{name}/log"
            )
            yield ModuleFinding(name, "service", Verdict.BAD, f"{service}: {report.text or 'does not work'}", advice)


def _work(connection: Connection, name: str) -> Found:
    from dialog_core.jobs.models import ModuleWork  # as above

    columns = (ModuleWork.kind, ModuleWork.name, ModuleWork.is_ok, ModuleWork.text, ModuleWork.ran_at)
    query = select(*columns).where(ModuleWork.module == name, ModuleWork.ran_at.is_not(None))
    for kind, work, is_ok, text, ran_at in connection.execute(query.order_by(ModuleWork.kind, ModuleWork.name)):
        subject = "check" if kind == "health" else "job"
        if is_ok:
            yield ModuleFinding(name, subject, Verdict.OK, f"{work}: {text or 'works'} ({_ago(ran_at)})")
        else:
            advice = f"See its failures and its log at /modules/{name}"
            yield ModuleFinding(name, subject, Verdict.BAD, f"{work}: {text or 'failed'} ({_ago(ran_at)})", advice)


def _ago(at: datetime | None) -> str:
    return "never run" if at is None else f"{max(0, int((now() - at).total_seconds() // 60))} min ago"
