# SPDX-License-Identifier: Apache-2.0
"""What a person decides about a message whose arrival is not proven."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin_ui.tickets_pages.answers import done
from admin_ui.tickets_pages.blueprint import pages
from admin_ui.tickets_pages.refusals import refusal
from dialog_core.plugin import NotAllowedNow, conversations, staff, tickets


@pages.post("/tickets/<number>/deliveries/<int:delivery_id>/again")
def send_again(number: str, delivery_id: int) -> ResponseReturnValue:
    """Send a message again: somebody looked, and it did not arrive."""
    actor = staff.current_actor()
    tickets.ticket_id_of(actor, number)
    try:
        conversations.send_again(actor, delivery_id)
    except NotAllowedNow as error:
        return done(number, refusal(error), kind="warning")
    return done(number, gettext("The message is being sent again."))


@pages.post("/tickets/<number>/deliveries/<int:delivery_id>/arrived")
def confirm_sent(number: str, delivery_id: int) -> ResponseReturnValue:
    """Note that a message did arrive: somebody saw it in the chat."""
    actor = staff.current_actor()
    tickets.ticket_id_of(actor, number)
    try:
        conversations.confirm_sent(actor, delivery_id)
    except NotAllowedNow as error:
        return done(number, refusal(error), kind="warning")
    return done(number, gettext("Noted: the message arrived."))
