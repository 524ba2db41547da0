# SPDX-License-Identifier: Apache-2.0
"""The last two steps, by the administrator who has just been made: modules and demonstration data."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin_ui.modules_pages.choosing import choose_modules, chosen_change, module_cards
from admin_ui.setup_pages.steps import DEMONSTRATION, MODULES, step_titles
from admin_ui.shell import Entries
from dialog_core.plugin import DialogError, installation, staff

further = Blueprint("further", __name__, url_prefix="/setup/next")


@further.get("/modules")
def modules() -> ResponseReturnValue:
    """Offer the modules of the catalog."""
    return _show_modules(Entries())


@further.post("/modules")
def install_modules() -> ResponseReturnValue:
    """Install what was chosen; the change goes on while the next step is shown."""
    try:
        change = choose_modules(staff.current_actor(), names=request.form.getlist("module"))
    except DialogError as error:
        return _show_modules(Entries().refuse(error)), 409
    return redirect(url_for("further.demonstration", change=change), 303)


@further.get("/demonstration")
def demonstration() -> ResponseReturnValue:
    """Offer demonstration data; modules being installed are watched here."""
    staff.current_actor().require("installation.manage")
    return render_template(
        "admin_ui/setup/demonstration.html",
        steps=step_titles(),
        step_name=DEMONSTRATION,
        change=chosen_change(staff.current_actor(), request.args.get("change", type=int)),
        demo=installation.demonstration(),
    )


@further.post("/demonstration")
def load() -> ResponseReturnValue:
    """Begin to load demonstration data."""
    installation.load_demonstration(staff.current_actor())
    return redirect(url_for("further.demonstration", change=request.form.get("change") or None), 303)


@further.get("/demonstration/progress")
def progress() -> ResponseReturnValue:
    """Show how far the demonstration data are."""
    staff.current_actor().require("installation.manage")
    return render_template("admin_ui/setup/demo_state.html", demo=installation.demonstration())


@further.post("/finish")
def finish() -> ResponseReturnValue:
    """Go to work."""
    flash(gettext("Everything is set up. Welcome!"), "success")
    return redirect(url_for("home.start"), 303)


def _show_modules(form: Entries) -> str:
    actor = staff.current_actor()
    actor.require("installation.manage")
    return render_template(
        "admin_ui/setup/modules.html",
        form=form,
        steps=step_titles(),
        step_name=MODULES,
        cards=module_cards(actor),
    )
