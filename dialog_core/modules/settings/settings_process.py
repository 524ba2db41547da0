# SPDX-License-Identifier: Apache-2.0
"""Validate settings by a module's own schema, in a process of its own, so that none but its own can suffer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import marshmallow as ma
import pluggy

from dialog_core.modules.activation.boot import load_one
from dialog_core.modules.activation.running import new_manager
from dialog_core.modules.environment import append_generation_path
from dialog_core.modules.fresh_process import FreshProcess, limit_this_process

MEMORY_MIB = 1024
CPU_SECONDS = 20


def main(folder: str) -> None:
    """Answer `{"values": …, "errors": {field: [text]}}`."""
    process = FreshProcess(Path(folder))
    limit_this_process(memory_mib=MEMORY_MIB, cpu_seconds=CPU_SECONDS)
    path = Path(process.question["path"])
    item = process.question["module"]
    append_generation_path(path)
    process.stage(f"importing the module {item['name']}")
    _, plugin = load_one(path, item)
    process.stage(f"asking the module {item['name']} for its settings")
    manager = new_manager()
    manager.register(plugin, name=item["name"])
    process.answer(validate(schema_of(manager)(), process.question["values"]))


def schema_of(manager: pluggy.PluginManager) -> type[ma.Schema]:
    """Return the settings schema of the one module in a manager; one without fields when it brings none."""
    found: list[type[ma.Schema]] = [schema for schema in manager.hook.settings_schema() if schema is not None]
    return found[0] if found else ma.Schema


def validate(schema: ma.Schema, values: dict[str, Any]) -> dict[str, Any]:
    """Check values; what is required but missing is no error here, it only forbids enabling."""
    missing = tuple(name for name, field in schema.load_fields.items() if field.required and name not in values)
    try:
        loaded = schema.load(values, partial=missing)
    except ma.ValidationError as error:
        messages = error.normalized_messages()  # type: ignore[no-untyped-call]
        return {"values": {}, "errors": {name: _texts(found) for name, found in messages.items()}}
    plain = schema.dump(loaded)
    return {"values": {name: plain[name] for name in values if name in plain}, "errors": {}}


def _texts(messages: Any) -> list[str]:
    if isinstance(messages, dict):
        return [text for found in messages.values() for text in _texts(found)]
    if isinstance(messages, list):
        return [text for found in messages for text in _texts(found)]
    return [str(messages)]


if __name__ == "__main__":
    main(sys.argv[1])
