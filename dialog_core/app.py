# SPDX-License-Identifier: Apache-2.0
"""The Flask application: database, sign-in, languages, the routes of modules, the API. No HTML of its own."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

from flask import Flask, g, has_request_context, request
from flask_babel import Babel

import dialog_core.models  # noqa: F401 - every table is mapped before the first query
from dialog_core import api
from dialog_core.config import Config
from dialog_core.database import configure_engine, db, engine_options
from dialog_core.installation import load_or_create, profile
from dialog_core.language import LANGUAGES, know_words_of
from dialog_core.module_permissions import permissions_of_modules
from dialog_core.modules import Running, boot_core_only
from dialog_core.mounts import guard_mounts, mount_modules
from dialog_core.runtime import EXTENSION, Runtime
from dialog_core.staff import current_person, declare_permissions, init_sign_in
from dialog_core.whole_numbers import bound_whole_numbers

MAX_BODY = 26 * 1024 * 1024
"""Largest body of a request, bytes: one file of 20 MiB with what belongs to it."""
MAX_FORM = 2 * 1024 * 1024
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def create_core(config: Config, running: Running | None = None, *, threads: int = 4) -> Flask:
    """Return an application with database and key only, for jobs and the command line.

    Args:
        threads: how many threads query at once, which sizes the connection pool.

    Raises:
        SetupProblem: the key cannot be read.
    """
    app = Flask("dialog_core", static_folder=None)
    key = load_or_create(config.secret_key_file)
    app.config.update(
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(config.database_url, threads=threads),
        SECRET_KEY=key.flask_secret(),
    )
    app.extensions[EXTENSION] = Runtime(config, key, running or boot_core_only("cli"))
    here = app.extensions[EXTENSION].running
    know_words_of(reversed(_translations(here)))
    declare_permissions(app, permissions_of_modules(here))
    db.init_app(app)
    with app.app_context():
        configure_engine(db.engine)
    return app


def create_app(config: Config, running: Running) -> Flask:
    """Return the web application of a process that was booted with `running`.

    Raises:
        SetupProblem: the key cannot be read.
    """
    app = create_core(config, running, threads=16)
    app.config.update(
        SESSION_COOKIE_NAME="dialog_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=14),
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_FORM,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        BABEL_DEFAULT_LOCALE="en",
        BABEL_TRANSLATION_DIRECTORIES=";".join(map(str, _translations(running))),
    )
    bound_whole_numbers(app)
    init_sign_in(app)
    Babel(app, locale_selector=_language, timezone_selector=_timezone)
    api.register(app, running)
    mount_modules(app, running)
    guard_mounts(app)
    app.after_request(_protect)
    return app


def _protect(response):  # type: ignore[no-untyped-def]  # Flask's own annotation of after_request is generic
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _language() -> str:
    """Return the reader's language: their own, for programs what they accept, else the installation's."""
    if "dialog_language" in g:
        return str(g.dialog_language)
    person = current_person()
    if person is not None:
        return person.language
    accepted = request.accept_languages.best_match(LANGUAGES) if has_request_context() else None
    is_program = has_request_context() and request.path.startswith("/api/")
    stands = profile()
    if accepted and (is_program or not stands.organisation):
        return accepted
    return stands.language


def _timezone() -> str:
    person = current_person()
    return person.timezone if person is not None else profile().timezone


def _translations(running: Running) -> list[Path]:
    """Return the folders of translations: those of modules first, for later ones win and the platform's words stay."""
    modules = [f"dialog_{module.name}" for module in running.modules]
    packages = [*modules, "dialog_core", *running.hooks.implementations("web_mounts")]
    found = [Path(str(sys.modules[name].__file__)).parent / "translations" for name in packages if name in sys.modules]
    return [folder for folder in found if folder.is_dir()]
