# SPDX-License-Identifier: Apache-2.0
"""Measure changes of modules: from the request until every process of the node runs the new generation.

`.venv/bin/python bench/changes.py [--rounds 5] [--json FILE]`. The real `dialog up` with two web workers on SQLite,
the module's wheel in the store, nothing else at work; the processor time of all processes stands beside the seconds,
because it hardly depends on what else the machine does.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

import httpx  # noqa: E402 - the path comes first
from processes import EMAIL, PASSWORD, command, free_port, platform, processor_seconds  # noqa: E402

from dialog_core.config import Config  # noqa: E402
from dialog_core.installation import save_profile  # noqa: E402
from dialog_core.modules import plain_app, request_rollback  # noqa: E402
from dialog_core.staff import system_actor  # noqa: E402
from tests.running.versions import MODULES, wheel_of_version  # noqa: E402

MODULE = "notebook"
"""A module with a page, settings, a table, a service and a reader of events."""
WANTED_SECONDS = 5.0
QUIET_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One change.

    Attributes:
        seconds: from the request to its end; `processor`: seconds of all processes together.
        steps: seconds after the request at which each step had ended.
    """

    name: str
    seconds: float
    processor: float
    steps: dict[str, float]


class Administrator:
    """Makes changes and measures them."""

    def __init__(self, process: Any, port: int, token: str) -> None:
        self._process = process
        self._client = httpx.Client(
            base_url=f"http://127.0.0.1:{port}/api/v1", headers={"Authorization": f"Bearer {token}"}, trust_env=False,
            timeout=60,
        )  # fmt: skip

    def upload(self, wheel: Path) -> str:
        """Put a wheel into the store and return its hash."""
        headers = {"Content-Type": "application/octet-stream"}
        answer = self._client.post(
            "/modules/wheels", params={"filename": wheel.name}, content=wheel.read_bytes(), headers=headers
        )
        answer.raise_for_status()
        return str(answer.json()["sha256"])

    def change(self, name: str, *actions: dict[str, Any]) -> Measured:
        """Make a change, measure it and let the machine come to rest again."""

        def ask() -> int:
            asked = self._client.post("/module-changes", json={"actions": list(actions), "password": PASSWORD})
            return int(asked.raise_for_status().json()["id"])

        return self._measure(name, ask)

    def roll_back(self) -> Measured:
        """Return to the generation before this one; there is no call of the API for it."""
        generation = self._client.get("/modules").json()["generation"] - 1
        config = Config.from_environment()

        def ask() -> int:
            with plain_app(config).app_context():
                return request_rollback(system_actor("cli"), generation=generation)

        return self._measure("roll back", ask)

    def _measure(self, name: str, ask: Callable[[], int]) -> Measured:
        processor = processor_seconds(self._process, with_ended=True)
        begin = time.perf_counter()
        change = ask()
        while True:
            view = self._client.get(f"/module-changes/{change}").json()
            if view["state"] in {"done", "failed", "refused"}:
                break
            time.sleep(0.02)
        seconds = time.perf_counter() - begin
        if view["state"] != "done":
            raise SystemExit(f"{name}: {view['problem']}")
        requested = datetime.fromisoformat(view["requested_at"])
        steps = {
            step["step"]: (datetime.fromisoformat(step["at"]) - requested).total_seconds() for step in view["steps"]
        }
        time.sleep(QUIET_SECONDS)
        return Measured(name, seconds, processor_seconds(self._process, with_ended=True) - processor, steps)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    if load > 1:
        print(f"Note: something else is running here (load {load:.1f}); seconds will be worse than the machine is.\n")
    with tempfile.TemporaryDirectory(prefix="dialog-bench-") as scratch:
        found = _measure(Path(scratch), arguments.rounds)
    print(render(found))
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(one) for one in found], indent=1))


def _measure(scratch: Path, rounds: int) -> list[Measured]:
    home, catalog = scratch / "home", scratch / "catalog"
    catalog.mkdir()
    (catalog / "catalog.json").write_text('{"wheels": []}')
    os.environ.update({"DIALOG_HOME": str(home), "DIALOG_CATALOG": str(catalog)})
    port = free_port()
    with platform(home, port) as (process, _):
        with plain_app(Config.from_environment()).app_context():
            save_profile(system_actor("cli"), organisation="Bench", language="en", timezone="UTC")
        command(home, "user", "create", EMAIL, "--role", "administrator", "--password-stdin", given=PASSWORD + "\n")
        token = json.loads(command(home, "token", "create", "--user", EMAIL, "--name", "bench", "--json"))["token"]
        administrator = Administrator(process, port, token)
        paper = MODULES / "paper"
        administrator.upload(_built(paper, scratch))
        old, new = (administrator.upload(wheel_of_version(MODULE, version, scratch)) for version in ("1.1", "2.0"))
        administrator.change("install", _install(old))
        found: list[Measured] = []
        for _ in range(rounds):
            found += [
                administrator.change("enable", {"action": "enable", "name": MODULE}),
                administrator.change("upgrade", _install(new)),
                administrator.roll_back(),
                administrator.change("disable", {"action": "disable", "name": MODULE}),
            ]
        return found


def _install(sha256: str) -> dict[str, Any]:
    return {"action": "install", "name": MODULE, "sha256": sha256}


def _built(source: Path, folder: Path) -> Path:
    from hatchling.builders.wheel import WheelBuilder

    return Path(next(WheelBuilder(str(source)).build(directory=str(folder), versions=["standard"])))


def render(found: list[Measured]) -> str:
    """Return a table: medians of all rounds."""
    lines = ["| change | s | wanted | slowest s | CPU s | steps ended at |", "|-|-|-|-|-|-|"]
    for name in dict.fromkeys(one.name for one in found):
        same = [one for one in found if one.name == name]
        seconds = median(one.seconds for one in same)
        steps = ", ".join(f"{step} {median(one.steps[step] for one in same):.1f}" for step in same[0].steps)
        mark = "✓" if seconds <= WANTED_SECONDS else "✗"
        lines.append(
            f"| {name} | {seconds:.1f} | ≤ {WANTED_SECONDS:.0f} {mark} | {max(one.seconds for one in same):.1f} "
            f"| {median(one.processor for one in same):.1f} | {steps} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
