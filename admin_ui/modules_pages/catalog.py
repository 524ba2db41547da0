# SPDX-License-Identifier: Apache-2.0
"""The list of modules, the page of each, and what went wrong in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from admin_ui.modules_pages.blueprint import modules
from admin_ui.modules_pages.cards import card_of, cards_of
from admin_ui.modules_pages.condition import condition_of, duration, place_title
from admin_ui.modules_pages.details import details_of
from admin_ui.modules_pages.finding import Wish, categories, states
from admin_ui.modules_pages.health import said_of
from admin_ui.modules_pages.plan_words import action_title
from admin_ui.modules_pages.quality_words import shown_mark
from admin_ui.modules_pages.sources import index_problem
from admin_ui.modules_pages.trust_words import trust_title
from admin_ui.modules_pages.words import asked_for, category_title, process_state, process_title
from admin_ui.shell import Entries, is_partial, title_of
from dialog_core import modules as module_platform
from dialog_core.modules import (
    index_view,
    list_changes,
    list_incidents,
    show_settings,
    uploads_allowed,
    waiting_updates,
)
from dialog_core.plugin import NotFound, staff

SHOWN_INCIDENTS = 5


@modules.get("")
def catalog() -> ResponseReturnValue:
    """Show all modules."""
    actor = staff.current_actor()
    found = module_platform.overview(actor)
    cards = cards_of(found)
    wish = Wish.of_request()
    shown = [card for card in cards if wish.fits(card)]
    return render_template(
        f"admin_ui/modules/{'catalog_list' if is_partial() else 'catalog'}.html",
        installed=[card for card in shown if card.row.version is not None],
        available=[card for card in shown if card.row.version is None],
        wish=wish,
        has_modules=bool(cards),
        categories=categories(cards),
        states=states(),
        index_problem=index_problem(index_view(actor)),
        uploads=uploads_allowed(),
        trust_title=trust_title,
        shown_mark=shown_mark,
        found=found,
        waiting=len(waiting_updates(actor)),
        running=next((change for change in list_changes(actor, limit=5) if not change.ended), None),
        category_title=category_title,
    )


@modules.get("/<name>")
def module(name: str) -> ResponseReturnValue:
    """Show one module."""
    return show_module(name, Entries())


@modules.get("/processes")
def processes() -> ResponseReturnValue:
    """Show which process runs which set of modules."""
    return render_template(
        "admin_ui/modules/processes.html",
        found=module_platform.overview(staff.current_actor()),
        process_title=process_title,
        process_state=process_state,
    )


@modules.get("/history")
def history() -> ResponseReturnValue:
    """Show the latest changes."""
    actor = staff.current_actor()
    titles = {row.name: title_of(row.manifest.title) for row in module_platform.overview(actor).modules}

    def said(action: Mapping[str, Any]) -> str:
        name = str(action.get("name") or "")
        return action_title(action, titles.get(name, name))

    return render_template("admin_ui/modules/history.html", changes=list_changes(actor, limit=50), said=said)


@modules.get("/incidents")
def incidents() -> ResponseReturnValue:
    """Show failures of modules, of one or of all."""
    name = request.args.get("module") or None
    found = list_incidents(staff.current_actor(), module=name, limit=100)
    return render_template("admin_ui/modules/incidents.html", incidents=found, name=name)


def show_module(name: str, form: Entries) -> str:
    """Return the page of a module, with what could not be done."""
    actor = staff.current_actor()
    card = card_of(actor, name)
    try:
        settings = show_settings(actor, module=name) if card.row.version else None
    except NotFound:
        settings = None
    return render_template(
        "admin_ui/modules/module.html",
        form=form,
        card=card,
        settings=settings if settings and settings.form else None,
        asked=asked_for(card.row.manifest),
        details=details_of(actor, card.row),
        quality=shown_mark(card.row.quality),
        past=said_of(actor, name) if card.row.version else [],
        condition=condition_of(actor, name) if card.row.version else None,
        duration=duration,
        place_title=place_title,
        incidents=list_incidents(actor, module=name, limit=SHOWN_INCIDENTS),
        category=category_title(card.row.manifest.category),
    )
