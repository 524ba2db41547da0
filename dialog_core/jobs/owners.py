# SPDX-License-Identifier: Apache-2.0
"""Names of processes as owners of leases, from which another process of the same node sees whether they still live."""

from __future__ import annotations

import os
from pathlib import Path

_SEPARATOR = "|"


def owner_here(node: str) -> str:
    """Return the name of this process: node, pid and when it was started."""
    pid = os.getpid()
    return _SEPARATOR.join((node, str(pid), started_at(pid)))


def is_gone(owner: str, node: str) -> bool:
    """Tell whether an owner was a process of this node that has ended; of other nodes nothing is known."""
    owner_node, _, rest = owner.partition(_SEPARATOR)
    pid, _, started = rest.partition(_SEPARATOR)
    return owner_node == node and pid.isdigit() and started_at(int(pid)) != started


def started_at(pid: int) -> str:
    """Return when a process was started, in clock ticks since the machine's boot; "0" when it has ended."""
    try:
        fields = (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "0"
    return "0" if fields[0] == "Z" else fields[19]
