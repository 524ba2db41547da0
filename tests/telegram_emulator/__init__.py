# SPDX-License-Identifier: Apache-2.0
"""A strict Bot API over real HTTP, for tests.

In a test: `with Emulator() as telegram: …`; by itself: `python -m tests.telegram_emulator`.
"""

from tests.telegram_emulator.emulator import Emulator

__all__ = ["Emulator"]
