# SPDX-License-Identifier: Apache-2.0
"""What holds for every service: it says how it goes, ends when told, and outlives a far side that is gone."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

from flask import Flask

from dialog_core.hookspecs.jobs import Service, ServiceContext
from dialog_core.modules import current_settings
from dialog_core.runtime import runtime
from dialog_core.testing.far_side import FarSide
from dialog_core.testing.hurry import hurried
from dialog_core.testing.platform import ModulePlatform

GRACE = 5.0
"""Seconds that a service has from the request to end, as in the platform (`ServiceContext.stopping`)."""


class Running:
    """A service at work in a thread, as it would be in a process of its own."""

    def __init__(self, app: Flask, service: Service, settings: Mapping[str, Any]) -> None:
        self.reports: list[tuple[bool, str]] = []
        self.stopping = threading.Event()
        self.error: BaseException | None = None
        log = logging.getLogger("dialog.test")
        context = ServiceContext(settings, self.stopping, log, lambda ok, text: self.reports.append((ok, text)))
        self._thread = threading.Thread(target=self._run, args=(app, service, context), name=f"service {service.name}")

    def __enter__(self) -> Self:
        """Start it."""
        self._thread.daemon = True
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Tell it to end, and insist that it does."""
        self.stopping.set()
        self._thread.join(GRACE)
        assert not self._thread.is_alive(), f"it did not end within {GRACE:g} s after it was told to"

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._thread.is_alive()

    def wait_until(self, is_so: Callable[[], bool], what: str, *, seconds: float) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + seconds
        while not is_so():
            assert self.is_alive, f"it ended by itself: {self.error!r}; it reported {self.reports}"
            assert time.monotonic() < deadline, f"{what} did not happen in {seconds:g} s; it reported {self.reports}"
            time.sleep(0.02)

    def _run(self, app: Flask, service: Service, context: ServiceContext) -> None:
        try:
            with app.app_context():
                service.run(context)
        except BaseException as error:  # noqa: BLE001 - the suite tells it
            self.error = error


class ServiceSuite:
    """Inherit it once for each service, and name the service in `service`."""

    service: ClassVar[str]
    patience: ClassVar[float] = 20.0
    """Seconds within which the service must have noticed what happens to the far side."""

    def settings(self, far_side: FarSide) -> dict[str, Any]:
        """Return settings with which the service reaches the far side."""
        raise NotImplementedError

    def accept(self, far_side: FarSide) -> None:
        """Let the far side answer as it does when all is well."""
        far_side.answer()

    def test_it_reports_that_it_works_and_ends_when_told(self, platform: ModulePlatform, far_side: FarSide) -> None:
        """An administrator sees a line on the module's page; a change of settings ends the service within 5 s."""
        self.accept(far_side)
        with self._running(platform, far_side) as running:
            running.wait_until(
                lambda: (True, True) in _seen(running), "a report that all is well", seconds=self.patience
            )
            begin = time.monotonic()
        assert time.monotonic() - begin < GRACE
        assert running.error is None, f"it raised when it was told to end: {running.error!r}"

    def test_it_outlives_a_far_side_that_is_gone(self, platform: ModulePlatform, far_side: FarSide) -> None:
        """While nobody listens there it says so and goes on trying; when they are back it works again."""
        self.accept(far_side)
        far_side.close()
        with self._running(platform, far_side) as running:
            running.wait_until(lambda: (False, True) in _seen(running), "a report that it fails", seconds=self.patience)
            far_side.open()
            running.wait_until(lambda: running.reports[-1][0], "a report that all is well again", seconds=self.patience)
        assert running.error is None

    def test_a_far_side_that_does_not_answer_is_told(self, platform: ModulePlatform, far_side: FarSide) -> None:
        """Requests have time-outs (a hundred times shorter in this test), and what waits too long is reported."""
        far_side.stall(30)
        with hurried() as chosen, self._running(platform, far_side) as running:
            running.wait_until(lambda: (False, True) in _seen(running), "a report that it fails", seconds=self.patience)
            far_side.answer()
        assert all(timeouts.get("read") is not None for timeouts in chosen), "a request waits for ever"

    def test_it_says_whether_it_is_wanted(self, platform: ModulePlatform, far_side: FarSide) -> None:
        """`wanted` is asked with whatever settings there are, and answers with a bool."""
        service = self._service(platform)
        assert isinstance(service.wanted({}), bool), "with no settings at all"
        platform.settings(**self.settings(far_side))
        assert service.wanted(current_settings(platform.module.name)) is True, "with the settings of this suite"

    def test_secrets_stay_out_of_its_reports(self, platform: ModulePlatform, far_side: FarSide) -> None:
        """What it reports stands on a page: no secret may be in it, whatever the far side answers."""
        values = self.settings(far_side)
        far_side.answer(500, body=" ".join(map(str, values.values())).encode())
        with self._running(platform, far_side) as running:
            running.wait_until(lambda: bool(running.reports), "a report", seconds=self.patience)
        told = " ".join(text for _, text in running.reports)
        for name in platform.module.manifest.capabilities.secrets:
            assert not values.get(name) or str(values[name]) not in told, f"the secret {name} stands in a report"

    def _running(self, platform: ModulePlatform, far_side: FarSide) -> Running:
        platform.settings(**self.settings(far_side))
        return Running(platform.app, self._service(platform), current_settings(platform.module.name))

    def _service(self, platform: ModulePlatform) -> Service:
        found = [item.value for item in runtime().hooks.collect("services") if item.module == platform.module.name]
        named: dict[str, Service] = {service.name: service for service in found}
        assert self.service in named, f"the module has no service {self.service}; it has: {', '.join(named) or 'none'}"
        return named[self.service]


def _seen(running: Running) -> set[tuple[bool, bool]]:
    return {(ok, bool(text)) for ok, text in running.reports}
