# SPDX-License-Identifier: Apache-2.0
"""Run the emulator by itself: `python -m tests.telegram_emulator --port 20081`."""

from __future__ import annotations

import argparse
import threading

from tests.telegram_emulator.emulator import TOKEN, Emulator


def main() -> None:
    """Listen until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=20081)
    parser.add_argument("--token", default=TOKEN)
    options = parser.parse_args()
    with Emulator(token=options.token, port=options.port) as telegram:
        print(f"Bot API at {telegram.url}, token {telegram.token}", flush=True)
        print(f"""curl -s {telegram.url}/control/add_user -d '{{"name": "Иван Петров"}}'""", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
