# SPDX-License-Identifier: Apache-2.0
"""Keep secrets out of logs and of what is stored about failures."""

from __future__ import annotations

import logging
import re

SECRET_SHAPES = (
    re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}"),
    re.compile(r"(?i)(?<=bearer )[A-Za-z0-9._~+/=-]{8,}"),
    re.compile(r"\bdlg_[A-Za-z0-9_-]{20,}"),
    re.compile(r"(?<=/setup/)[A-Za-z0-9_-]{20,}"),
    re.compile(r"(?<=/invitation/)[A-Za-z0-9_-]{20,}"),
)
REDACTED = "[secret]"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
NOISY = ("httpx", "httpcore")


def redact_secrets(text: str) -> str:
    """Replace everything in a text that looks like a token."""
    for shape in SECRET_SHAPES:
        text = shape.sub(REDACTED, text)
    return text


def fit_to_store(text: str) -> str:
    """Return text of a module without secrets, and without what no database keeps: NUL and lone surrogates."""
    return _UNSTORABLE.sub("", redact_secrets(text))


class RedactingFilter(logging.Filter):
    """Redacts what a log record would show, arguments and traceback included."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, without secrets."""
        try:
            record.msg = redact_secrets(record.getMessage())
        except (TypeError, ValueError, KeyError):
            record.msg = "a log message could not be formatted"
        record.args = ()
        if record.exc_info:
            record.exc_text = redact_secrets(record.exc_text or logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        return True


def protect_logs() -> None:
    """Redact secrets in all handlers of the root logger, and quieten clients that log addresses with tokens."""
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    for handler in [*logging.getLogger().handlers, *([logging.lastResort] if logging.lastResort else [])]:
        if not any(isinstance(item, RedactingFilter) for item in handler.filters):
            handler.addFilter(RedactingFilter())
