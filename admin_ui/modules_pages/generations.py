# SPDX-License-Identifier: Apache-2.0
"""The history of sets of modules, each with its difference, and the way back."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from admin_ui.modules_pages.blueprint import modules
from admin_ui.modules_pages.plan_words import item_title
from admin_ui.shell import explain, title_of
from dialog_core import modules as module_platform
from dialog_core.modules import get_generation, list_generations
from dialog_core.plugin import staff

AT_ONCE = 20


@modules.get("/generations")
def generations() -> ResponseReturnValue:
    """List the sets that have run, newest first."""
    actor = staff.current_actor()
    found = list_generations(actor, limit=AT_ONCE + 1, below=request.args.get("below", type=int))
    return render_template(
        "admin_ui/modules/generations.html",
        generations=found[:AT_ONCE],
        older=found[AT_ONCE - 1].number if len(found) > AT_ONCE else None,
        titles=_titles(actor),
        item_title=item_title,
        explain=explain,
    )


@modules.get("/generations/<int:number>")
def generation(number: int) -> ResponseReturnValue:
    """Show one set: what was in it, how it differs from the one before and from what runs now."""
    actor = staff.current_actor()
    return render_template(
        "admin_ui/modules/generation.html",
        view=get_generation(actor, generation=number),
        current=module_platform.overview(actor).generation or 0,
        titles=_titles(actor),
        item_title=item_title,
        explain=explain,
    )


def _titles(actor: staff.Actor) -> dict[str, str]:
    """Return the titles of the modules that are known now; others are shown by their name."""
    return {row.name: title_of(row.manifest.title) for row in module_platform.overview(actor).modules}
