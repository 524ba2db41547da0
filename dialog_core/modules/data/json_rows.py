# SPDX-License-Identifier: Apache-2.0
"""Values of a database as JSON values, from which they can be made again."""

from __future__ import annotations

import base64
import math
from datetime import date, datetime, time, timedelta
from typing import Any


def plain_value(value: Any) -> Any:
    """Return a JSON value: times in ISO 8601, intervals in seconds, bytes as `{"base64": …}`, the rest as text."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"base64": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, dict):
        return {str(key): plain_value(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain_value(inner) for inner in value]
    return str(value)
