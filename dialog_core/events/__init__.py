# SPDX-License-Identifier: Apache-2.0
"""One stream of events: recorded with every change, read by timeline, journal, live updates and modules."""

from dialog_core.events.record import record
from dialog_core.events.stream import Cursor, StreamEvent, committed_after, last_cursor

__all__ = ["Cursor", "StreamEvent", "committed_after", "last_cursor", "record"]
