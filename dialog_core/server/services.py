# SPDX-License-Identifier: Apache-2.0
"""Services of modules: each has one owner in the cluster, held by a lease, and a process of its own."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from dialog_core.jobs import LEASE_SECONDS, acquire, release, renew
from dialog_core.server import service_process
from dialog_core.server.children import Child, python_module, stop_all
from dialog_core.server.service_lister import Key

log = logging.getLogger("dialog.server")
RENEW_SECONDS = 2.0
MARGIN_SECONDS = 3.0
STOP_SECONDS = 7.0

GiveUp = Callable[[Key], None]


class OwnedService:
    """One service: waits for its lease, then runs while it is held.

    Args:
        generation, revision: what it runs with; with others it is another `OwnedService`.
        given_up: called once when it died too often.
    """

    def __init__(
        self, key: Key, *, engine: Engine, owner: str, generation: int | None, revision: int, given_up: GiveUp
    ) -> None:
        self.key = key
        self.made_for = (generation, revision)
        self._engine = engine
        self._owner = owner
        self._given_up = given_up
        self._name = f"service:{key[0]}.{key[1]}"
        self._fence: int | None = None
        self._renewed = 0.0
        command = python_module("dialog_core.server.service_process", *key)
        self._child = Child(self._name, command, main=partial(service_process.main, *key), gives_up=True)

    @property
    def pid(self) -> int | None:
        """Process id while it runs here."""
        return self._child.pid

    @property
    def has_given_up(self) -> bool:
        """Whether it died too often."""
        return self._child.has_given_up

    def try_again(self) -> None:
        """Begin anew after it was given up."""
        self._child.try_again()

    def look(self) -> None:
        """Renew or try the lease, and keep the process alive while it is held."""
        if self._child.has_given_up:
            return
        if time.monotonic() >= self._renewed + RENEW_SECONDS:
            self._hold()
        if self._fence is None:
            if self._child.is_alive():
                log.warning("%s lost its lease and is ended here", self._name)
                self._child.kill()
            return
        if not self._child.keep():
            self._let_go()
            self._given_up(self.key)

    def ask_to_stop(self) -> None:
        """Ask the process to end; it has five seconds, and two more to be killed."""
        self._child.ask_to_stop(seconds=STOP_SECONDS)

    def has_stopped(self) -> bool:
        """Whether the process has ended after `ask_to_stop`; then the lease is given back."""
        self._renew_while_stopping()
        if not self._child.has_stopped():
            return False
        self._let_go()
        return True

    @property
    def child(self) -> Child:
        """The process, to be stopped with others."""
        return self._child

    def _hold(self) -> None:
        try:
            if self._fence is not None:
                if renew(self._engine, name=self._name, owner=self._owner, fence=self._fence):
                    self._renewed = time.monotonic()
                    return
                self._fence = None
                if self._child.is_alive():
                    return  # ended first; the lease is tried again after that
            begin = time.monotonic()
            self._fence = acquire(self._engine, name=self._name, owner=self._owner, generation=self.made_for[0] or 0)
            self._renewed = begin
        except SQLAlchemyError as error:
            if self._fence is not None and time.monotonic() > self._renewed + LEASE_SECONDS - MARGIN_SECONDS:
                log.warning("the lease of %s cannot be renewed in time: %s", self._name, error)
                self._fence = None

    def _renew_while_stopping(self) -> None:
        if self._fence is not None and time.monotonic() >= self._renewed + RENEW_SECONDS:
            self._hold()

    def _let_go(self) -> None:
        if self._fence is not None:
            try:
                release(self._engine, name=self._name, owner=self._owner, fence=self._fence)
            except SQLAlchemyError as error:
                log.warning("the lease of %s runs out by itself: %s", self._name, error)
            self._fence = None


class Services:
    """All services of a node."""

    def __init__(self, engine: Engine, *, owner: str, given_up: GiveUp) -> None:
        self._engine = engine
        self._owner = owner
        self._given_up = given_up
        self._running: dict[Key, OwnedService] = {}
        self._ending: dict[Key, OwnedService] = {}

    def want(self, keys: Iterable[Key], generation: int | None, revisions: Mapping[str, int]) -> None:
        """Start, replace and end services so that exactly these run, with this generation and these settings."""
        wanted = {key: (generation, revisions.get(key[0], 0)) for key in keys}
        for key, service in list(self._running.items()):
            if wanted.get(key) != service.made_for:
                service.ask_to_stop()
                self._ending[key] = self._running.pop(key)
        for key, made_for in wanted.items():
            if key not in self._running and key not in self._ending:
                self._running[key] = OwnedService(
                    key, engine=self._engine, owner=self._owner, generation=made_for[0], revision=made_for[1],
                    given_up=self._given_up,
                )  # fmt: skip

    def look(self) -> None:
        """Do what is due for each service; call this every second or more often."""
        for key, service in list(self._ending.items()):
            if service.has_stopped():
                del self._ending[key]
        for service in self._running.values():
            service.look()

    def given_up(self) -> list[OwnedService]:
        """Return those that died too often here."""
        return [service for service in self._running.values() if service.has_given_up]

    def kill_stuck(self, stuck: Collection[int]) -> None:
        """Kill those that do not come back; they are started again."""
        for service in self._running.values():
            if service.pid in stuck:
                log.error("the process of %s.%s is stuck and is killed", *service.key)
                service.child.kill()

    def stop(self) -> None:
        """End all services, side by side, and give their leases back."""
        everything = [*self._running.values(), *self._ending.values()]
        stop_all([service.child for service in everything], seconds=STOP_SECONDS)
        for service in everything:
            service.has_stopped()
        self._running.clear()
        self._ending.clear()
