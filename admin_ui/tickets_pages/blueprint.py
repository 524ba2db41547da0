# SPDX-License-Identifier: Apache-2.0
"""The blueprints of the ticket pages, and what their templates know."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint
from flask_babel import format_date, format_time

from admin_ui.tickets_pages import words
from admin_ui.tickets_pages.field_inputs import shown_value
from admin_ui.tickets_pages.once import new_key
from admin_ui.tickets_pages.plain_text import is_long, plain_text

pages = Blueprint("tickets", __name__)
live = Blueprint("live", __name__)


def _clock(at: datetime) -> str:
    return str(format_time(at, "short"))


def _day(day: date) -> str:
    return str(format_date(day, "long"))


pages.add_app_template_filter(_clock, "clock")
pages.add_app_template_filter(_day, "day")
pages.add_app_template_filter(plain_text, "plain_text")
pages.add_app_template_filter(is_long, "is_long")


@pages.app_context_processor
def _values() -> dict[str, Any]:
    return {"words": words, "new_key": new_key, "shown_value": shown_value}
