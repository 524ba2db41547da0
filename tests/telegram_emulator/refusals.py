# SPDX-License-Identifier: Apache-2.0
"""How the Bot API says no."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """An error answer of the Bot API, in the words of the real one."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def envelope(self) -> dict[str, Any]:
        """Return the JSON body."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(text: str, parameters: dict[str, Any] | None = None) -> Refusal:
    """Return a 400 as the Bot API words it."""
    return Refusal(400, f"Bad Request: {text}", parameters)
