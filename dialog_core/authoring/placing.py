# SPDX-License-Identifier: Apache-2.0
"""Write files so that nobody sees half of one."""

from __future__ import annotations

import os
from pathlib import Path

from dialog_core.errors import SetupProblem


def place(content: bytes, target: Path) -> Path:
    """Write a file whole or not at all; return where it is.

    Raises:
        SetupProblem: it cannot be written.
    """
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(content)
        fresh.replace(target)
    except OSError as error:
        raise SetupProblem("%(path)s cannot be written: %(reason)s.", path=target, reason=error.strerror) from error
    return target
