# SPDX-License-Identifier: Apache-2.0
"""Changes of modules: the plan that is consented to, the request, and its progress."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin_ui.modules_pages.blueprint import modules
from admin_ui.modules_pages.consenting import show_consent
from admin_ui.modules_pages.plan_words import action_title
from admin_ui.modules_pages.words import process_state, process_title, step_note, step_titles
from admin_ui.shell import Entries, client_address, title_of
from dialog_core import modules as module_platform
from dialog_core.modules import Action, ChangeView, Verb, confirm, get_change, request_change
from dialog_core.plugin import DialogError, staff

ON_A_MODULE = (Verb.INSTALL, Verb.ENABLE, Verb.DISABLE)
STEPS = ("resolve", "consent", "build", "preflight", "migrate", "activate", "converge", "data")
OF_CODE = ("build", "preflight", "migrate", "activate")


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step as the page shows it; `state` is `waiting`, `running`, `done` or `failed`."""

    title: str
    state: str
    text: str


@dataclass(frozen=True, slots=True)
class ChangePage:
    """A change with its steps in words; `next_module` is what should be set up after it."""

    change: ChangeView
    title: str
    steps: tuple[StepLine, ...]
    problem: str
    next_modules: tuple[tuple[str, dict[str, str], bool], ...]
    processes: tuple[ProcessLine, ...] = ()
    exports: bool = False


@dataclass(frozen=True, slots=True)
class ProcessLine:
    """A process while a change is made; `arrived` tells whether it runs the new set."""

    title: str
    place: str
    generation: int | None
    state: str
    problem: str
    arrived: bool


@modules.get("/<name>/install")
def consent(name: str) -> ResponseReturnValue:
    """Show what an installation would mean."""
    return show_consent([Action(Verb.INSTALL, name, request.args.get("sha256") or None)], Entries())


@modules.post("/<name>/<verb>")
def change(name: str, verb: str) -> ResponseReturnValue:
    """Ask for a change; doing so is the consent to its plan."""
    if verb not in ON_A_MODULE:
        abort(404)
    actor = staff.current_actor()
    action = Action(Verb(verb), name, request.form.get("sha256") or None)
    try:
        confirmation = confirm(actor, password=request.form.get("password", ""), address=client_address())
        number = request_change(actor, actions=[action], confirmation=confirmation)
    except DialogError as error:
        return _refused(action, Entries().refuse(error)), 409
    return redirect(url_for("modules.progress", number=number), 303)


@modules.get("/changes/<int:number>")
def progress(number: int) -> ResponseReturnValue:
    """Show how far a change is."""
    return render_template("admin_ui/modules/change.html", page=change_page(staff.current_actor(), number))


@modules.get("/changes/<int:number>/steps")
def progress_steps(number: int) -> ResponseReturnValue:
    """Show the steps only, for the page to ask again each second."""
    page = change_page(staff.current_actor(), number)
    return render_template("admin_ui/modules/steps.html", page=page)


def change_page(actor: staff.Actor, number: int) -> ChangePage:
    """Return a change in words.

    Raises:
        NotPermitted, NotFound.
    """
    view = get_change(actor, change=number)
    known = {step["step"]: step for step in view.steps}
    titles = step_titles()
    found = module_platform.overview(actor)
    rows = {row.name: row for row in found.modules}
    names = [str(action["name"]) for action in view.actions]
    shown = ", ".join(title_of(rows[name].manifest.title) if name in rows else name for name in names)
    installed = [str(action["name"]) for action in view.actions if action["action"] == Verb.INSTALL.value]
    following = tuple(
        (name, rows[name].manifest.title, bool(rows[name].missing))
        for name in installed
        if name in rows and rows[name].version is not None and not rows[name].is_enabled
    )
    unseen = "done" if view.state == "done" else "waiting"
    return ChangePage(
        change=view,
        title=_title(view, shown),
        steps=tuple(
            StepLine(titles[name], str(known.get(name, {}).get("state", unseen)), _step_text(known.get(name, {})))
            for name in STEPS
            if name in known or (name != "data" and not (view.ended and name in OF_CODE and view.state == "done"))
        ),
        problem=_problem(view),
        next_modules=following if view.state == "done" else (),
        processes=tuple(_process(item, view.generation) for item in found.processes if item.converges),
        exports=view.state == "done" and any("export" in (item["action"], item.get("data")) for item in view.actions),
    )


def _process(item: module_platform.ProcessState, wanted: int | None) -> ProcessLine:
    return ProcessLine(
        process_title(item.role),
        f"{item.node}, {item.pid}",
        item.generation,
        process_state(item.state),
        item.problem,
        item.generation == wanted,
    )


def _title(view: ChangeView, shown: str) -> str:
    if len({item["action"] for item in view.actions}) > 1:
        return str(gettext("Changing %(names)s", names=shown))
    return action_title(view.actions[0] if view.actions else {}, shown)


def _step_text(step: dict[str, object]) -> str:
    message = step.get("message")
    if isinstance(message, str):
        values = step.get("values")
        return str(gettext(message, **values)) if isinstance(values, dict) and values else str(gettext(message))
    return step_note(str(step.get("text", "")))


def _problem(view: ChangeView) -> str:
    failed = next((step for step in view.steps if step.get("state") == "failed"), None)
    return _step_text(failed) if failed and view.problem else view.problem


def _refused(action: Action, form: Entries) -> str:
    from admin_ui.modules_pages.catalog import show_module

    return show_consent([action], form) if action.verb is Verb.INSTALL else show_module(action.name, form)
