# SPDX-License-Identifier: Apache-2.0
"""Hooks of modules that are made on the spot, and specifications that only tests know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.hookspecs import hookimpl
from dialog_core.modules import Hooks, flush_incidents, keep_incidents, new_manager
from dialog_core.modules.activation import running
from dialog_core.modules.calls import contract
from dialog_core.modules.models import Incident

Incidents = Callable[..., list[Any]]


def hooks(**modules: dict[str, Callable[..., Any]]) -> Hooks:
    """Return the hooks of modules that consist of these functions."""
    manager = new_manager()
    for name, functions in modules.items():
        manager.register(
            SimpleNamespace(**{hook: hookimpl(function) for hook, function in functions.items()}), name=name
        )
    return Hooks(manager)


@pytest.fixture
def incidents(sqlite_config: Config) -> Iterator[Incidents]:
    """Return a function that reads the incidents of this process: module, place, summary and count.

    On a busy machine any call may pass its soft budget, which is an incident of its own: only who asks for those
    (`slow=True`) gets them.
    """
    keep_incidents(sqlite_config)
    engine = open_engine(sqlite_config)

    def read(*, slow: bool = False) -> list[Any]:
        flush_incidents()
        columns = (Incident.module, Incident.place, Incident.summary, Incident.count)
        with engine.connect() as connection:
            found = connection.execute(select(*columns).order_by(Incident.id)).all()
        return [row for row in found if row.summary.startswith("slow: ") == slow]

    yield read
    engine.dispose()


@pytest.fixture
def only_specified(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Return a function that makes the functions it is given, declared with `hookspec`, the only hooks there are."""

    def specify(*functions: Callable[..., Any]) -> None:
        holder = ModuleType("specifications_of_a_test")
        vars(holder).update({function.__name__: function for function in functions})
        for user in (contract, running):
            monkeypatch.setattr(user, "SPECIFICATIONS", (holder,))
        forget()

    def forget() -> None:
        for remembered in (
            contract.specifications,
            contract.element_types,
            contract.exact_types,
            contract.transformed_argument,
        ):
            remembered.cache_clear()

    yield specify
    monkeypatch.undo()
    forget()
