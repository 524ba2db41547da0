# SPDX-License-Identifier: Apache-2.0
"""What a command for module authors refuses."""

from __future__ import annotations

from dialog_core.errors import SetupProblem


class AuthoringProblem(SetupProblem):
    """One line that names the answer, file or folder and the way out; English, as the command line is."""
