# SPDX-License-Identifier: Apache-2.0
"""Work in the background: leases, the loop that looks for due work, and what services say of themselves."""

from dialog_core.jobs.leases import LEASE_SECONDS, acquire, forget, release, renew
from dialog_core.jobs.loop import JobLoop, Step
from dialog_core.jobs.owners import is_gone, owner_here, started_at

__all__ = ["LEASE_SECONDS", "JobLoop", "Step", "acquire", "forget", "is_gone", "owner_here", "release", "renew", "started_at"]
