# SPDX-License-Identifier: Apache-2.0
"""Start and stop what is measured, and weigh it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from client import Connection, request

DIALOG = Path(sys.executable).with_name("dialog")
HERE = Path(__file__).resolve().parent
PASSWORD = "measure-me-42-times"
EMAIL = "bench@demo.example"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def copy_home(source: Path, target: Path) -> Path:
    """Copy a filled home, so that the measured writes do not stay in it."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    return target


def command(home: Path, *arguments: str, given: str = "") -> str:
    """Run `dialog` on a home and return what it prints."""
    environment = os.environ | {"DIALOG_HOME": str(home)}
    done = subprocess.run(
        [DIALOG, *arguments], env=environment, input=given, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"dialog {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


@contextmanager
def platform(home: Path, port: int) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """Run `dialog up` and yield it with the seconds until it was ready."""
    environment = os.environ | {"DIALOG_HOME": str(home), "PORT": str(port), "DIALOG_WEB_WORKERS": "2"}
    with _started([str(DIALOG), "up"], environment, port, "/readyz") as found:
        yield found


@contextmanager
def minimal(plan: Path, port: int) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """Run the bare application in the same server with as many workers."""
    environment = os.environ | {"DIALOG_BENCH_PLAN": str(plan)}
    arguments = ["-w", "2", "-k", "gthread", "--threads", "32", "-b", f"127.0.0.1:{port}", "--chdir", str(HERE)]
    arguments += ["--log-level", "warning", "--keep-alive", "15"]
    with _started([sys.executable, "-m", "gunicorn", *arguments, "minimal:app"], environment, port, "/") as found:
        yield found


@contextmanager
def _started(
    arguments: list[str], environment: dict[str, str], port: int, path: str
) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    begun = time.perf_counter()
    process = subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        _wait(process, port, path)
        yield process, time.perf_counter() - begun
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _wait(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    for _ in range(3_000):
        if process.poll() is not None:
            raise SystemExit("the server ended before it was ready")
        try:
            status, _, _ = Connection(port).send(request("GET", path).raw)
        except OSError:
            status = 0
        if status and status < 500:
            return
        time.sleep(0.02)
    raise SystemExit("the server did not become ready")


def sign_in(port: int) -> str:
    """Sign in as a browser does and return the cookie."""
    connection = Connection(port)
    _, headers, page = connection.send(request("GET", "/sign-in").raw)
    cookie = headers.get("set-cookie", "").split(";")[0]
    token = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page)
    entries = {"email": EMAIL, "password": PASSWORD, "csrf_token": token[1].decode() if token else ""}
    form = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    sent = request("POST", "/sign-in", headers=form, body=urlencode(entries).encode())
    status, headers, page = connection.send(sent.raw)
    if status not in {302, 303}:
        raise SystemExit(f"sign-in was answered with {status}")
    return headers["set-cookie"].split(";")[0]


def weights(process: subprocess.Popen[bytes]) -> dict[str, float]:
    """Return the PSS in MiB of every process of the tree, by what it is."""
    return {f"{name} [{pid}]": _pss(pid) for pid, name in _tree(process)}


def processor_seconds(process: subprocess.Popen[bytes], *, with_ended: bool = False) -> float:
    """Return the processor time that the tree has used: a measure that other work on the machine hardly touches.

    Args:
        with_ended: count what ended processes have used, too.
    """
    ticks = 0
    for pid, _ in _tree(process):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        ticks += sum(int(field) for field in fields[11 : 15 if with_ended else 13])
    return ticks / os.sysconf("SC_CLK_TCK")


def _tree(process: subprocess.Popen[bytes]) -> list[tuple[int, str]]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents.setdefault(int(entry.read_text().rsplit(")", 1)[1].split()[1]), []).append(int(entry.parent.name))
        except (OSError, ValueError):
            continue
    found: list[tuple[int, str]] = []
    waiting = [(process.pid, "up")]
    while waiting:
        pid, name = waiting.pop()
        found.append((pid, name))
        waiting += [(child, f"{name}/{_title(child)}") for child in parents.get(pid, [])]
    return found


def _title(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return "?"


def _pss(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    found = re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0
