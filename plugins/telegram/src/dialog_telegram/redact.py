# SPDX-License-Identifier: Apache-2.0
"""Keep the bot's token out of logs and messages: it stands in every address of the Bot API."""

from __future__ import annotations

import logging
import re

TOKEN = re.compile(r"\d{6,}(:|%3[Aa])[A-Za-z0-9_-]{30,}")


def redact(text: str) -> str:
    """Return the text with every bot token replaced."""
    return TOKEN.sub("[token]", text)


class TokenFilter(logging.Filter):
    """Redacts tokens in the records of a logger."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record when it shows a token; never drop it."""
        message = record.getMessage()
        redacted = redact(message)
        if redacted != message:
            record.msg, record.args = redacted, ()
        return True


_FILTER = TokenFilter()


def guard_loggers() -> None:
    """Put the filter on the HTTP client's loggers, which write addresses at INFO and DEBUG. Harmless when repeated."""
    for name in ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy"):
        logging.getLogger(name).addFilter(_FILTER)
