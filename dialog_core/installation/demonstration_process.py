# SPDX-License-Identifier: Apache-2.0
"""`python -m dialog_core.installation.demonstration_process`: load the demonstration data that were asked for."""

from __future__ import annotations

from dialog_core.app import create_core
from dialog_core.config import Config
from dialog_core.installation.demonstration import make_demonstration


def main() -> None:
    """Load them."""
    with create_core(Config.from_environment()).app_context():
        make_demonstration()


if __name__ == "__main__":
    main()
