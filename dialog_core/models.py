# SPDX-License-Identifier: Apache-2.0
"""Every table of the core, imported once so that mappings and migrations are complete."""

from dialog_core.api import models as api
from dialog_core.conversations import models as conversations
from dialog_core.database import models as database
from dialog_core.events import models as events
from dialog_core.fields import models as fields
from dialog_core.installation import models as installation
from dialog_core.jobs import models as jobs
from dialog_core.modules import models as modules
from dialog_core.parties import models as parties
from dialog_core.staff import models as staff
from dialog_core.tickets import models as tickets

__all__ = [
    "api", "conversations", "database", "events", "fields", "installation", "jobs", "modules", "parties", "staff",
    "tickets",
]  # fmt: skip
