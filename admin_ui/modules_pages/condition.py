# SPDX-License-Identifier: Apache-2.0
"""How a module does: its checks and jobs, services, hooks and log, and the buttons that have something tried."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, gettext

from admin_ui.modules_pages.blueprint import modules
from admin_ui.modules_pages.cards import card_of, service_lines
from admin_ui.shell import module_words
from dialog_core.modules import LEVELS, BreakerView, LogLine, hook_health, list_log_lines, try_hook
from dialog_core.plugin import DialogError, ServiceReport, WorkReport, now, retry_service, run_soon, staff, work_reports

SHOWN_LINES = 50
PATIENCE = timedelta(minutes=1)
"""So long the page waits for a check that was asked for; afterwards nothing seems to run it."""


@dataclass(frozen=True, slots=True)
class TimingLine:
    """How one hook, job or check did within the last day, in words."""

    title: str
    calls: str
    failures: int
    skipped: int
    p50: str
    p95: str


@dataclass(frozen=True, slots=True)
class Condition:
    """What the page of an enabled module shows of how it does."""

    name: str
    works: tuple[WorkReport, ...]
    is_waiting: bool
    services: tuple[ServiceReport, ...]
    breakers: tuple[BreakerView, ...]
    timings: tuple[TimingLine, ...]
    lines: tuple[LogLine, ...]


def condition_of(actor: staff.Actor, name: str) -> Condition:
    """Return how a module does."""
    found = hook_health(actor, module=name)
    works = _works(actor, name)
    return Condition(
        name=name,
        works=works,
        is_waiting=_is_waiting(works),
        services=tuple(service_lines(name)),
        breakers=found.breakers,
        timings=tuple(
            TimingLine(
                place_title(each.hook), str(format_decimal(each.calls)), each.failures, each.skipped,
                duration(each.p50), duration(each.p95),
            )
            for each in found.timings
        ),
        lines=tuple(list_log_lines(actor, module=name, limit=SHOWN_LINES)),
    )  # fmt: skip


def place_title(hook: str) -> str:
    """Return what was called, in words: hooks keep their names."""
    titles = {
        "job": gettext("Job"),
        "health": gettext("Check"),
        "field": gettext("Field"),
        "service": gettext("Service"),
    }
    kind, _, name = hook.partition(" ")
    return f"{titles[kind]} {name}" if name and kind in titles else hook


def duration(seconds: float | None) -> str:
    """Return a duration in words, with two digits that count."""
    if seconds is None:
        return "—"
    if seconds >= 1:
        return str(gettext("%(number)s s", number=format_decimal(seconds, "0.0" if seconds < 100 else "0")))
    milliseconds = seconds * 1000
    if milliseconds < 0.01:
        return str(gettext("under %(number)s ms", number=format_decimal(0.01)))
    form = "0" if milliseconds >= 10 else "0.0" if milliseconds >= 1 else "0.00"
    return str(gettext("%(number)s ms", number=format_decimal(milliseconds, form)))


@modules.get("/<name>/work")
def work(name: str) -> ResponseReturnValue:
    """Show the checks and jobs again, while one of them is waited for."""
    works = _works(staff.current_actor(), name)
    return render_template(
        "admin_ui/modules/work.html", name=name, works=works, is_waiting=_is_waiting(works), duration=duration
    )


@modules.post("/<name>/work/run")
def run_work(name: str) -> ResponseReturnValue:
    """Have a check or a job run now."""
    run_soon(staff.current_actor(), name, request.form.get("kind", ""), request.form.get("work", ""))
    return redirect(f"{url_for('modules.module', name=name)}#work", 303)


@modules.post("/<name>/hooks/try")
def try_now(name: str) -> ResponseReturnValue:
    """Have a hook that rests called again."""
    hook = request.form.get("hook", "")
    try:
        try_hook(staff.current_actor(), module=name, hook=hook)
    except DialogError as error:
        return _refused(name, error)
    flash(gettext("%(hook)s is called again when it is needed next.", hook=place_title(hook)), "success")
    return redirect(url_for("modules.module", name=name), 303)


@modules.post("/<name>/services/retry")
def try_service(name: str) -> ResponseReturnValue:
    """Have a service that was given up started again."""
    try:
        retry_service(staff.current_actor(), module=name, service=request.form.get("service", ""))
    except DialogError as error:
        return _refused(name, error)
    flash(gettext("The service is started again within some seconds."), "success")
    return redirect(url_for("modules.module", name=name), 303)


@modules.get("/<name>/log")
def log(name: str) -> ResponseReturnValue:
    """Show all that is kept of what a module logged."""
    actor = staff.current_actor()
    level = request.args.get("level", "INFO")
    return render_template(
        "admin_ui/modules/log.html",
        card=card_of(actor, name),
        lines=list_log_lines(actor, module=name, level=level),
        level=level if level in LEVELS else "INFO",
        levels=level_titles(),
    )


def level_titles() -> dict[str, str]:
    """Return the choices of the log."""
    return {
        "INFO": str(gettext("Everything")),
        "WARNING": str(gettext("Warnings and errors")),
        "ERROR": str(gettext("Errors")),
    }


def _refused(name: str, error: DialogError) -> ResponseReturnValue:
    from admin_ui.modules_pages.catalog import show_module  # its page shows what stands here
    from admin_ui.shell import Entries

    return show_module(name, Entries().refuse(error)), 409


def _works(actor: staff.Actor, name: str) -> tuple[WorkReport, ...]:
    return tuple(replace(each, text=module_words(each.text)) for each in work_reports(actor, name))


def _is_waiting(works: tuple[WorkReport, ...]) -> bool:
    at = now()
    return any(each.due_at is not None and at - PATIENCE < each.due_at <= at for each in works)
