# SPDX-License-Identifier: Apache-2.0
"""Panels that modules show beside a ticket; one that fails leaves a note and nothing else."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from flask import render_template
from markupsafe import Markup

from admin_ui.shell.context import title_of
from dialog_core.plugin import TicketPanel, runtime

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShownPanel:
    """A panel as the page shows it; without `html` its module failed."""

    module: str
    name: str
    title: str
    html: Markup | None
    order: int = 1000


def panels(ticket_id: int) -> list[ShownPanel]:
    """Return the panels of all modules, in their order."""
    hooks = runtime().hooks
    found: list[ShownPanel] = []
    for module in dict.fromkeys(hooks.implementations("ticket_panels")):
        try:
            brought = cast(
                "Iterable[TicketPanel] | None", hooks.ask("ticket_panels", module=module, ticket_id=ticket_id)
            )
            found += [_shown(module, panel) for panel in brought or ()]
        except Exception:  # noqa: BLE001 - whatever a module does, the ticket is shown
            found.append(ShownPanel(module, "failed", module, None))
    return sorted(found, key=lambda panel: panel.order)


def _shown(module: str, panel: TicketPanel) -> ShownPanel:
    html: Markup | None = None
    try:
        html = Markup(render_template(panel.template, **panel.values))  # noqa: S704 - a template escapes its values
    except Exception:  # noqa: BLE001 - as above
        _log.exception("the panel %s of module %s could not be shown", panel.name, module)
    return ShownPanel(module, panel.name, title_of(panel.title), html, panel.order)
