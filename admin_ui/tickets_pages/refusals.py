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


def changed_meanwhile() -> str:
    """Return what is said when somebody else saved a sheet first; beside each field stands what is there now."""
    return str(
        gettext(
            "Somebody changed the ticket while you had this form open. What stands there now is shown beside your "
            "values; save again to put yours there."
        )
    )
