# SPDX-License-Identifier: Apache-2.0
"""A directory as the organisation might run it, on a real HTTP server of this machine."""

from __future__ import annotations

import json

import pytest
from dialog_core.testing import Answer, FarSide, ModulePlatform, Request

KNOWN = {"K-1000": "Romashka", "K-2000": "Vasilek"}
WRONG = "K-9999"
PATH = "/directory"


def answer(request: Request) -> Answer:
    """Answer for one number."""
    number = request.path.rpartition("/")[2]
    found = {"exists": number in KNOWN, "name": KNOWN.get(number, "")}
    return Answer(200, json.dumps(found).encode(), {"Content-Type": "application/json"})


@pytest.fixture
def directory(platform: ModulePlatform, far_side: FarSide) -> FarSide:
    """Return a directory that the module is set up to ask; the clock stands."""
    far_side.reply_with(answer)
    platform.settings(prefix="K-", digits=4, directory=f"{far_side.url}{PATH}/", token="a-token-of-ours")
    platform.clock.stop()
    return far_side
