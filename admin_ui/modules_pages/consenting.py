# SPDX-License-Identifier: Apache-2.0
"""The plan of a change as a difference, and the consent to it: for one module or several at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from admin_ui.modules_pages.blueprint import modules
from admin_ui.modules_pages.plan_words import heading, item_title, table_fate
from admin_ui.modules_pages.quality_words import shown_mark
from admin_ui.modules_pages.trust_words import trust_title
from admin_ui.modules_pages.words import asked_for
from admin_ui.shell import Entries, client_address, explain, title_of
from dialog_core import modules as module_platform
from dialog_core.modules import Action, DataFate, Plan, Verb, confirm, plan_change, request_change
from dialog_core.plugin import DialogError, NotFound, WrongValue, staff


@modules.get("/changes/plan")
def plan() -> ResponseReturnValue:
    """Show what the wishes in the address would change: `?do=remove:telegram&do=enable:phone`."""
    return show_consent(actions_in(request.args), Entries())


@modules.get("/<name>/remove")
def removing(name: str) -> ResponseReturnValue:
    """Ask what shall become of the data, and show what the removal means."""
    return show_consent([Action(Verb.REMOVE, name, data=_fate(request.args))], Entries())


@modules.get("/several")
def several() -> ResponseReturnValue:
    """Let several modules be chosen, and what shall be done with each."""
    found = module_platform.overview(staff.current_actor())
    return render_template("admin_ui/modules/several.html", rows=found.modules)


@modules.get("/several/plan")
def several_plan() -> ResponseReturnValue:
    """Go on to the plan for what was chosen in the fields `verb-NAME`."""
    chosen = [f"{verb}:{key.removeprefix('verb-')}" for key, verb in request.args.items() if key.startswith("verb-")]
    wanted = [item for item in chosen if not item.startswith(":")]
    if not wanted:
        return redirect(url_for("modules.several"), 303)
    return redirect(url_for("modules.plan", do=wanted), 303)


@modules.post("/changes")
def consent_to_plan() -> ResponseReturnValue:
    """Ask for what the plan said; doing so is the consent to it."""
    actor = staff.current_actor()
    actions = actions_in(request.form)
    try:
        require_typed_names(actions, request.form.get("typed", ""))
        confirmation = confirm(actor, password=request.form.get("password", ""), address=client_address())
        number = request_change(
            actor,
            actions=actions,
            reason=request.form.get("reason", ""),
            expected=request.form.get("expected", type=int),
            confirmation=confirmation,
        )
    except DialogError as error:
        return show_consent(actions, Entries(values=dict(request.form.items())).refuse(error)), 409
    return redirect(url_for("modules.progress", number=number), 303)


def actions_in(given: MultiDict[str, str]) -> list[Action]:
    """Return the wishes of a form or address: `do` is `verb:name`, `install:name:sha256` or `rollback:generation`.

    Raises:
        NotFound: it is none of these.
    """
    return [_action(item, given) for item in given.getlist("do")[:50]]


def require_typed_names(actions: Sequence[Action], typed: str) -> None:
    """Refuse to delete data before the names of their modules were typed.

    Raises:
        WrongValue: the field `typed`.
    """
    names = deleting(actions)
    if names and typed.replace(",", " ").split() != names:
        raise WrongValue("typed", "Type “%(names)s” to say that these data shall be deleted.", names=" ".join(names))


def deleting(actions: Sequence[Action]) -> list[str]:
    """Return the names of the modules whose data go."""
    return [action.name for action in actions if action.verb is Verb.REMOVE and action.data is not DataFate.KEEP]


def show_consent(actions: Sequence[Action], form: Entries) -> str:
    """Return the page with the plan, or with what stands in its way."""
    actor = staff.current_actor()
    actor.require("module.manage")
    found, refusal = None, ""
    try:
        found = plan_change(actor, actions=actions)
    except DialogError as error:
        refusal = explain(error)
    if found is not None:
        actions = shown_versions(actions, found)
    removed = [action for action in actions if action.verb is Verb.REMOVE]
    return render_template(
        "admin_ui/modules/consent.html",
        form=form,
        actions=actions,
        plan=found,
        refusal=refusal,
        heading=heading(actions, found),
        installs_only=all(action.verb is Verb.INSTALL for action in actions),
        fate=removed[0].data.value if removed else None,
        removed=", ".join(_title(action.name, found) for action in removed),
        fates=[fate.value for fate in DataFate],
        may_keep=found is None or any(item.kind.value == "removed" for item in found.items),
        typed=" ".join(deleting(actions)),
        as_field=as_field,
        asked_for=asked_for,
        item_title=item_title,
        table_fate=table_fate,
        trust_title=trust_title,
        shown_mark=shown_mark,
    )


def _title(name: str, plan: Plan | None) -> str:
    return next((title_of(item.manifest.title) for item in (plan.items if plan else ()) if item.name == name), name)


def shown_versions(actions: Sequence[Action], plan: Plan) -> list[Action]:
    """Return the wishes with the wheels that the plan shows: what comes out meanwhile is not what was agreed to."""
    wheels = {item.name: item.sha256 for item in plan.items}
    return [
        replace(action, sha256=action.sha256 or wheels.get(action.name)) if action.verb is Verb.INSTALL else action
        for action in actions
    ]


def as_field(action: Action) -> str:
    """Return a wish as the field `do` carries it."""
    if action.verb is Verb.ROLLBACK:
        return f"{action.verb.value}:{action.generation}"
    return f"{action.verb.value}:{action.name}" + (f":{action.sha256}" if action.sha256 else "")


def _action(text: str, given: MultiDict[str, str]) -> Action:
    verb, _, rest = text.partition(":")
    name, _, sha256 = rest.partition(":")
    if verb not in {known.value for known in Verb} or not name:
        raise NotFound("There is no such thing to do with modules.")
    if verb == Verb.ROLLBACK.value:
        return Action(Verb.ROLLBACK, "", generation=int(name) if name.isascii() and name.isdigit() else 0)
    fate = _fate(given) if verb == Verb.REMOVE.value else DataFate.KEEP
    return Action(Verb(verb), name, sha256 or None, fate)


def _fate(given: MultiDict[str, str]) -> DataFate:
    wanted = given.get("data", "")
    return DataFate(wanted) if wanted in {fate.value for fate in DataFate} else DataFate.KEEP
