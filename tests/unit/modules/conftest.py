# SPDX-License-Identifier: Apache-2.0
"""Hook specifications that only tests know, for kinds and cases that no hook of the platform has at the moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from dialog_core.modules import contract, running


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
        for remembered in (contract.specifications, contract.element_types, contract.transformed_argument):
            remembered.cache_clear()

    yield specify
    monkeypatch.undo()
    forget()
