# SPDX-License-Identifier: Apache-2.0
"""A whole platform in its own processes, for tests that use it as people and programs do."""

from tests.running.api import Api
from tests.running.platform import Platform
from tests.running.waiting import eventually

__all__ = ["Api", "Platform", "eventually"]
