# SPDX-License-Identifier: Apache-2.0
"""Read the settings of modules as they are now: at most a second old, from short reads of their own."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import Connection, select

from dialog_core.config import Config
from dialog_core.database import db
from dialog_core.installation import load_or_create
from dialog_core.modules.generations.wanted import read_current
from dialog_core.modules.models import ModuleSettings

FRESH_SECONDS = 1.0
SECRET_MARK = "encrypted"  # noqa: S105 - the key under which an encrypted value stands, not a secret


@dataclass(frozen=True, slots=True)
class Stored:
    """One revision, decrypted: `typed` is what an administrator entered, `values` has the defaults too."""

    revision: int
    typed: dict[str, Any]
    values: dict[str, Any]


_cache: dict[tuple[str, str], tuple[float, int | None, Stored]] = {}
_lock = threading.Lock()
_tried: dict[str, Stored] = {}


def current_settings(module: str) -> dict[str, Any]:
    """Return a module's settings, secrets readable, defaults filled in; an application context is needed."""
    return dict(_fresh(module).values)


def typed_settings(module: str) -> dict[str, Any]:
    """Return only those settings that an administrator entered."""
    return dict(_fresh(module).typed)


def settings_revision(module: str) -> int:
    """Return the revision of a module's settings; services restart when it grows. 0 is none yet."""
    return _fresh(module).revision


def this_config() -> Config:
    """Return the configuration of the application in whose context this runs."""
    runtime = current_app.extensions.get("dialog")
    config = runtime.config if runtime is not None else current_app.config.get("DIALOG_CONFIG")
    return config if isinstance(config, Config) else Config.from_environment()


def forget_cached() -> None:
    """Make the next read in this process a new one."""
    with _lock:
        _cache.clear()


def read_latest(connection: Connection, module: str) -> tuple[int, dict[str, Any]]:
    """Return revision and stored values (secrets still encrypted); 0 and nothing when there are none."""
    query = select(ModuleSettings.revision, ModuleSettings.values).where(ModuleSettings.module == module)
    row = connection.execute(query.order_by(ModuleSettings.revision.desc()).limit(1)).one_or_none()
    return (0, {}) if row is None else (row.revision, row.values)


def decrypt(module: str, stored: Mapping[str, Any], config: Config) -> dict[str, Any]:
    """Return values with secrets readable.

    Raises:
        SetupProblem: the key is another one than they were stored with.
    """
    plain: dict[str, Any] = {}
    for name, value in stored.items():
        if isinstance(value, dict) and SECRET_MARK in value:
            key = load_or_create(config.secret_key_file)
            plain[name] = key.decrypt(value[SECRET_MARK], bound_to=f"{module}.{name}")
        else:
            plain[name] = value
    return plain


def try_settings(module: str, *, typed: dict[str, Any], values: dict[str, Any]) -> None:
    """Let this process, which only tries a connection and has no database, take these as a module's settings."""
    _tried[module] = Stored(0, typed, values)


def _fresh(module: str) -> Stored:
    if module in _tried:
        return _tried[module]
    config = this_config()
    key = (config.database_url, module)
    with _lock:
        known = _cache.get(key)
    if known is not None and time.monotonic() - known[0] < FRESH_SECONDS:
        return known[2]
    with db.engine.connect() as connection:
        revision, values = read_latest(connection, module)
        current = read_current(connection)
    if known is not None and (known[2].revision, known[1]) == (revision, current.generation):
        stored = known[2]
    else:
        typed = decrypt(module, values, config)
        defaults = {field["name"]: field["default"] for field in current.form(module) if field["default"] is not None}
        stored = Stored(revision, typed, {**defaults, **typed})
    with _lock:
        _cache[key] = (time.monotonic(), current.generation, stored)
    return stored
