# SPDX-License-Identifier: Apache-2.0
"""Ask a short-lived process which services the modules want, without waiting for its answer."""

from __future__ import annotations

import json
import logging
import tempfile
import time
from functools import partial
from pathlib import Path

from dialog_core.server import service_list
from dialog_core.server.children import Child, describe_exit, python_module

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
        self._process: Child | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
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
            self._forget()

    def _ask(self, wish: object) -> None:
        self._asked_for = wish
        self._asked_at = time.monotonic()
        self._folder = tempfile.TemporaryDirectory(prefix="dialog-services-")
        file = str(Path(self._folder.name) / "services.json")
        command = python_module("dialog_core.server.service_list", file)
        self._process = Child("services", command, main=partial(service_list.main, file))
        self._process.start()

    def _collect(self) -> None:
        assert self._process is not None
        assert self._folder is not None
        if self._process.is_alive():
            if time.monotonic() > self._asked_at + PATIENCE:
                log.error("the list of services did not come within %d s", PATIENCE)
                self._process.kill()
            return
        try:
            found = json.loads((Path(self._folder.name) / "services.json").read_bytes())["services"]
            self.services = frozenset((str(module), str(service)) for module, service in found)
            self._known_for = self._asked_for
        except (OSError, ValueError, KeyError, TypeError):
            log.error("the list of services cannot be read (%s)", describe_exit(self._process.exit_code))
        self._forget()

    def _forget(self) -> None:
        self._process = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
