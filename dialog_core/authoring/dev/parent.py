# SPDX-License-Identifier: Apache-2.0
"""`dialog module dev`: holds the port, has the platform imported and no module, and forks a child for every load."""

from __future__ import annotations

import os
import secrets
import socket
from functools import partial
from pathlib import Path

from dialog_core.authoring.dev.background import Background
from dialog_core.authoring.dev.first_start import make_ready
from dialog_core.authoring.dev.home import config_of, require_there, scratch_home
from dialog_core.authoring.dev.serving import PREFIX
from dialog_core.authoring.dev.source import read_module
from dialog_core.authoring.dev.terminal import say
from dialog_core.authoring.dev.watching import Watcher, forget_bytecode
from dialog_core.authoring.dev.web import Bench, News, run_web
from dialog_core.modules import import_from_source, remember_platform
from dialog_core.server import Child, Stopping, describe_exit, local_url, open_listener, set_up_logging, stop_all

HOME = ".dialog-dev"
LOOK_SECONDS = 0.1
STOP_SECONDS = 5.0
MOST_NAMED = 3


def run_dev(root: Path, *, port: int, home: Path | None = None) -> None:
    """Run a module from its folder until Ctrl-C.

    Args:
        home: the scratch home; `.dialog-dev` in the module's folder when None.

    Raises:
        SetupProblem: there is no module, the port is taken, or the home is not a scratch home or in use.
        WrongValue: module.toml is not in order.
    """
    set_up_logging("dev")
    root = root.resolve()
    source = read_module(root)
    stopping = Stopping()
    folder = (home or root / HOME).resolve()
    config = config_of(folder, port)
    with open_listener(config) as listener, scratch_home(folder):
        make_ready(config, say)
        import_from_source(source)
        remember_platform()
        bench = Bench(root, source, config, listener, secrets.token_urlsafe(16))
        loop = Loop(bench)
        try:
            loop.run(stopping)
        finally:
            say("Stopping …")
            loop.stop()


class Loop:
    """Keeps one web process on the module as it is now, and jobs and services beside it while the module runs."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._watcher = Watcher(bench.source.package, bench.root / "pyproject.toml")
        self._background = Background(bench.config, bench.source.name)
        self._web: WebChild | None = None
        self._retiring: list[Child] = []
        self._was_shown = False

    def run(self, stopping: Stopping) -> None:
        """Work until told to stop."""
        self._load()
        while not stopping.wait(LOOK_SECONDS):
            require_there(self._bench.config.home)
            changed = self._watcher.changes()
            if changed:
                self._tell_changed(changed)
                forget_bytecode(changed)
                self._load()
            self._look()
            self._background.look()

    def stop(self) -> None:
        """End every child."""
        children = [*self._retiring, *([self._web.child] if self._web is not None else [])]
        for child in children:
            child.ask_to_stop(seconds=STOP_SECONDS)
        self._background.stop()
        stop_all(children, seconds=STOP_SECONDS)

    def _load(self, problem: str = "") -> None:
        """Start a process with the module as it is now; the one before finishes the requests it has in hand."""
        self._background.pause()
        if self._web is not None:
            self._web.retire()
            self._retiring.append(self._web.child)
        self._web = WebChild(self._bench, problem)

    def _look(self) -> None:
        self._retiring = [child for child in self._retiring if not child.has_stopped()]
        assert self._web is not None, "the first was started before"
        news = self._web.news()
        if news is not None:
            self._tell(news)
            if news.runs:
                self._background.begin(has_services=news.has_services)
        elif not self._web.child.is_alive():
            self._replace_dead(self._web)

    def _replace_dead(self, web: WebChild) -> None:
        """Start another process: with the module, if that served well, else with the news of its death."""
        how = describe_exit(web.child.exit_code)
        say(f"The web process ended: {how}.")
        self._load("" if web.did_run else f"The process ended while it loaded the module: {how}.")

    def _tell(self, news: News) -> None:
        name = self._bench.source.name
        if not self._was_shown:
            self._was_shown = True
            url = f"{local_url(self._bench.config)}{PREFIX}sign-in/{self._bench.token}"
            say(f"Ready. Open this link, it signs you in as administrator: {url}")
        elif news.runs:
            say(f"{name} loaded in {news.seconds:.2f} s")
        if not news.runs:
            say(f"{name} does not start; the browser shows why, and the next change is tried at once.")

    def _tell_changed(self, paths: list[str]) -> None:
        names = [os.path.relpath(path, self._bench.root) for path in paths[:MOST_NAMED]]
        more = f" and {len(paths) - MOST_NAMED} more" if len(paths) > MOST_NAMED else ""
        say(f"Changed: {', '.join(names)}{more}")


class WebChild:
    """One web process and what it tells."""

    def __init__(self, bench: Bench, problem: str) -> None:
        self._ear, mouth = socket.socketpair()
        self._ear.setblocking(False)
        self.child = Child("web", (), main=partial(run_web, bench, mouth, problem))
        self.child.start()
        mouth.close()
        self.did_run = False
        self._is_told = False

    def news(self) -> News | None:
        """Return what it told since the last look; None most of the time."""
        if self._is_told:
            return None
        try:
            line = self._ear.recv(1000)
        except BlockingIOError:
            return None
        self._is_told = True
        self._ear.close()
        if not line:  # it died without a word; whoever looks sees that
            return None
        news = News.from_line(line)
        self.did_run = news.runs
        return news

    def retire(self) -> None:
        """Let it finish its requests; one that is still loading has none, and must not disturb its successor."""
        if not self._is_told:
            self._ear.shutdown(socket.SHUT_RD)  # from now on it cannot tell that it serves, and so does not
            if self.news() is None:
                self.child.kill()
                return
        self.child.ask_to_stop(seconds=STOP_SECONDS)
