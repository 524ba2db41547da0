# SPDX-License-Identifier: Apache-2.0
"""Housekeeping: rows that stand for something that is no more."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from dialog_core.clock import now
from dialog_core.database import write
from dialog_core.installation.models import Lease, OneTimeLink
from dialog_core.modules import delete_expired_exports, prune_wheels
from dialog_core.modules.models import NodeProcess

LEASES_KEPT = timedelta(days=1)
LINKS_KEPT = timedelta(days=30)
PROCESSES_KEPT = timedelta(minutes=5)


def tidy() -> bool:
    """Remove old rows, each kind in a short transaction; tell whether there were any."""
    at = now()
    found = False
    for condition in (
        delete(NodeProcess).where(NodeProcess.seen_at < at - PROCESSES_KEPT),
        delete(Lease).where(Lease.expires_at < at - LEASES_KEPT),
        delete(OneTimeLink).where(OneTimeLink.expires_at < at - LINKS_KEPT),
    ):
        with write() as session:
            found = bool(session.execute(condition.execution_options(synchronize_session=False)).rowcount) or found  # type: ignore[attr-defined]
    return delete_expired_exports() | prune_wheels() | found
