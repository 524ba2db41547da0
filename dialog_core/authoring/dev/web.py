# SPDX-License-Identifier: Apache-2.0
"""The process that serves one load of the module: it boots, or shows why it does not, until the next change."""

from __future__ import annotations

import faulthandler
import json
import logging
import secrets
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from jinja2 import FileSystemBytecodeCache

from dialog_core.app import create_app
from dialog_core.authoring.dev.calls import HookCall, in_full, observe
from dialog_core.authoring.dev.panel import Loaded, Panel
from dialog_core.authoring.dev.requests import count_call
from dialog_core.authoring.dev.serving import Outermost, serve
from dialog_core.authoring.dev.source import read_module
from dialog_core.authoring.dev.terminal import complain, say
from dialog_core.authoring.translating import compile_translations
from dialog_core.config import Config
from dialog_core.errors import DialogError
from dialog_core.events import set_retirement
from dialog_core.modules import Heartbeat, SourceModule, Started, examine_started, flush_incidents, start_from_source
from dialog_core.server import Front, Stopping, end_with_parent, set_up_logging

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

SLOW_START_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Bench:
    """What every load of the module has in common; `token` is the secret of this start."""

    root: Path
    source: SourceModule
    config: Config
    listener: socket.socket
    token: str


class ProcessDied(Exception):
    """A process ended while the module was loaded, and could not say why."""


@dataclass(frozen=True, slots=True)
class News:
    """What the process tells its parent once: whether the module runs, and whether it has services."""

    runs: bool
    has_services: bool = False
    seconds: float = 0.0

    def to_line(self) -> bytes:
        """Return it as a line."""
        return json.dumps([self.runs, self.has_services, self.seconds]).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> News:
        """Read a line."""
        return cls(*json.loads(line))


def run_web(bench: Bench, tell: socket.socket, problem: str = "") -> int:
    """Load the module and serve it, or the error in its place, until told to stop.

    Args:
        tell: takes `News`; a parent that hears nothing any more has started another process.
        problem: why the process before this one died; then the module is not tried again.
    """
    begun = time.perf_counter()
    set_up_logging("web")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    stopping = Stopping()
    end_with_parent()
    set_retirement(lambda: stopping.is_set)
    boot = secrets.token_hex(4)
    heartbeat: Heartbeat | None = None
    application: WSGIApplication | None = None
    error: BaseException | None = None
    news = News(False)
    try:
        if problem:
            raise ProcessDied(problem)
        started, application = _load(bench, boot)
        heartbeat = Heartbeat(bench.config, started.running)
        services = any(module.manifest.capabilities.services for module in started.running.modules)
        news = News(True, services, time.perf_counter() - begun)
    except BaseException as raised:  # noqa: BLE001 - whatever the module raises is for its author to see
        error = raised
        complain(str(raised) if isinstance(raised, (DialogError, ProcessDied)) else in_full(raised))
    outermost = Outermost(application, boot=boot, package=bench.source.package, stopping=stopping, problem=error)
    try:
        tell.sendall(news.to_line())
    except BrokenPipeError:
        return 0
    tell.close()
    if heartbeat is not None:
        heartbeat.start()
    serve(bench.listener, outermost, stopping)
    if heartbeat is not None:
        flush_incidents()
        heartbeat.stop()
    return 0


def _load(bench: Bench, boot: str) -> tuple[Started, WSGIApplication]:
    faulthandler.dump_traceback_later(SLOW_START_SECONDS, file=sys.stderr)
    try:
        source = read_module(bench.root)
        if (source.name, source.package) != (bench.source.name, bench.source.package):
            raise ProcessDied(f"The module is called {source.name} now. Start `dialog module dev` again.")
        compile_translations(source.package)
        started = start_from_source(bench.config, source)
        observe(started.running.hooks, _seen)
        app = create_app(bench.config, started.running)
        examine_started(bench.config, started, app)
    finally:
        faulthandler.cancel_dump_traceback_later()
    if started.tables_anew:
        say("A migration that had run was changed: the module's tables were made anew, what was in them is gone.")
    findings = [f"{finding.check}: {finding.text}" for finding in started.findings]
    for finding in findings:
        complain(f"! {finding}")
    app.config.update(
        PROPAGATE_EXCEPTIONS=True,
        SESSION_COOKIE_NAME=f"dialog_dev_session_{bench.config.port}",  # cookies don't know ports
    )
    templates = bench.config.home / "templates"
    templates.mkdir(exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(templates))  # the platform's are compiled only once
    page = _first_page(app, source.name)
    Panel(app, Loaded(source.name, page, findings, boot), token=bench.token, port=bench.config.port)
    return started, Front(bench.config, started.running, app.wsgi_app)


def _seen(call: HookCall) -> None:
    count_call(call)
    if call.error:
        complain(f"{call.module}: the hook {call.hook} failed\n{call.trace}")


def _first_page(app: Flask, name: str) -> str:
    """Return a page of the module that needs nothing to be filled in, else the one about it."""
    rules = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith(f"{name}.") and "GET" in (rule.methods or ()) and not rule.arguments
    ]
    return min(rules, key=len, default=f"/modules/{name}")
