# SPDX-License-Identifier: Apache-2.0
"""`Idempotency-Key`: a POST that is sent again changes nothing again and gets the same answer for 24 hours.

The record is a row of the same transaction as the change: either both are there or neither. The row is put in first,
so a second call with the same key waits until the first one has ended, and then finds its answer.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from flask import Response, g, request
from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.orm import Session

from dialog_core.api.bodies import read_body
from dialog_core.api.models import IdempotencyRecord
from dialog_core.api.problems import FieldProblem, Problem, Text
from dialog_core.clock import now
from dialog_core.database import add_before_commit, insert_new, write
from dialog_core.staff import Bearer

KEPT = timedelta(hours=24)
SWEPT_AT_ONCE = 20
HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT_HEADERS = ("Content-Type", "Location", "ETag")

Result = TypeVar("Result")


def perform(change: Callable[[], Result], present: Callable[[Result], Response]) -> Response:
    """Do a change and present its result, once per key.

    Without a key the result is presented after the commit. With one it is presented as the last step of the
    transaction, because the answer is kept in it.

    Raises:
        Problem: 422, the key was used for another request or is not a key.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return present(change())
    if not _KEY.fullmatch(key):
        wrong = Text("Use 1 to 255 visible ASCII characters.")
        raise Problem(422, wrong, errors=[FieldProblem(HEADER, wrong)])
    bearer: Bearer = g.bearer
    fingerprint = _fingerprint()
    answers: list[Response] = []
    with write() as session:
        if not _claim(session, bearer.token_id, key, fingerprint):
            return _replay(session, bearer.token_id, key, fingerprint)
        result = change()

        def keep(session: Session) -> None:
            session.flush()
            answers.append(present(result))
            _keep(session, bearer.token_id, key, answers[0])

        add_before_commit(keep)
    return answers[0]


def _claim(session: Session, token_id: int, key: str, fingerprint: str) -> bool:
    too_old = now() - KEPT
    mine = (IdempotencyRecord.token_id == token_id, IdempotencyRecord.key == key)
    session.execute(delete(IdempotencyRecord).where(*mine, IdempotencyRecord.created_at <= too_old))
    _sweep(session)
    return insert_new(
        session,
        IdempotencyRecord,
        token_id=token_id,
        key=key,
        fingerprint=fingerprint,
        status=0,
        headers={},
        body=b"",
        created_at=now(),
    )


def _sweep(session: Session) -> None:
    """Forget a few answers that are too old, so that the table stays as large as a day."""
    identity = tuple_(IdempotencyRecord.token_id, IdempotencyRecord.key)
    old = (
        select(IdempotencyRecord.token_id, IdempotencyRecord.key)
        .where(IdempotencyRecord.created_at <= now() - KEPT)
        .limit(SWEPT_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    found = [(token_id, key) for token_id, key in session.execute(old)]
    if found:
        session.execute(delete(IdempotencyRecord).where(identity.in_(found)))


def _replay(session: Session, token_id: int, key: str, fingerprint: str) -> Response:
    row = session.execute(
        select(
            IdempotencyRecord.fingerprint,
            IdempotencyRecord.status,
            IdempotencyRecord.headers,
            IdempotencyRecord.body,
        ).where(IdempotencyRecord.token_id == token_id, IdempotencyRecord.key == key)
    ).one()
    if row.fingerprint != fingerprint:
        used = Text("This key was used for another request.")
        raise Problem(422, used, errors=[FieldProblem(HEADER, used)])
    answer = Response(row.body, status=row.status)
    answer.headers.update(row.headers)
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _keep(session: Session, token_id: int, key: str, answer: Response) -> None:
    headers = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
    session.execute(
        update(IdempotencyRecord)
        .where(IdempotencyRecord.token_id == token_id, IdempotencyRecord.key == key)
        .values(status=answer.status_code, headers=headers, body=answer.get_data())
        .execution_options(synchronize_session=False)
    )


def _fingerprint() -> str:
    """Digest what was asked for: method, address and body; for JSON its values, for forms their parts."""
    found = hashlib.sha256(f"{request.method}\n{request.full_path}\n".encode())
    if request.mimetype == "multipart/form-data":
        for name, value in sorted(request.form.items(multi=True)):
            found.update(json.dumps([name, value]).encode())
        for name, file in sorted(request.files.items(multi=True), key=lambda item: item[0]):
            content = hashlib.sha256(file.stream.read()).hexdigest()
            file.stream.seek(0)
            found.update(json.dumps([name, file.filename, content]).encode())
    elif request.is_json:
        found.update(json.dumps(json.loads(read_body().decode("utf-8-sig")), sort_keys=True).encode())
    else:
        found.update(request.mimetype.encode() + b"\n" + read_body())
    return found.hexdigest()
