# SPDX-License-Identifier: Apache-2.0
"""The platform's promises, checked by the suites of the test kit."""

from __future__ import annotations

from dialog_core.testing import JobSuite, ModulePlatform, ModuleSuite


class TestModule(ModuleSuite):
    """What holds for every module."""


class Overdue:
    """Work for the jobs: tickets whose deadline has passed."""

    def prepare(self, platform: ModulePlatform) -> None:
        """Let two tickets become overdue."""
        for _ in range(2):
            platform.make.ticket()
        platform.tell()
        platform.clock.advance(days=30)


class TestWatch(Overdue, JobSuite):
    """The job that marks what is overdue."""

    job = "watch"


class TestRecompute(Overdue, JobSuite):
    """The job that follows changed settings."""

    job = "recompute"

    def prepare(self, platform: ModulePlatform) -> None:
        """Change the goals after tickets were opened."""
        super().prepare(platform)
        platform.settings(user_failure=2)


class TestAdopt(JobSuite):
    """The job that takes in older tickets."""

    job = "adopt"

    def prepare(self, platform: ModulePlatform) -> None:
        """Open tickets while the module is off."""
        with platform.off():
            platform.make.ticket()
