# SPDX-License-Identifier: Apache-2.0
"""Judge modules for the whole cluster: deaths, quarantine, the watch after a change, services that were given up."""

from __future__ import annotations

import logging
import time
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import Engine, select

from dialog_core.clock import now
from dialog_core.config import Config
from dialog_core.database import db
from dialog_core.installation.models import InstallationFact
from dialog_core.jobs import acquire, owner_here, wish_key
from dialog_core.modules import forget_old_strikes, node_name, quarantine_modules, record_deaths, watch_change
from dialog_core.server.service_lister import Key
from dialog_core.server.services import Services

log = logging.getLogger("dialog.server")
LOOK_SECONDS = 2.0
TIDY_SECONDS = 3600.0
LEASE = "module-keeper"
RETRY_PAUSES = (300.0, 900.0, 3600.0)
"""When a service that was given up is tried again by itself, in seconds; the last one over and over."""


class Keeper:
    """Does what is due; the parent of background work calls `look` in its loop."""

    def __init__(self, config: Config, app: Flask, engine: Engine, services: Services) -> None:
        self._config = config
        self._app = app
        self._engine = engine
        self._services = services
        self._node = node_name(config.home)
        self._look_at = 0.0
        self._tidy_at = 0.0
        self._given_up: dict[Key, tuple[float, datetime, int]] = {}

    def look(self, *, is_safe: bool) -> None:
        """Judge, every two seconds; in safe mode no module runs that could be judged."""
        if time.monotonic() < self._look_at:
            return
        self._look_at = time.monotonic() + LOOK_SECONDS
        record_deaths(self._engine, self._config)
        self._try_services_again()
        if is_safe or acquire(self._engine, name=LEASE, owner=owner_here(self._node)) is None:
            return
        with self._app.app_context():
            try:
                if watch_change(self._node) is None:
                    quarantine_modules()
                if time.monotonic() > self._tidy_at:
                    self._tidy_at = time.monotonic() + TIDY_SECONDS
                    forget_old_strikes()
            except Exception:
                log.exception("the modules could not be judged")
            finally:
                db.session.rollback()

    def _try_services_again(self) -> None:
        """Start services that were given up: when their pause is over, or when an administrator wants it."""
        for service in self._services.given_up():
            since, at, tries = self._given_up.setdefault(service.key, (time.monotonic(), now(), 0))
            pause = RETRY_PAUSES[min(tries, len(RETRY_PAUSES) - 1)]
            if time.monotonic() > since + pause or self._is_wished(service.key, at):
                log.info("the service %s.%s is tried again", *service.key)
                self._given_up[service.key] = (float("inf"), now(), tries + 1)
                service.try_again()
            elif since == float("inf"):
                self._given_up[service.key] = (time.monotonic(), now(), tries)

    def _is_wished(self, key: Key, since: datetime) -> bool:
        name = wish_key(".".join(key))
        with self._engine.connect() as connection:
            at: Any = connection.scalar(select(InstallationFact.changed_at).where(InstallationFact.key == name))
        return at is not None and at > since
