# SPDX-License-Identifier: Apache-2.0
"""Logs: plain lines on standard error, each with the name of its process, secrets taken out."""

from __future__ import annotations

import logging
import sys

from dialog_core.redaction import protect_logs


def set_up_logging(process: str) -> None:
    """Log warnings of everybody and information of the platform to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(f"%(asctime)s {process} %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("dialog").setLevel(logging.INFO)
    protect_logs()
