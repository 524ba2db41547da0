# SPDX-License-Identifier: Apache-2.0
"""Live updates: one reader per worker process follows the stream of events and feeds every open page."""

from __future__ import annotations

import json
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from flask import Flask, Response, current_app, request

from dialog_core.database import read_committed
from dialog_core.events.stream import Cursor, StreamEvent, committed_after, last_cursor

log = logging.getLogger("dialog.live")
MAX_STREAMS = 400
POLL_SECONDS = 0.25
HEARTBEAT_SECONDS = 15.0
WATCH_SECONDS = 0.2
MAX_WAITING = 256
MAX_REPLAY = 500
BATCH = 200
RETRY_MS = 1000
BUSY_RETRY_SECONDS = 15

Filter = Callable[[StreamEvent], bool]
RESET = b"event: reset\ndata: {}\n\n"
_EXTENSION = "dialog_live"

_is_retiring: Callable[[], bool] = lambda: False  # noqa: E731 - replaced as a value by `set_retirement`


def set_retirement(is_retiring: Callable[[], bool]) -> None:
    """Say how a stream sees that its worker process is being replaced."""
    global _is_retiring  # noqa: PLW0603 - a fact of the process
    _is_retiring = is_retiring


@dataclass(eq=False, slots=True)
class _Stream:
    wanted: Filter
    waiting: queue.Queue[StreamEvent | None] = field(default_factory=lambda: queue.Queue(MAX_WAITING))
    is_overrun: bool = False

    def end(self) -> None:
        """Wake the stream so that it ends; one with a full queue is awake anyway."""
        with suppress(queue.Full):
            self.waiting.put_nowait(None)


class LiveHub:
    """The open streams of one process, and the thread that feeds them."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._streams: set[_Stream] = set()
        self._thread: threading.Thread | None = None
        self._cursor = Cursor()

    def __len__(self) -> int:
        """Return how many streams are open."""
        return len(self._streams)

    def open(self, wanted: Filter) -> tuple[_Stream, Cursor] | None:
        """Add a stream, and tell from which place on it is fed; None when there are too many."""
        with self._lock:
            if len(self._streams) >= MAX_STREAMS:
                return None
            if self._thread is None or not self._thread.is_alive():
                with read_committed() as session:
                    self._cursor = last_cursor(session)
                self._thread = threading.Thread(target=self._read, name="dialog-live", daemon=True)
                self._thread.start()
                threading.Thread(target=self._watch, args=(self._thread,), name="dialog-live-end", daemon=True).start()
            stream = _Stream(wanted)
            self._streams.add(stream)
            return stream, self._cursor

    def close(self, stream: _Stream) -> None:
        """Forget a stream."""
        with self._lock:
            self._streams.discard(stream)

    def _watch(self, reader: threading.Thread) -> None:
        """End every stream as soon as the worker retires, even while the reader waits for the database."""
        while reader.is_alive():
            if _is_retiring():
                with self._lock:
                    for stream in self._streams:
                        stream.end()
            time.sleep(WATCH_SECONDS)

    def _read(self) -> None:
        while True:
            try:
                with self._app.app_context(), read_committed() as session:
                    found = committed_after(session, self._cursor, BATCH)
            except Exception:  # the database may be away for a while: pages keep their streams
                log.exception("the stream of events cannot be read")
                time.sleep(2.0)
                continue
            with self._lock:
                if not self._streams or _is_retiring():
                    # Whoever notices the end of the worker first tells the streams: the watch ends with this thread.
                    for stream in self._streams:
                        stream.end()
                    self._thread = None
                    return
                if found:
                    self._cursor = found[-1].cursor
                streams = tuple(self._streams)
                for event in found:
                    for stream in streams:
                        _feed(stream, event)
            if len(found) < BATCH:
                time.sleep(POLL_SECONDS)


def _feed(stream: _Stream, event: StreamEvent) -> None:
    try:
        if not stream.is_overrun and stream.wanted(event):
            stream.waiting.put_nowait(event)
    except queue.Full:  # a page that does not keep up starts anew instead of missing something
        stream.is_overrun = True
    except Exception:
        log.exception("a filter of a live stream failed")
        stream.is_overrun = True
        stream.end()  # it waits for something, and nothing will come any more


def live_response(wanted: Filter, *, max_seconds: float | None = None) -> Response:
    """Answer with a stream of what happens, as server-sent events of JSON `{kind, ticket_id, number}`.

    The browser resumes by itself with `Last-Event-ID`; when that place is too far back it is told `reset` and should
    load its page again. The stream holds neither a session nor a transaction.

    Args:
        wanted: whether the person may know of an event and asked for it; called in another thread, so it must not
            touch the request or the database.
        max_seconds: end the stream after that time (the browser comes back, and permissions are looked at again).
    """
    hub: LiveHub = current_app.extensions.setdefault(_EXTENSION, LiveHub(_application()))
    last_seen = request.headers.get("Last-Event-ID") or request.args.get("after", "")
    opened = hub.open(wanted)
    if opened is None:
        answer = Response("Too many pages are open at once.\n", status=503, mimetype="text/plain")
        answer.headers["Retry-After"] = str(BUSY_RETRY_SECONDS)
        return answer
    stream, fed_from = opened
    try:
        start = _start(last_seen, fed_from, wanted)
    except BaseException:
        hub.close(stream)
        raise
    answer = Response(_StreamBody(hub, stream, _messages(stream, start, max_seconds)), mimetype="text/event-stream")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


def stream_count() -> int:
    """Return how many streams this process serves."""
    hub: LiveHub | None = current_app.extensions.get(_EXTENSION)
    return len(hub) if hub else 0


class _StreamBody:
    """The body of an answer. A generator that nobody started is never closed; this one always leaves the hub."""

    def __init__(self, hub: LiveHub, stream: _Stream, messages: Iterator[bytes]) -> None:
        self._hub = hub
        self._stream = stream
        self._messages = messages

    def __iter__(self) -> Iterator[bytes]:
        return self._messages

    def __next__(self) -> bytes:
        return next(self._messages)

    def close(self) -> None:
        """Leave the hub; the server calls this however the connection ended."""
        self._hub.close(self._stream)


@dataclass(frozen=True, slots=True)
class _Start:
    """How a stream begins: with what a page has missed, or with the advice to load itself again."""

    seen: Cursor
    missed: tuple[StreamEvent, ...] = ()
    is_reset: bool = False


def _start(last_seen: str, fed_from: Cursor, wanted: Filter) -> _Start:
    if not last_seen:
        return _Start(fed_from)
    seen = Cursor.parse(last_seen)
    if seen is None:
        return _Start(fed_from, is_reset=True)
    with read_committed() as session:
        found = committed_after(session, seen, MAX_REPLAY + 1)
        newest = last_cursor(session)
    missed = tuple(event for event in found if event.cursor <= fed_from)
    if seen > max(newest, fed_from) or len(missed) > MAX_REPLAY:
        return _Start(fed_from, is_reset=True)
    return _Start(seen, tuple(event for event in missed if wanted(event)))


def _messages(stream: _Stream, start: _Start, max_seconds: float | None) -> Iterator[bytes]:
    begin = time.monotonic()
    yield f"retry: {RETRY_MS}\nid: {start.seen}\n: hello\n\n".encode()
    if start.is_reset:
        yield RESET
    for missed in start.missed:
        yield _message(missed)
    while not stream.is_overrun and not _is_retiring():
        if max_seconds is not None and time.monotonic() - begin > max_seconds:
            return
        try:
            event = stream.waiting.get(timeout=HEARTBEAT_SECONDS)
        except queue.Empty:
            yield b": still here\n\n"
            continue
        if event is None:
            break
        if event.cursor > start.seen:
            yield _message(event)
    if stream.is_overrun:
        yield RESET


def _message(item: StreamEvent) -> bytes:
    event = item.event
    data = json.dumps({"kind": event.kind, "ticket_id": event.ticket_id, "number": event.ticket_number})
    return f"id: {item.cursor}\ndata: {data}\n\n".encode()


def _application() -> Flask:
    application: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return application
