# SPDX-License-Identifier: Apache-2.0
"""What holds for every job: it comes to an end, repeats without harm, and waits while its module is off."""

from __future__ import annotations

from typing import Any, ClassVar

import sqlalchemy as sa

from dialog_core.database import db, is_writing
from dialog_core.modules import Hooks
from dialog_core.runtime import runtime
from dialog_core.testing.far_side import FarSide
from dialog_core.testing.platform import MOST_RUNS, ModulePlatform


class JobSuite:
    """Inherit it once for each job, and name the job in `job`."""

    job: ClassVar[str]

    def settings(self, far_side: FarSide) -> dict[str, Any]:  # noqa: ARG002 - for those who override it
        """Return settings that the job needs."""
        return {}

    def accept(self, far_side: FarSide) -> None:
        """Let the far side answer as it should, where the job asks one."""

    def prepare(self, platform: ModulePlatform) -> None:
        """Make something for the job to do: tickets, settings, time that has passed."""

    def test_it_comes_to_an_end(self, platform: ModulePlatform, far_side: FarSide) -> None:
        """A run that says “more” is called again: it must run out of work, and hold no transaction meanwhile."""
        self._ready(platform, far_side)
        self.prepare(platform)
        assert platform.run_job(self.job) is False, f"after {MOST_RUNS} runs it still says that more waits"
        assert not is_writing(), "it left a write transaction open"

    def test_doing_it_again_changes_nothing(self, platform: ModulePlatform, far_side: FarSide) -> None:
        """A run may be repeated: the process may have died after its work and before that was written down."""
        self._ready(platform, far_side)
        self.prepare(platform)
        platform.clock.stop()
        platform.run_job(self.job)
        before = own_rows(platform)
        told = len(platform.events)
        platform.run_job(self.job)
        assert own_rows(platform) == before, "a second run at the same moment changed the module's tables"
        assert len(platform.events) == told, "a second run at the same moment did something again"

    def test_it_works_with_nothing_to_do(self, platform: ModulePlatform, far_side: FarSide) -> None:
        """On an installation where nothing happened yet, it does nothing and says so."""
        self._ready(platform, far_side)
        assert platform.run_job(self.job) is False

    def test_it_waits_while_the_module_is_off(self, platform: ModulePlatform, far_side: FarSide) -> None:
        """Nothing runs while the module is off; afterwards it comes due again by itself."""
        self._ready(platform, far_side)
        self.prepare(platform)
        with platform.off():
            before = own_rows(platform)
            platform.clock.advance(days=1)
            assert self.job not in _names(runtime().hooks, platform.module.name)
            platform.work()
            assert own_rows(platform) == before
        platform.work()
        assert self.job in _names(runtime().hooks, platform.module.name)

    def _ready(self, platform: ModulePlatform, far_side: FarSide) -> None:
        self.accept(far_side)
        values = self.settings(far_side)
        if values:
            platform.settings(**values)


def own_rows(platform: ModulePlatform) -> dict[str, list[Any]]:
    """Return every row of the module's tables."""
    found: dict[str, list[Any]] = {}
    for name in sorted(platform.module.manifest.capabilities.tables):
        with db.engine.connect() as connection:
            table = sa.Table(name, sa.MetaData(), autoload_with=connection)
            found[name] = sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)
    return found


def _names(hooks: Hooks, module: str) -> list[str]:
    return [item.value.name for item in hooks.collect("jobs") if item.module == module]
