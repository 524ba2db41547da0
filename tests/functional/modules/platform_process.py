# SPDX-License-Identifier: Apache-2.0
"""A process of the platform for tests: boots, tells that it lives, starts anew when another generation is wanted."""

import os
import sys
import time

from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.modules import Heartbeat, boot, wanted_generation

config = Config.from_environment()
if sys.argv[1] == "stubborn":
    role, stubborn = "web", True
else:
    role, stubborn = sys.argv[1], False
running = boot(config, role)
heartbeat = Heartbeat(config, running)
heartbeat.start()
print("up", flush=True)
engine = open_engine(config)
while stubborn or wanted_generation(engine) == running.wanted:
    time.sleep(0.2)
engine.dispose()
heartbeat.stop()
os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 - the same program with the same arguments
