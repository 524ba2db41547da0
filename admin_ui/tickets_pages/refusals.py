# SPDX-License-Identifier: Apache-2.0
"""What an operation refused, in the words of the pages: no codes of the table reach a reader."""

from __future__ import annotations

from flask_babel import gettext

from admin_ui.shell import explain
from admin_ui.tickets_pages import words
from dialog_core.plugin import DialogError, NotAllowedNow


def refusal(error: DialogError) -> str:
    """Return why something was refused and what is needed, in the reader's language."""
    if not isinstance(error, NotAllowedNow):
        return explain(error)
    things = [str(words.MISSING[code]) for code in error.missing if code in words.MISSING]
    if things:
        return str(gettext("Still needed: %(things)s.", things=", ".join(things)))
    return explain(error)
