# SPDX-License-Identifier: Apache-2.0
"""The button “Test the connection”: ask the directory for a number, whichever."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialog_core.plugin import ConnectionResult, mark

from dialog_customer_number.asking import an_example
from dialog_customer_number.directory import Found, ask

_NOTHING = mark("Enter the address of the directory first.")
_WELL = mark("The directory answers as it should.")
_NOT_WELL = mark("There is no usable answer: %(problem)s. Check address and token.")


def check(settings: Mapping[str, Any]) -> ConnectionResult:
    """Ask once; whether the number exists is not what matters."""
    if not settings["directory"]:
        return ConnectionResult(False, _NOTHING)
    answer = ask(settings, an_example())
    if isinstance(answer, Found):
        return ConnectionResult(True, _WELL)
    return ConnectionResult(False, _NOT_WELL, {"problem": answer.problem})
