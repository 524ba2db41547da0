# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
import logging

from dialog_core.redaction import RedactingFilter, redact_secrets

TOKEN = "123456789:AAE-abcdefghijklmnopqrstuvwxyz012345"


def test_redacts_tokens_and_leaves_the_rest() -> None:
    assert (
        redact_secrets(f"GET https://api.example.org/bot{TOKEN}/getMe")
        == "GET https://api.example.org/bot[secret]/getMe"
    )
    assert redact_secrets("Authorization: Bearer abcdef.123456") == "Authorization: Bearer [secret]"
    assert redact_secrets("ticket 123456: done at 12:30") == "ticket 123456: done at 12:30"


def test_the_filter_redacts_arguments_and_tracebacks() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(RedactingFilter())
    log = logging.getLogger("redaction-sample")
    log.addHandler(handler)
    log.propagate = False
    try:
        raise ValueError(TOKEN)
    except ValueError:
        log.exception("calling %s", TOKEN)
    log.error("%d", "not a number")
    log.removeHandler(handler)
    assert TOKEN not in stream.getvalue()
    assert stream.getvalue().count("[secret]") == 2
