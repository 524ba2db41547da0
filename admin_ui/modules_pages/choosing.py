# SPDX-License-Identifier: Apache-2.0
"""The choice of modules during set-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from admin_ui.modules_pages.changing import ChangePage, change_page
from admin_ui.modules_pages.words import Asked, asked_for, category_title
from dialog_core import modules as module_platform
from dialog_core.modules import Action, Verb, request_change
from dialog_core.plugin import NotFound, staff


@dataclass(frozen=True, slots=True)
class ChoiceCard:
    """A module that can be chosen."""

    name: str
    title: dict[str, str]
    description: dict[str, str]
    icon: str
    category: str
    asked: list[Asked]
    is_installed: bool


def module_cards(actor: staff.Actor) -> list[ChoiceCard]:
    """Return the modules that somebody vouches for, with what each asks for."""
    return [
        ChoiceCard(
            name=row.name,
            title=row.manifest.title,
            description=row.manifest.description,
            icon=row.manifest.icon,
            category=category_title(row.manifest.category),
            asked=asked_for(row.manifest),
            is_installed=row.version is not None,
        )
        for row in module_platform.overview(actor).modules
        if row.publisher is not None
    ]


def choose_modules(actor: staff.Actor, *, names: Sequence[str]) -> int | None:
    """Ask for the installation of the modules chosen; None when there is nothing to install.

    Raises:
        NotPermitted: the actor may not manage modules.
        NotAllowedNow, NotFound: it cannot be done.
    """
    missing = {row.name for row in module_platform.overview(actor).modules if row.version is None}
    wanted = sorted(missing.intersection(names))
    return request_change(actor, actions=[Action(Verb.INSTALL, name) for name in wanted]) if wanted else None


def chosen_change(actor: staff.Actor, change: int | None) -> ChangePage | None:
    """Return the change that installs what was chosen, None when there is none."""
    try:
        return change_page(actor, change) if change is not None else None
    except NotFound:
        return None
