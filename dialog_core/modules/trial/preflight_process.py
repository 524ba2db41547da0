# SPDX-License-Identifier: Apache-2.0
"""Inside of the preflight: a fresh process on a scratch home and database, without key, tokens or database URL."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from dialog_core.config import Config
from dialog_core.database import open_engine, upgrade
from dialog_core.modules.activation.boot import Loaded, assemble
from dialog_core.modules.activation.running import BootState
from dialog_core.modules.calls.relay import THROUGH
from dialog_core.modules.environment import append_generation_path
from dialog_core.modules.fresh_process import FreshProcess, limit_this_process
from dialog_core.modules.migrations.facts import scripts_in_folder
from dialog_core.modules.migrations.scripts import (
    MigrationProblem,
    downgrade_module,
    own_tables,
    taken_away,
    upgrade_modules,
)
from dialog_core.modules.own_connection import begin_write
from dialog_core.modules.trial.checks import check_app, check_contributions, check_import, check_templates
from dialog_core.modules.trial.declared import Finding
from dialog_core.modules.trial.import_guard import ImportGuard

MEMORY_MIB = 1024
CPU_SECONDS = 60


def main(folder: str) -> None:
    """Answer `{"findings": [...], "modules": {name: facts}}`."""
    # What needs no module comes first: this process may have been started before its question was known.
    import dialog_core.app  # noqa: F401 - the application imports this room

    config = Config.from_environment({"DIALOG_HOME": str(Path(folder) / "home")})
    upgrade(config)
    process = FreshProcess(Path(folder))
    guard = ImportGuard()
    path = Path(process.question["path"])
    modules: list[dict[str, Any]] = process.question["modules"]
    limit_this_process(memory_mib=MEMORY_MIB, cpu_seconds=CPU_SECONDS)
    append_generation_path(path)
    findings: list[Finding] = []
    facts: dict[str, dict[str, Any]] = {}
    loaded: Loaded = []
    for item in modules:
        process.stage(f"importing the module {item['name']}")
        with _any_failure(findings, item["name"], "import"):
            found = check_import(path, item, guard, findings)
            loaded.append(found)
    for module, plugin in loaded:
        process.stage(f"asking the module {module.name} what it contributes")
        with _any_failure(findings, module.name, "hooks"):
            facts[module.name] = check_contributions(module, plugin, findings)
        check_templates(path, module.name, findings)
        process.stage(f"migrating the tables of {module.name} up and down")
        with _any_failure(findings, module.name, "migrations"):
            _check_migrations(config, path, module.name, module.manifest.capabilities.tables, findings)
    if not findings:
        process.stage("starting the platform with the modules")
        running = assemble("preflight", state=BootState.RUNNING, loaded=loaded)
        here = {module.name for module in running.modules}
        findings.extend(
            Finding(module.name, "start", running.problem) for module, _ in loaded if module.name not in here
        )
        with _any_failure(findings, "", "start"):
            check_app(config, running, facts, findings)
    process.answer({"findings": [asdict(finding) for finding in findings], "modules": facts})


class _any_failure(suppress):  # noqa: N801 - reads like contextlib's own
    """Turn whatever a module raises into a finding."""

    def __init__(self, findings: list[Finding], module: str, check: str) -> None:
        super().__init__(BaseException)
        self._findings = findings
        self._module = module
        self._check = check

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is None or isinstance(error, THROUGH):
            return False
        text = f"{type(error).__name__}: {error}".strip()
        if isinstance(error, MemoryError):
            text = f"it needs more than {MEMORY_MIB} MiB of memory"
        self._findings.append(Finding(self._module, self._check, text[:600]))
        return True


def _check_migrations(
    config: Config, path: Path, name: str, declared: tuple[str, ...], findings: list[Finding]
) -> None:
    engine = open_engine(config)
    try:
        with begin_write(engine) as connection:
            taken = taken_away(connection, path, name)
            made = own_tables(connection, name)
        findings.extend(_unsaid(path, name, taken))
        if made != set(declared):
            findings.append(Finding(name, "tables", _difference("tables", set(declared), made)))
        with begin_write(engine) as connection:
            downgrade_module(connection, path, name)
            left = own_tables(connection, name)
        if left:
            findings.append(Finding(name, "migrations", f"taking back leaves tables: {', '.join(sorted(left))}"))
        with begin_write(engine) as connection:
            upgrade_modules(connection, path, [name])
    except MigrationProblem as error:
        findings.append(Finding(name, "migrations", str(error)))
    finally:
        engine.dispose()


def _unsaid(path: Path, name: str, taken: dict[str, list[str]]) -> list[Finding]:
    """Return a finding for each script that takes something away and does not say so."""
    said = {script.revision for script in scripts_in_folder(path, name) if script.is_destructive}
    return [
        Finding(
            name, "migrations",
            f"the migration {revision} takes away {', '.join(lost)}: write destructive = True at its top, so that it"
            " is exported before and everybody knows that there is no way back",
        )
        for revision, lost in taken.items() if revision not in said
    ]  # fmt: skip


def _difference(what: str, declared: set[str], made: set[str]) -> str:
    parts = []
    if made - declared:
        parts.append(f"{what} that module.toml does not name: {', '.join(sorted(made - declared))}")
    if declared - made:
        parts.append(f"{what} that module.toml names and the code does not bring: {', '.join(sorted(declared - made))}")
    return "; ".join(parts)


if __name__ == "__main__":
    main(sys.argv[1])
