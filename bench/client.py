# SPDX-License-Identifier: Apache-2.0
"""One HTTP client process: keep-alive connections, one thread each, as little work per request as Python allows."""

from __future__ import annotations

import socket
import statistics
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """A request ready to be written to the socket."""

    raw: bytes
    status: int = 200


@dataclass(frozen=True, slots=True)
class Measured:
    """Times in milliseconds, requests per second, and how many answers had another status than asked."""

    p50: float
    p95: float
    p99: float
    per_second: float
    wrong: int
    count: int


def request(
    method: str, path: str, *, headers: dict[str, str] | None = None, body: bytes = b"", status: int = 200
) -> Request:
    """Build a request for the local server."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: */*"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if method not in {"GET", "HEAD"}:
        lines.append(f"Content-Length: {len(body)}")
    return Request("\r\n".join([*lines, "", ""]).encode() + body, status)


class Connection:
    """One keep-alive connection; it is opened again when the server closes it between two requests."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None
        self._rest = b""

    def send(self, raw: bytes) -> tuple[int, dict[str, str], bytes]:
        """Send a request and return status, headers and body."""
        for attempt in (1, 2):
            try:
                return self._exchange(raw)
            except (ConnectionError, EOFError):
                self.close()
                if attempt == 2:
                    raise
        raise AssertionError

    def close(self) -> None:
        """Close the connection."""
        if self._socket is not None:
            self._socket.close()
        self._socket, self._rest = None, b""

    def _exchange(self, raw: bytes) -> tuple[int, dict[str, str], bytes]:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=60)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(raw)
        head, _, rest = self._until(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        length = int(headers.get("content-length", "0"))
        while len(rest) < length:
            rest += self._read()
        self._rest = rest[length:]
        if headers.get("connection", "").lower() == "close":
            self.close()
        return int(lines[0].split(" ")[1]), headers, rest[:length]

    def _until(self, mark: bytes) -> tuple[bytes, bytes, bytes]:
        data = self._rest
        while mark not in data:
            data += self._read()
        return data.partition(mark)

    def _read(self) -> bytes:
        assert self._socket is not None
        data = self._socket.recv(262_144)
        if not data:
            raise EOFError
        return data


def measure(port: int, requests: Iterator[Request], *, concurrency: int, seconds: float, most: int) -> Measured:
    """Send requests for some seconds, or until there were `most`, over `concurrency` connections."""
    lock = threading.Lock()
    times: list[float] = []
    wrong = [0]
    until = time.perf_counter() + seconds

    def work() -> None:
        connection = Connection(port)
        while time.perf_counter() < until:
            with lock:
                following = next(requests, None)
                if following is None or len(times) >= most:
                    break
            begun = time.perf_counter()
            status, _, _ = connection.send(following.raw)
            spent = time.perf_counter() - begun
            with lock:
                times.append(spent * 1_000)
                wrong[0] += status != following.status
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(concurrency)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - begun
    ordered = sorted(times)
    cuts = statistics.quantiles(ordered, n=100) if len(ordered) > 1 else ordered * 99
    return Measured(cuts[49], cuts[94], cuts[98], len(ordered) / spent, wrong[0], len(ordered))
