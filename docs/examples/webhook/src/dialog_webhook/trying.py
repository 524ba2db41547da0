# SPDX-License-Identifier: Apache-2.0
"""Whether the other side is there and takes our signature: for the button of the settings and for the health check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialog_core.plugin import ConnectionResult, Health, HealthContext, mark

from dialog_webhook.posting import Answered, NotSent, post

TIMEOUT = 8.0
_NOTHING = mark("Enter the address and the secret first.")
_WELL = mark("The other side answers and accepts the signature.")
_SIGNATURE = mark("The other side does not accept the signature: both sides need the same secret and the right time.")
_REFUSED = mark("The other side answers with status %(status)s.")
_NOT_REACHED = mark("The other side cannot be reached: %(reason)s.")
_NO_ANSWER = mark("The other side takes the request and does not answer: %(reason)s.")
_IDLE = mark("Nothing is set up")
_IS_WELL = mark("The other side answers")
_IS_NOT = mark("The other side does not answer as it should")


def check(settings: Mapping[str, Any]) -> ConnectionResult:
    """Send a signed `ping`, which changes nothing over there."""
    if not settings["send_to"] or not settings["secret"]:
        return ConnectionResult(False, _NOTHING)
    match post(settings, {"type": "ping"}, key="dialog-ping", timeout=TIMEOUT):
        case Answered(status) if 200 <= status < 300:
            return ConnectionResult(True, _WELL)
        case Answered(401 | 403):
            return ConnectionResult(False, _SIGNATURE)
        case Answered(status):
            return ConnectionResult(False, _REFUSED, {"status": status})
        case NotSent(reason):
            return ConnectionResult(False, _NOT_REACHED, {"reason": reason})
        case unknown:
            return ConnectionResult(False, _NO_ANSWER, {"reason": unknown.reason})


def look(context: HealthContext) -> Health:
    """Tell in one line how it stands."""
    if not context.settings["send_to"]:
        return Health(is_ok=True, text=_IDLE)
    found = check(context.settings)
    if found.is_good:
        return Health(is_ok=True, text=_IS_WELL)
    return Health(is_ok=False, text=f"{_IS_NOT}: {found.message % dict(found.values)}")
