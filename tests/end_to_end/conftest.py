# SPDX-License-Identifier: Apache-2.0
"""Real processes and real HTTP, without a browser."""

from __future__ import annotations

from tests.running.fixtures import catalog, desk, new_platform, platform, prepared_home, telegram

__all__ = ["catalog", "desk", "new_platform", "platform", "prepared_home", "telegram"]
