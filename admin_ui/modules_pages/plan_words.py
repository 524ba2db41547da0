# SPDX-License-Identifier: Apache-2.0
"""Words for plans, differences between sets of modules, and what becomes of tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext, ngettext

from admin_ui.shell import title_of
from dialog_core.modules import Action, Difference, ModuleDifference, Plan, PlanItem, TablePlan, Verb


def action_title(action: Mapping[str, Any], names: str) -> str:
    """Return what an action of a change does to modules; `names` are their titles."""
    titles = {
        "install": gettext("Installing %(names)s", names=names),
        "enable": gettext("Switching on %(names)s", names=names),
        "disable": gettext("Switching off %(names)s", names=names),
        "remove": gettext("Removing %(names)s", names=names),
        "export": gettext("Exporting the data of %(names)s", names=names),
        "rollback": gettext("Returning to set %(number)s", number=action.get("generation")),
    }
    return str(titles.get(str(action.get("action"))) or names)


def heading(actions: Sequence[Action], plan: Plan | None) -> str:
    """Return the question that the page of a plan asks."""
    if len(actions) != 1:
        return str(gettext("Change several modules?"))
    action = actions[0]
    item = next((item for item in plan.items if item.name == action.name), None) if plan is not None else None
    name = title_of(item.manifest.title) if item is not None else action.name
    titles = {
        Verb.INSTALL: gettext("Install %(name)s?", name=name),
        Verb.ENABLE: gettext("Switch on %(name)s?", name=name),
        Verb.DISABLE: gettext("Switch off %(name)s?", name=name),
        Verb.REMOVE: gettext("Remove %(name)s?", name=name),
        Verb.EXPORT: gettext("Export the data of %(name)s?", name=name),
        Verb.ROLLBACK: gettext("Return to set %(number)s?", number=action.generation),
    }
    return str(titles[action.verb])


def item_title(item: PlanItem | ModuleDifference) -> str:
    """Return what becomes of a module, in a few words."""
    titles = {
        Difference.ADDED: gettext("is added"),
        Difference.REMOVED: gettext("is removed"),
        Difference.CHANGED: gettext("gets another version"),
        Difference.ENABLED: gettext("is switched on"),
        Difference.DISABLED: gettext("is switched off"),
        Difference.DATA: gettext("only its data are concerned"),
    }
    words = str(titles[item.kind])
    if item.kind is Difference.ADDED:
        words += ", " + str(gettext("switched on") if item.is_enabled else gettext("still switched off"))
    if item.kind is Difference.CHANGED and item.was_enabled != item.is_enabled:
        words += ", " + str(gettext("and is switched on") if item.is_enabled else gettext("and is switched off"))
    return words


def table_fate(table: TablePlan) -> str:
    """Return what becomes of a table and its rows."""
    rows = ngettext("%(num)s row", "%(num)s rows", table.rows)
    titles = {
        "new": gettext("new"),
        "stays": gettext("stays, %(rows)s", rows=rows),
        "found": gettext("found again, %(rows)s", rows=rows),
        "deleted": gettext("deleted, %(rows)s", rows=rows),
    }
    return str(titles[table.fate])
