# SPDX-License-Identifier: Apache-2.0
"""The catalog that the commands of the documentation install from."""

from __future__ import annotations

from tests.running.fixtures import catalog

__all__ = ["catalog"]
