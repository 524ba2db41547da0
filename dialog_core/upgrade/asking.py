# SPDX-License-Identifier: Apache-2.0
"""Ask another version of the platform something, in a process of its interpreter, without keys and database URL.

The form of it is a contract between versions: a file with the question, a file for the answer, both JSON.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TZ")
SECONDS = 240.0


class NoAnswer(Exception):
    """The other version did not answer; the text says what it said instead."""


def ask(python: str, module: str, question: Mapping[str, Any], *, seconds: float = SECONDS) -> dict[str, Any]:
    """Run `python -m module FOLDER` and return its answer.

    Raises:
        NoAnswer: it ended without one, or took too long.
    """
    with tempfile.TemporaryDirectory(prefix="dialog-ask-", ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        (folder / "question.json").write_text(json.dumps(question))
        kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        with (folder / "output.txt").open("wb") as output:
            process = subprocess.Popen(
                [python, "-I", "-m", module, scratch], stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, cwd=scratch, start_new_session=True,
                env={**kept, "HOME": scratch, "TMPDIR": scratch},
            )  # fmt: skip
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise NoAnswer(f"it did not answer within {seconds:g} s") from None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        return _read(folder)


def _read(folder: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        answer = json.loads((folder / "answer.json").read_text())
        if isinstance(answer, dict):
            return answer
    said = (folder / "output.txt").read_text(errors="replace").strip().splitlines()
    raise NoAnswer(said[-1].strip()[:500] if said else "it ended without a word")
