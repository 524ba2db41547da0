# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dialog_core.server.retry import Retry


def test_what_fell_back_tries_again_less_and_less_often() -> None:
    time = [0.0]
    retry = Retry(lambda: time[0])
    tried = []
    for second in range(400):
        time[0] = float(second)
        if retry.is_due(7, True):
            tried.append(second)
    assert tried[:2] == [30, 91]
    assert not retry.is_due(7, False)
    assert not retry.is_due(8, True)
    time[0] += 30
    assert retry.is_due(8, True)
