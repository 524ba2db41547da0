# SPDX-License-Identifier: Apache-2.0
"""Configuration of one node, read from the environment once per process."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dialog_core.errors import SetupProblem

DEFAULT_PORT = 8000


@dataclass(frozen=True, slots=True)
class Config:
    """What the environment says.

    Attributes:
        home: folder of the database, files and generations of this node (`DIALOG_HOME`, default `./var`).
        database_url: SQLAlchemy URL (`DIALOG_DATABASE_URL`, default SQLite in the home).
        bind: address to listen on (`DIALOG_BIND`, default 127.0.0.1).
        port: TCP port (`PORT`, default 8000).
        web_workers: web worker processes (`DIALOG_WEB_WORKERS`, default 2).
        safe_mode: run without any module (`DIALOG_SAFE_MODE=1`).
        secret_key_file: key for sessions and secrets (`DIALOG_SECRET_KEY_FILE`, default `secret.key` in the home).
        trusted_proxies: how many proxies in front set X-Forwarded headers (`DIALOG_TRUSTED_PROXIES`, default 0).
        uploads: take modules as files (`DIALOG_UPLOADS=off` forbids it).
    """

    home: Path
    database_url: str
    bind: str
    port: int
    web_workers: int
    safe_mode: bool
    secret_key_file: Path
    trusted_proxies: int
    uploads: bool = True

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Config:
        """Read the configuration.

        Raises:
            SetupProblem: a variable holds something unusable; the message names it.
        """
        values = os.environ if environ is None else environ
        home = Path(values.get("DIALOG_HOME") or "var").resolve()
        return cls(
            home=home,
            database_url=_database_url(values.get("DIALOG_DATABASE_URL"), home),
            bind=values.get("DIALOG_BIND") or "127.0.0.1",
            port=_number(values, "PORT", DEFAULT_PORT, 1, 65535),
            web_workers=_number(values, "DIALOG_WEB_WORKERS", 2, 1, 64),
            safe_mode=values.get("DIALOG_SAFE_MODE", "") not in {"", "0"},
            secret_key_file=Path(values.get("DIALOG_SECRET_KEY_FILE") or home / "secret.key").resolve(),
            trusted_proxies=_number(values, "DIALOG_TRUSTED_PROXIES", 0, 0, 10),
            uploads=_switch(values, "DIALOG_UPLOADS"),
        )

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file of this node."""
        return self.database_url.startswith("sqlite")


def _database_url(value: str | None, home: Path) -> str:
    if not value:
        return f"sqlite:///{home / 'dialog.sqlite3'}"
    if value.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + value.split("://", 1)[1]
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SetupProblem(
            "DIALOG_DATABASE_URL must start with sqlite:/// or postgresql+psycopg://, not “%(value)s”.",
            value=value.split("://")[0],
        )
    if value.startswith("sqlite:///"):  # it must not depend on the folder that a process works in
        return f"sqlite:///{Path(value.removeprefix('sqlite:///')).resolve()}"
    return value


def _switch(values: Mapping[str, str], name: str) -> bool:
    text = (values.get(name) or "on").lower()
    if text not in {"on", "off", "1", "0"}:
        raise SetupProblem("%(name)s must be on or off, not “%(text)s”.", name=name, text=text)
    return text in {"on", "1"}


def _number(values: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = values.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise SetupProblem(
            "%(name)s must be a number from %(low)s to %(high)s, not “%(text)s”.",
            name=name,
            low=low,
            high=high,
            text=text,
        )
    return int(text)
