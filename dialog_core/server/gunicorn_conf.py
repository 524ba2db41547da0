# SPDX-License-Identifier: Apache-2.0
"""gunicorn's configuration. Its master imports the core, so that workers fork quickly, but opens nothing."""

from __future__ import annotations

import os
import sys
from typing import Any

from dialog_core.config import Config
from dialog_core.events import MAX_STREAMS, set_retirement
from dialog_core.server import front
from dialog_core.server.logs import set_up_logging
from dialog_core.server.parent_death import end_with_parent, request_death_signal

_config = Config.from_environment()

wsgi_app = "dialog_core.server.gunicorn_conf:make_application()"
bind = [f"fd://{os.environ['DIALOG_GUNICORN_FD']}"]
workers = _config.web_workers
worker_class = "gthread"
# A live stream occupies a thread for as long as its page is open.
threads = MAX_STREAMS + 64
worker_connections = 4 * threads
keepalive = 15
# A worker that boots may have to build its generation first.
timeout = 120
graceful_timeout = 30
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True
# Only ProxyFix believes X-Forwarded headers, and only as many as DIALOG_TRUSTED_PROXIES says.
forwarded_allow_ips = ""
# gunicorn puts the folder that it works in first on the import path, which must not hold another dialog_core.
chdir = sys.prefix
proc_name = "dialog-web"

_front: front.Front | None = None
_heartbeat: Any = None


def on_starting(server: Any) -> None:  # noqa: ARG001
    """Tie the master to `dialog web`."""
    set_up_logging("web")
    end_with_parent()


def post_fork(server: Any, worker: Any) -> None:  # noqa: ARG001
    """Tie the worker to the master, and let its live streams know when it retires."""
    request_death_signal()
    set_retirement(lambda: not worker.alive)


def make_application() -> front.Front:
    """Boot the worker, in its own process."""
    global _front  # noqa: PLW0603 - one application per worker process
    _front = front.make_front(_config)
    return _front


def post_worker_init(worker: Any) -> None:  # noqa: ARG001
    """Acknowledge the generation, now that the worker is about to serve."""
    global _heartbeat  # noqa: PLW0603 - one per worker process
    from dialog_core.modules import Heartbeat

    if _front is not None:
        _heartbeat = Heartbeat(_config, _front.running)
        _heartbeat.start()


def worker_exit(server: Any, worker: Any) -> None:  # noqa: ARG001
    """Say goodbye; gunicorn calls this in the worker, and in the master for a worker that is gone already."""
    if worker.pid != os.getpid():
        return
    if _heartbeat is not None:
        from dialog_core.modules import flush_incidents

        flush_incidents()
        _heartbeat.stop()
    if _front is not None:
        _front.close()
