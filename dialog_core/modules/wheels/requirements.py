# SPDX-License-Identifier: Apache-2.0
"""What a wheel requires here: lines of its metadata whose conditions hold in this environment."""

from __future__ import annotations

from packaging.requirements import Requirement

from dialog_core.modules.wheels.wheel import WheelInfo


def active_requirements(info: WheelInfo) -> list[Requirement]:
    """Return the requirements that count on this machine, without extras."""
    parsed = [Requirement(line) for line in info.requires]
    return [item for item in parsed if item.marker is None or item.marker.evaluate({"extra": ""})]
