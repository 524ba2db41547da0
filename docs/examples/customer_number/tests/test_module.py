# SPDX-License-Identifier: Apache-2.0
"""What the platform promises of every module, checked of this one."""

from __future__ import annotations

from dialog_core.testing import ModuleSuite


class TestModule(ModuleSuite):
    """Preflight, manifest, imports, translations, settings, migrations, off and on."""
