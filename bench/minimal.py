# SPDX-License-Identifier: Apache-2.0
"""The measure of the machine: a bare Flask application that sends the same statements and returns the rows as JSON.

No sign-in, no templates, no ORM: what it takes is what Flask, gunicorn and the database take. `DIALOG_BENCH_PLAN` names
a file with the statements of each operation.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

from flask import Flask, Response

_local = threading.local()
_lock = threading.Lock()
_plan: dict[str, Any] = json.loads(Path(os.environ["DIALOG_BENCH_PLAN"]).read_text())
_turn = {"at": 0}
app = Flask(__name__)


def _connection() -> sqlite3.Connection:
    if not hasattr(_local, "connection"):
        _local.connection = sqlite3.connect(_plan["database"], timeout=15, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-32000"):
            _local.connection.execute(f"PRAGMA {pragma}")
    connection: sqlite3.Connection = _local.connection
    return connection


@app.get("/read/<int:operation>")
def read(operation: int) -> Response:
    """Send the statements of a reading operation."""
    rounds = _plan["reads"][operation]
    with _lock:
        _turn["at"] += 1
        chosen = rounds[_turn["at"] % len(rounds)]
    rows = [_connection().execute(statement, parameters).fetchall() for statement, parameters in chosen]
    return Response(json.dumps(rows, ensure_ascii=False, default=str), mimetype="application/json")


@app.post("/write")
def write() -> Response:
    """Insert a ticket, an entry and an event in one transaction."""
    connection = _connection()
    connection.execute("BEGIN IMMEDIATE")
    made = connection.execute(
        "INSERT INTO ticket (subject, kind, state, is_open, impact, urgency, priority, entitlement, channel,"
        " resolution, answer_on_its_way, opened_at, activity_at, version, event_count, event_digest)"
        " VALUES ('s', 'outage', 'registered', 1, 'low', 'low', 1, 'covered', 'api', 0, 0,"
        " datetime('now'), datetime('now'), 1, 1, '')"
    ).lastrowid
    connection.execute(
        "INSERT INTO entry (ticket_id, kind, text, author_kind, author_name, channel, created_at, earlier_texts)"
        " VALUES (?, 'request', 'text', 'staff', 'name', 'api', datetime('now'), '[]')",
        [made],
    )
    connection.execute(
        'INSERT INTO event ("transaction", kind, at, ticket_id, position, actor_kind, actor_name, data, payload_digest,'
        " digest) VALUES (0, 'ticket_opened', datetime('now'), ?, 1, 'staff', 'name', '{}', '', '')",
        [made],
    )
    connection.execute("UPDATE number_counter SET value = value + 1")
    connection.execute("COMMIT")
    return Response(json.dumps({"id": made}), status=201, mimetype="application/json")
