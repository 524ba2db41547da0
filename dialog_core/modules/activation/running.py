# SPDX-License-Identifier: Apache-2.0
"""What one process runs: its generation, the modules in it, and its hooks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pluggy

from dialog_core.hookspecs import PROJECT, SPECIFICATIONS
from dialog_core.modules.calls.relay import Hooks
from dialog_core.modules.wheels.manifest import Manifest


class BootState(StrEnum):
    """How a process came up."""

    RUNNING = "running"
    """With the wanted generation."""
    FALLBACK = "fallback"
    """With the last good generation, because the wanted one would not start."""
    CORE = "core"
    """With no module, because nothing else would start."""
    SAFE = "safe"
    """With no module, because an administrator asked for that."""


@dataclass(frozen=True, slots=True)
class LoadedModule:
    """An enabled module of the running generation."""

    name: str
    distribution: str
    version: str
    sha256: str
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Running:
    """What a process runs; it never changes while the process lives.

    Attributes:
        role: `web`, `jobs`, `service:<module>.<name>` and so on.
        wanted: the generation that was wanted at the start, None before there was any.
        generation: the generation that runs; None is the core alone.
        problem: why it is not the wanted one; empty when it is.
    """

    role: str
    wanted: int | None
    generation: int | None
    state: BootState
    hooks: Hooks
    modules: tuple[LoadedModule, ...] = ()
    problem: str = ""

    def module(self, name: str) -> LoadedModule | None:
        """Return a loaded module, None when it does not run here."""
        return next((module for module in self.modules if module.name == name), None)


def new_manager() -> pluggy.PluginManager:
    """Return an empty plugin manager that knows every hook."""
    manager = pluggy.PluginManager(PROJECT)
    for specification in SPECIFICATIONS:
        manager.add_hookspecs(specification)
    return manager


_here: Running | None = None


def set_running(running: Running) -> None:
    """Remember what this process runs."""
    global _here  # noqa: PLW0603 - a process runs one generation
    _here = running


def running_here() -> Running | None:
    """Return what this process runs, None before `boot`."""
    return _here
