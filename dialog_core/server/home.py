# SPDX-License-Identifier: Apache-2.0
"""The home folder of a node: made when it is not there, checked before anything else starts."""

from __future__ import annotations

import tempfile

from dialog_core.config import Config
from dialog_core.errors import SetupProblem

PRIVATE = 0o700


def prepare_home(config: Config) -> bool:
    """Make sure that the home can be written; tell whether it was made now.

    Raises:
        SetupProblem: it cannot be made or written.
    """
    is_new = not config.home.exists()
    try:
        config.home.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=config.home):
            pass
    except OSError as error:
        raise SetupProblem(
            "The folder %(path)s cannot be written: %(reason)s. Set DIALOG_HOME to a folder that you may write.",
            path=config.home, reason=error.strerror or error,
        ) from error  # fmt: skip
    return is_new
