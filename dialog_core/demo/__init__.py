# SPDX-License-Identifier: Apache-2.0
"""Demonstration data: deterministic, invented, in Russian and English."""

from dialog_core.demo.loader import Loaded, Progress, load

__all__ = ["Loaded", "Progress", "load"]
