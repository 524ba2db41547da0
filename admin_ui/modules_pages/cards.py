# SPDX-License-Identifier: Apache-2.0
"""A module as its card shows it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import abort
from flask_babel import gettext

from admin_ui.shell import module_words
from dialog_core.modules import ModuleRow, Overview, overview
from dialog_core.plugin import ServiceReport, service_reports, staff


@dataclass(frozen=True, slots=True)
class Card:
    """A module with the state that its card shows: `available`, `installed`, `enabled` or `problem`."""

    row: ModuleRow
    state: str
    state_title: str
    problem: str


def cards_of(found: Overview) -> list[Card]:
    """Return the cards of all modules, those with a problem first."""
    reports = {report.module: report for report in service_reports() if not report.is_healthy}
    cards = [_card(found, row, reports.get(row.name)) for row in found.modules]
    return sorted(cards, key=lambda card: (card.state != "problem", card.row.name))


def card_of(actor: staff.Actor, name: str) -> Card:
    """Return the card of a module; an unknown one is a page that is not there."""
    card = next((card for card in cards_of(overview(actor)) if card.row.name == name), None)
    if card is None:
        abort(404)
    return card


def service_lines(name: str) -> list[ServiceReport]:
    """Return what the services of a module last said of themselves."""
    return [replace(line, text=module_words(line.text)) for line in service_reports(name)]


def _card(found: Overview, row: ModuleRow, unwell: ServiceReport | None) -> Card:
    problem = _problem(found, row, unwell)
    if problem:
        return Card(row, "problem", gettext("problem"), problem)
    titles = {
        "available": ("available", gettext("not installed")),
        "disabled": ("installed", gettext("switched off")),
        "enabled": ("enabled", gettext("works")),
    }
    return Card(row, *titles[row.state], "")


def _problem(found: Overview, row: ModuleRow, unwell: ServiceReport | None) -> str:
    """Return what keeps an enabled module from working, empty when nothing does."""
    if not row.is_enabled:
        return ""
    behind = [each for each in found.processes if each.generation != found.generation and each.problem]
    if behind:
        return str(gettext("%(role)s runs without it: %(reason)s", role=behind[0].role, reason=behind[0].problem))
    if unwell is not None:
        return (
            module_words(unwell.text)
            if unwell.text
            else str(gettext("The service %(name)s does not run.", name=unwell.service))
        )
    if row.incidents:
        return str(gettext("Failures within a day: %(count)s", count=row.incidents))
    return ""
