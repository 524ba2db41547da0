# SPDX-License-Identifier: Apache-2.0
"""Try a module's settings on the other side, in a process of its own that knows these settings and nothing else."""

from __future__ import annotations

import gettext
import sys
from pathlib import Path
from typing import Any

from dialog_core.hookspecs.settings import ConnectionResult
from dialog_core.language import phrase
from dialog_core.modules.activation.boot import load_one
from dialog_core.modules.activation.running import BootState, Running, new_manager, set_running
from dialog_core.modules.calls.relay import Hooks
from dialog_core.modules.environment import append_generation_path
from dialog_core.modules.fresh_process import FreshProcess, limit_this_process
from dialog_core.modules.settings.settings_process import CPU_SECONDS, MEMORY_MIB, schema_of, validate
from dialog_core.modules.settings.stored import try_settings
from dialog_core.modules.wheels.manifest import LANGUAGES


def main(folder: str) -> None:
    """Answer `{"errors": {field: [text]}}`, or `{"is_good": …, "text": {language: text}}`."""
    process = FreshProcess(Path(folder))
    limit_this_process(memory_mib=MEMORY_MIB, cpu_seconds=CPU_SECONDS)
    path, item = Path(process.question["path"]), process.question["module"]
    append_generation_path(path)
    process.stage(f"importing the module {item['name']}")
    loaded, plugin = load_one(path, item)
    manager = new_manager()
    manager.register(plugin, name=item["name"])
    checked = validate(schema_of(manager)(), process.question["values"])
    if checked["errors"]:
        process.answer(checked)
        return
    values = {**process.question["defaults"], **checked["values"]}
    try_settings(item["name"], typed=checked["values"], values=values)
    set_running(Running("check", None, None, BootState.RUNNING, Hooks(manager), (loaded,)))
    process.stage(f"the module {item['name']} tries the connection")
    result = manager.hook.check_settings(settings=values)
    found = next((each for each in result if isinstance(each, ConnectionResult)), None)
    answer: dict[str, Any] = {"errors": {}, "is_good": None, "text": {}}
    if found is not None:
        answer["is_good"] = found.is_good
        answer["text"] = {language: _in_words(path, item["name"], language, found) for language in LANGUAGES}
    process.answer(answer)


def _in_words(path: Path, name: str, language: str, found: ConnectionResult) -> str:
    folder = path / f"dialog_{name}" / "translations"
    words = gettext.translation("messages", folder, [language], fallback=True)
    return phrase(language, words.gettext, found.message, found.values)[:600]


if __name__ == "__main__":
    main(sys.argv[1])
