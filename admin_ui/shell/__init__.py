# SPDX-License-Identifier: Apache-2.0
"""The frame of all pages: layout, navigation, forms, times, assets and error pages."""

from admin_ui.shell.blueprint import MOUNTS, NAVIGATION
from admin_ui.shell.context import title_of
from admin_ui.shell.counters import add_counter
from admin_ui.shell.errors import explain, module_words
from admin_ui.shell.forms import Entries, client_address, safe_next, show_once, take_shown_once
from admin_ui.shell.htmx import is_partial, toast_header

__all__ = [
    "MOUNTS",
    "NAVIGATION",
    "Entries",
    "add_counter",
    "client_address",
    "explain",
    "is_partial",
    "module_words",
    "safe_next",
    "show_once",
    "take_shown_once",
    "title_of",
    "toast_header",
]
