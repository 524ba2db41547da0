# SPDX-License-Identifier: Apache-2.0
"""Try a generation out before anything depends on it: in a fresh process that knows no secret of this installation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialog_core.modules.fresh_process import ProcessEnded, run_fresh
from dialog_core.modules.trial.declared import Finding

SECONDS = 60.0
PREFLIGHT = "dialog_core.modules.trial.preflight_process"
ENVIRON: dict[str, str] = {}
"""Neither home nor key nor database: it works in a scratch folder."""


@dataclass(frozen=True, slots=True)
class PreflightReport:
    """What preflight found; `modules` holds form, hooks, routes, services and warnings per module."""

    findings: tuple[Finding, ...]
    modules: dict[str, dict[str, Any]]

    @property
    def ok(self) -> bool:
        """Whether the generation may be activated."""
        return not self.findings

    def problem(self) -> str:
        """Return all findings in one text."""
        return "; ".join(f"{finding.module or 'platform'}: {finding.text}" for finding in self.findings)


def preflight(path: Path, modules: list[dict[str, Any]], *, seconds: float = SECONDS) -> PreflightReport:
    """Check the modules of a generation, together.

    Args:
        path: the generation's folder for the import path.
        modules: entries of its lock.
        seconds: time limit.
    """
    question = {"path": str(path), "modules": modules}
    try:
        answer = run_fresh(PREFLIGHT, question, environ=ENVIRON, seconds=seconds)
    except ProcessEnded as error:
        named = [
            item["name"]
            for item in modules
            if error.stage.split()[-1:] == [item["name"]] or f" {item['name']} " in error.stage
        ]
        return PreflightReport((Finding(named[0] if named else "", "process", str(error)),), {})
    return PreflightReport(tuple(Finding(**item) for item in answer["findings"]), answer["modules"])
