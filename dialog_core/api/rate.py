# SPDX-License-Identifier: Apache-2.0
"""An optional limit of requests per token: off unless the fact `api_requests_per_minute` is set.

It protects the platform from a script that runs away, not from an attacker: each web worker counts on its own.
"""

from __future__ import annotations

import threading
import time

from dialog_core.api.problems import Problem, Text
from dialog_core.installation import get_fact

FACT = "api_requests_per_minute"
_MINUTE = 60.0
_lock = threading.Lock()
_counts: dict[int, tuple[float, int]] = {}


def count(token_id: int) -> None:
    """Count a request of a token.

    Raises:
        Problem: 429, it has had its share of this minute.
    """
    limit = int(get_fact(FACT, 0) or 0)
    if limit <= 0:
        return
    moment = time.monotonic()
    with _lock:
        began, seen = _counts.get(token_id, (moment, 0))
        if moment - began >= _MINUTE:
            began, seen = moment, 0
        _counts[token_id] = (began, seen + 1)
    if seen >= limit:
        wait = max(1, round(_MINUTE - (moment - began)))
        text = Text("More than %(limit)s requests in a minute. Go on in %(wait)s s.", {"limit": limit, "wait": wait})
        raise Problem(429, text, headers={"Retry-After": str(wait)})
