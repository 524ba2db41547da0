# SPDX-License-Identifier: Apache-2.0
"""Words for updates of modules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext


def policy_titles() -> list[tuple[str, str]]:
    """Return the policies to choose from."""
    return [
        ("off", gettext("by hand only")),
        ("patch", gettext("corrections (1.4.2 → 1.4.3)")),
        ("minor", gettext("corrections and new features (1.4 → 1.5)")),
    ]


def state_title(state: str) -> str:
    """Return how far an update is, or what came of it."""
    titles = {
        "requested": gettext("under way"),
        "watching": gettext("runs, is being watched"),
        "kept": gettext("updated"),
        "refused": gettext("not possible now"),
        "failed": gettext("failed"),
        "returning": gettext("going back"),
        "returned": gettext("taken back"),
        "again": gettext("to be tried again"),
    }
    return str(titles.get(state, state))


def problem_text(problem: str) -> str:
    """Return why an update was taken back, in the reader's language; other reasons stay as they are."""
    found = re.match(r"(\d+) new failures after the update", problem)
    if found is None:
        return problem
    return str(gettext("New failures after the update: %(count)s", count=found.group(1))) + problem[found.end() :]


def state_kind(state: str) -> str:
    """Return the colour of a state."""
    kinds = {"kept": "good", "watching": "good", "refused": "warn", "failed": "bad", "returned": "bad"}
    return kinds.get(state, "")


def asks_title(ask: Mapping[str, Any]) -> str:
    """Return one thing for which an update waits for the administrator."""
    values = [str(value) for value in ask["values"]]
    names = ", ".join(values)
    if ask["what"] == "publisher":
        new, old = (value or gettext("nobody") for value in values)
        return str(gettext("another publisher: %(new)s, it was %(old)s", new=new, old=old))
    titles = {
        "hosts": gettext("calls further addresses: %(names)s", names=names),
        "tables": gettext("further tables: %(names)s", names=names),
        "services": gettext("runs further services: %(names)s", names=names),
        "secrets": gettext("keeps further secrets: %(names)s", names=names),
        "pages": gettext("answers at further addresses: %(names)s", names=names),
        "personal_data": gettext("handles further personal data: %(names)s", names=names),
        "destructive": gettext("takes data away: %(names)s", names=names),
        "unvouched": gettext("nobody vouches for %(names)s", names=names),
    }
    return str(titles.get(str(ask["what"]), names))
