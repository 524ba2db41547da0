# SPDX-License-Identifier: Apache-2.0
"""The platform with a module that is made of functions, on either database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from dialog_core import installation, staff
from dialog_core.app import create_app
from dialog_core.config import Config
from dialog_core.database import db
from dialog_core.hookspecs import hookimpl
from dialog_core.modules import BootState, Hooks, Running, new_manager

Host = Callable[..., Flask]


def running_with(**modules: dict[str, Callable[..., Any]]) -> Running:
    """Return what a process runs that has these modules, each given as its hooks by name, beside our own."""
    manager = new_manager()
    for name, functions in modules.items():
        manager.register(
            SimpleNamespace(**{hook: hookimpl(function) for hook, function in functions.items()}), name=name
        )
    return Running("web", None, None, BootState.RUNNING, Hooks(manager))


@pytest.fixture
def host(any_config: Config) -> Iterator[Host]:
    """Return a function that starts the platform with modules, its context pushed."""
    contexts: list[Any] = []

    def start(**modules: dict[str, Callable[..., Any]]) -> Flask:
        app = create_app(any_config, running_with(**modules))
        context = app.app_context()
        context.push()
        contexts.append(context)
        installation.ensure_defaults()
        return app

    yield start
    while contexts:
        db.session.remove()
        db.engine.dispose()
        contexts.pop().pop()


@pytest.fixture
def specialist(host: Host) -> Callable[[], staff.Actor]:
    """Return a function that makes a specialist and returns the actor, as the request that acts would have it."""

    def make(role: str = "specialist") -> staff.Actor:
        person = staff.create_staff(
            staff.system_actor(), email=f"{role}@example.org", name=role.title(), role=role, language="en"
        )
        return staff.actor_for_staff(person, "web")

    return make
