# SPDX-License-Identifier: Apache-2.0
"""The web hook: Telegram calls it with one update, which is stored and nothing else; a job does the rest."""

from __future__ import annotations

import hmac
import json
from typing import Any

from flask import Blueprint, Response, request

from dialog_core.plugin import module_settings
from dialog_telegram import NAME
from dialog_telegram.reading import integer
from dialog_telegram.settings import Account
from dialog_telegram.storing import store_update

MAX_BODY = 2**20
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header

blueprint = Blueprint(NAME, __name__)


@blueprint.post("/webhook")
def receive_update() -> Response:
    """Store one update.

    200 stored (or known already); 400 no JSON object with a number; 403 the secret is missing or wrong; 413 over 1 MiB.
    """
    account = Account.of(module_settings(NAME))
    given = request.headers.get(SECRET_HEADER, "")
    if not account.token or not hmac.compare_digest(given.encode(), account.secret.encode()):
        return _answer(403, "wrong or missing secret token")
    request.max_content_length = MAX_BODY
    update = _parse(request.get_data(cache=False))
    if update is None:
        return _answer(400, "not an update: a JSON object with a whole number update_id is expected")
    store_update(account.bot_id, update)
    return _answer(200, "")


def _parse(body: bytes) -> dict[str, Any] | None:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return update if isinstance(update, dict) and integer(update, "update_id") is not None else None


def _answer(status: int, text: str) -> Response:
    # Telegram would carry out a JSON body as a method call, so there is none.
    return Response(text, status=status, mimetype="text/plain")
