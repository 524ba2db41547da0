# SPDX-License-Identifier: Apache-2.0
"""One stream of events: recorded with every change, read by timeline, journal, live updates and modules."""

from dialog_core.events.chain import link_digest, payload_digest
from dialog_core.events.dispatch import dispatch_next
from dialog_core.events.live import MAX_STREAMS, live_response, set_retirement, stream_count
from dialog_core.events.recording import record, transaction_id
from dialog_core.events.stream import Cursor, StreamEvent, committed_after, last_cursor

__all__ = [
    "MAX_STREAMS",
    "Cursor",
    "StreamEvent",
    "committed_after",
    "dispatch_next",
    "last_cursor",
    "link_digest",
    "live_response",
    "payload_digest",
    "record",
    "set_retirement",
    "stream_count",
    "transaction_id",
]
