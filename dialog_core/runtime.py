# SPDX-License-Identifier: Apache-2.0
"""What the running application knows of its process: configuration, key, generation and hooks."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from dialog_core.config import Config
from dialog_core.installation import SecretKey
from dialog_core.modules import Hooks, Running

EXTENSION = "dialog"


@dataclass(frozen=True, slots=True)
class Runtime:
    """Facts of this process, the same for each of its requests."""

    config: Config
    key: SecretKey
    running: Running

    @property
    def hooks(self) -> Hooks:
        """The hooks of the generation that this process runs."""
        return self.running.hooks


def runtime() -> Runtime:
    """Return the facts of the process that serves this request."""
    found: Runtime = current_app.extensions[EXTENSION]
    return found
