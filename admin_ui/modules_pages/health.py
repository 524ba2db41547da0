# SPDX-License-Identifier: Apache-2.0
"""What the platform did about modules by itself, told to administrators on each of their pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin_ui.modules_pages.blueprint import modules
from dialog_core.modules import close_notice, open_notices, past_notices
from dialog_core.plugin import staff


@dataclass(frozen=True, slots=True)
class Banner:
    """One notice in the reader's language."""

    id: int
    module: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class PastNotice:
    """What the platform did about a module at some time; `change` is that of the modules."""

    title: str
    reason: str
    at: datetime
    change: int | None


@modules.app_context_processor
def offer_banners() -> dict[str, Callable[[], list[Banner]]]:
    """Let the frame of every page ask for the banners; only administrators have any."""
    return {"module_banners": module_banners}


def module_banners() -> list[Banner]:
    """Return what nobody has dealt with."""
    titles = {
        "quarantined": gettext("The platform has switched off a module that did harm:"),
        "returned": gettext("The platform has taken back a change of this module:"),
    }
    return [
        Banner(each.id, each.module, str(titles[each.kind]), str(gettext(each.message, **each.values)))
        for each in open_notices(staff.current_actor())
    ]


def said_of(actor: staff.Actor, name: str) -> list[PastNotice]:
    """Return what the platform did about a module, in words, newest first; whether or not somebody took it away."""
    titles = {
        "quarantined": gettext("The platform switched it off."),
        "returned": gettext("The platform took back a change of it."),
    }
    return [
        PastNotice(str(titles[each.kind]), str(gettext(each.message, **each.values)), each.at, each.change)
        for each in past_notices(actor, module=name)
    ]


@modules.post("/notices/<int:number>/close")
def dismiss(number: int) -> ResponseReturnValue:
    """Take a notice away."""
    close_notice(staff.current_actor(), notice=number)
    return redirect(url_for("modules.catalog"), 303)
