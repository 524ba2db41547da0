# SPDX-License-Identifier: Apache-2.0
"""What the author's terminal shows; several processes write to it, each line in one piece."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TextIO


def say(text: str) -> None:
    """Write a line."""
    _write(sys.stdout, text)


def tell(who: str, text: str) -> None:
    """Write a line about what happened now in one of the processes."""
    _write(sys.stdout, f"{datetime.now().astimezone():%H:%M:%S} {who:<4} {text}")


def complain(text: str) -> None:
    """Write what went wrong, in full."""
    _write(sys.stderr, text.rstrip("\n"))


def milliseconds(seconds: float) -> str:
    """Return a time as people read it."""
    return f"{seconds * 1000:.{0 if seconds >= 0.01 else 1}f} ms"


def _write(stream: TextIO, text: str) -> None:
    stream.write(f"{text}\n")
    stream.flush()
