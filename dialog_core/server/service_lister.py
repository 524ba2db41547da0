# SPDX-License-Identifier: Apache-2.0
"""Ask a short-lived process which services the modules want, without waiting for its answer."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import tempfile
import time
from typing import IO

from dialog_core.server.children import python_module
from dialog_core.server.parent_death import PARENT_VARIABLE

log = logging.getLogger("dialog.server")
PATIENCE = 60.0
RETRY_SECONDS = 5.0

Key = tuple[str, str]
"""Module and service."""


class ServiceLister:
    """Keeps the list of services that belongs to a generation and to revisions of settings."""

    def __init__(self) -> None:
        self.services: frozenset[Key] = frozenset()
        self._known_for: object = None
        self._asked_for: object = None
        self._process: subprocess.Popen[bytes] | None = None
        self._output: IO[bytes] | None = None
        self._asked_at = 0.0

    def look(self, wish: object) -> bool:
        """Make sure that the list fits `wish`; tell whether it does now. Call this every second or more often."""
        if self._process is not None:
            self._collect()
        if self._known_for == wish:
            return True
        if self._process is None and (self._asked_for != wish or time.monotonic() > self._asked_at + RETRY_SECONDS):
            self._ask(wish)
        return False

    def close(self) -> None:
        """End a process that was not waited for."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _ask(self, wish: object) -> None:
        self._asked_for = wish
        self._asked_at = time.monotonic()
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - read when the process has ended
        self._process = subprocess.Popen(
            python_module("dialog_core.server.service_list"), stdin=subprocess.DEVNULL, stdout=self._output,
            env={**os.environ, PARENT_VARIABLE: str(os.getpid())},
        )  # fmt: skip

    def _collect(self) -> None:
        assert self._process is not None
        assert self._output is not None
        code = self._process.poll()
        if code is None:
            if time.monotonic() > self._asked_at + PATIENCE:
                log.error("the list of services did not come within %d s", PATIENCE)
                self._process.kill()
            return
        self._output.seek(0)
        text = self._output.read()
        self._output.close()
        self._process = None
        try:
            found = json.loads(text)["services"]
            self.services = frozenset((str(module), str(service)) for module, service in found)
            self._known_for = self._asked_for
        except (ValueError, KeyError, TypeError):
            log.error("the list of services cannot be read (exit %s)", code)
