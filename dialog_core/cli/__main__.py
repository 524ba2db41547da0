# SPDX-License-Identifier: Apache-2.0
"""`python -m dialog_core.cli`: the command where its script is not in the path."""

from dialog_core.cli import main

if __name__ == "__main__":
    main()
