# SPDX-License-Identifier: Apache-2.0
"""The listening socket: opened once by the outermost parent, handed down, so that no restart ever closes the port."""

from __future__ import annotations

import errno
import os
import socket

from dialog_core.config import Config
from dialog_core.errors import SetupProblem

LISTEN_VARIABLE = "DIALOG_LISTEN_FD"
BACKLOG = 2048


def open_listener(config: Config) -> socket.socket:
    """Listen on the configured address, or take over the socket that the parent process handed down.

    Raises:
        SetupProblem: the port is taken or the address is not one of this machine.
    """
    handed = os.environ.pop(LISTEN_VARIABLE, "")
    if handed.isdigit():
        return socket.socket(fileno=int(handed))
    family = socket.AF_INET6 if ":" in config.bind else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((config.bind, config.port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise _problem(config, error) from error
    return listener


def local_host(config: Config) -> str:
    """Return the host under which this machine reaches the platform."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(config.bind, config.bind)  # noqa: S104


def local_url(config: Config) -> str:
    """Return the address under which this machine reaches the platform, without a slash at the end."""
    host = local_host(config)
    return f"http://[{host}]:{config.port}" if ":" in host else f"http://{host}:{config.port}"


def _problem(config: Config, error: OSError) -> SetupProblem:
    if error.errno == errno.EADDRINUSE:
        return SetupProblem(
            "Port %(port)s of %(bind)s is taken by another program. Stop it, or set PORT to a free port.",
            port=str(config.port), bind=config.bind,
        )  # fmt: skip
    if error.errno == errno.EACCES:
        return SetupProblem("You may not listen on port %(port)s. Set PORT to one above 1023.", port=str(config.port))
    return SetupProblem(
        "The platform cannot listen on %(bind)s: %(reason)s. Check DIALOG_BIND and PORT.",
        bind=config.bind, reason=error.strerror or error,
    )  # fmt: skip
