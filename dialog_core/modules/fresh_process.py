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
from collections.abc import Mapping
from contextlib import suppress
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
    with tempfile.TemporaryDirectory(prefix="dialog-fresh-", ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        (folder / "question.json").write_text(json.dumps(question))
        kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        with (folder / "output.txt").open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-I", "-m", module, scratch],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=scratch,
                start_new_session=True,
                env={**kept, "HOME": scratch, "TMPDIR": scratch, **environ},
            )
        try:
            code: int | None = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        return _read_answer(folder, code, seconds)


def _read_answer(folder: Path, code: int | None, seconds: float) -> dict[str, Any]:
    stage = folder / "stage.txt"
    doing = stage.read_text() if stage.exists() else ""
    if code is None:
        raise ProcessEnded(doing, f"it did not finish within {seconds:g} s")
    try:
        answer = json.loads((folder / "answer.json").read_text())
    except (OSError, ValueError):
        tail = (folder / "output.txt").read_text(errors="replace").strip()[-600:]
        how = f"it was killed by signal {-code}" if code < 0 else f"it ended by itself with code {code}"
        raise ProcessEnded(doing, f"{how}. {tail}".strip()) from None
    if not isinstance(answer, dict):
        raise ProcessEnded(doing, "its answer cannot be read")
    return answer


class FreshProcess:
    """The inside of a fresh process: what it was asked, what it is doing, what it answers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.question: dict[str, Any] = json.loads((folder / "question.json").read_text())

    def stage(self, text: str) -> None:
        """Say what is being done, for the case that it does not end well."""
        (self.folder / "stage.txt").write_text(text)

    def answer(self, values: Mapping[str, Any]) -> None:
        """Answer, whole or not at all."""
        fresh = self.folder / "answer.json.new"
        fresh.write_text(json.dumps(values, default=str))
        fresh.replace(self.folder / "answer.json")


def limit_this_process(*, memory_mib: int, cpu_seconds: int, file_mib: int = 256) -> None:
    """Limit what this process and what it starts may use."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_mib * MIB, memory_mib * MIB))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_mib * MIB, file_mib * MIB))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
