# SPDX-License-Identifier: Apache-2.0
"""The steps of the set-up, in order."""

from __future__ import annotations

from flask_babel import gettext

ACCOUNT, ORGANISATION, NUMBERS, MODULES, DEMONSTRATION = (
    "account",
    "organisation",
    "numbers",
    "modules",
    "demonstration",
)
BY_LINK = (ACCOUNT, ORGANISATION, NUMBERS)


def step_titles() -> list[tuple[str, str]]:
    """Return names and titles of all steps."""
    return [
        (ACCOUNT, gettext("Your account")),
        (ORGANISATION, gettext("Organisation")),
        (NUMBERS, gettext("Numbers")),
        (MODULES, gettext("Modules")),
        (DEMONSTRATION, gettext("Trying it out")),
    ]
