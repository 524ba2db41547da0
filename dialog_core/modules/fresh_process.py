# SPDX-License-Identifier: Apache-2.0
"""Run code of modules in a fresh process, watched from outside; it answers with one JSON document in a file."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TZ")
MIB = 1024 * 1024


class ProcessEnded(Exception):
    """The process gave no answer.

    Attributes:
        stage: what it was doing, in words of its own; `reason`: how it ended.
    """

    def __init__(self, stage: str, reason: str) -> None:
        self.stage = stage
        self.reason = reason
        super().__init__(f"{reason} ({stage})" if stage else reason)


def run_fresh(
    module: str, question: Mapping[str, Any], *, environ: Mapping[str, str], seconds: float
) -> dict[str, Any]:
    """Run `python -m module FOLDER` and return its answer.

    Args:
        module: import path; its `main` calls `answer_in_fresh_process`.
        question: JSON values that it is given.
        environ: its whole environment, beside what every program needs.
        seconds: time limit; then it and all of its children are killed.

    Raises:
        ProcessEnded: it did not answer.
    """
    process = _early.pop(module, None) or _Fresh(module, environ)
    with closing(process):
        return process.ask(question, seconds=seconds)


@contextmanager
def started_early(module: str, *, environ: Mapping[str, str]) -> Iterator[None]:
    """Start a fresh process now: it imports the platform while this one does something else.

    The next `run_fresh` of this module in the block takes it.
    """
    _early[module] = _Fresh(module, environ)
    try:
        yield
    finally:
        unused = _early.pop(module, None)
        if unused is not None:
            unused.close()


_early: dict[str, _Fresh] = {}


class _Fresh:
    """The outside of a fresh process: it waits for its question on standard input."""

    def __init__(self, module: str, environ: Mapping[str, str]) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="dialog-fresh-", ignore_cleanup_errors=True)
        self._folder = Path(self._scratch.name)
        kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        scratch = self._scratch.name
        with (self._folder / "output.txt").open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-m", module, scratch],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=scratch,
                start_new_session=True,
                env={**kept, "HOME": scratch, "TMPDIR": scratch, **environ},
            )

    def ask(self, question: Mapping[str, Any], *, seconds: float) -> dict[str, Any]:
        """Ask, and wait for the answer."""
        assert self._process.stdin is not None, "it is a pipe"
        with suppress(BrokenPipeError):  # it ended; its output says why
            self._process.stdin.write(json.dumps(question).encode())
            self._process.stdin.close()
        try:
            code: int | None = self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            code = None
        self._kill()
        return _read_answer(self._folder, code, seconds)

    def close(self) -> None:
        """End it with all that it started, and remove what it wrote."""
        self._kill()
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        self._scratch.cleanup()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def _read_answer(folder: Path, code: int | None, seconds: float) -> dict[str, Any]:
    stage = folder / "stage.txt"
    doing = stage.read_text() if stage.exists() else ""
    if code is None:
        raise ProcessEnded(doing, f"it did not finish within {seconds:g} s")
    try:
        answer = json.loads((folder / "answer.json").read_text())
    except (OSError, ValueError):
        tail = (folder / "output.txt").read_text(errors="replace").strip()[-600:]
        if code == -signal.SIGALRM:
            raise ProcessEnded(doing, "that did not end in time") from None
        how = f"it was killed by signal {-code}" if code < 0 else f"it ended by itself with code {code}"
        raise ProcessEnded(doing, f"{how}. {tail}".strip()) from None
    if not isinstance(answer, dict):
        raise ProcessEnded(doing, "its answer cannot be read")
    return answer


class FreshProcess:
    """The inside of a fresh process: what it was asked, what it is doing, what it answers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.question: dict[str, Any] = json.loads(sys.stdin.buffer.read())

    def stage(self, text: str) -> None:
        """Say what is being done, for the case that it does not end well."""
        (self.folder / "stage.txt").write_text(text)

    def answer(self, values: Mapping[str, Any]) -> None:
        """Answer, whole or not at all."""
        fresh = self.folder / "answer.json.new"
        fresh.write_text(json.dumps(values, default=str))
        fresh.replace(self.folder / "answer.json")


@contextmanager
def end_after(seconds: float) -> Iterator[None]:
    """Let the kernel end this process when a block takes longer: no code in the block can swallow that."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def limit_this_process(*, memory_mib: int, cpu_seconds: int, file_mib: int = 256) -> None:
    """Limit what this process and what it starts may use."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_mib * MIB, memory_mib * MIB))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_mib * MIB, file_mib * MIB))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
