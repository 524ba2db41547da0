# SPDX-License-Identifier: Apache-2.0
"""The test kit for authors of modules: a pytest plugin (`plugin.py`), and suites that check the platform's promises.

Everything here is kept compatible within a major version of the platform, like `dialog_core.plugin`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dialog_core.testing.clock import Clock
    from dialog_core.testing.far_side import Answer, FarSide, Request
    from dialog_core.testing.making import Made
    from dialog_core.testing.module_under_test import ModuleUnderTest
    from dialog_core.testing.platform import ModulePlatform, Sent
    from dialog_core.testing.suites.channel import ChannelSuite, Incoming
    from dialog_core.testing.suites.field import FieldSuite
    from dialog_core.testing.suites.job import JobSuite
    from dialog_core.testing.suites.module import ModuleSuite
    from dialog_core.testing.suites.page import PageSuite
    from dialog_core.testing.suites.service import ServiceSuite
    from dialog_core.testing.visitors import Browser, Program

# pytest imports this package for its plugin in every project where the platform is installed: it loads nothing by that.
_LATER = {
    "Answer": "far_side",
    "Browser": "visitors",
    "ChannelSuite": "suites.channel",
    "Clock": "clock",
    "FarSide": "far_side",
    "FieldSuite": "suites.field",
    "Incoming": "suites.channel",
    "JobSuite": "suites.job",
    "Made": "making",
    "ModulePlatform": "platform",
    "ModuleSuite": "suites.module",
    "ModuleUnderTest": "module_under_test",
    "PageSuite": "suites.page",
    "Program": "visitors",
    "Request": "far_side",
    "Sent": "platform",
    "ServiceSuite": "suites.service",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)


__all__ = [
    "Answer",
    "Browser",
    "ChannelSuite",
    "Clock",
    "FarSide",
    "FieldSuite",
    "Incoming",
    "JobSuite",
    "Made",
    "ModulePlatform",
    "ModuleSuite",
    "ModuleUnderTest",
    "PageSuite",
    "Program",
    "Request",
    "Sent",
    "ServiceSuite",
]
