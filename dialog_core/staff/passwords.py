# SPDX-License-Identifier: Apache-2.0
"""Password hashes: argon2id."""

from __future__ import annotations

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()
# Each hash takes 64 MiB: without a limit, a burst of sign-ins on hundreds of threads would exhaust the machine.
_at_once = threading.BoundedSemaphore(4)


@cache
def _of_nobody() -> str:
    return _hasher.hash("nobody's password")


def hash_password(password: str) -> str:
    """Return the hash to store."""
    with _at_once:
        return _hasher.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Tell whether the password is right; takes as long when there is no account or no password."""
    with _at_once:
        try:
            _hasher.verify(stored or _of_nobody(), password)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def needs_new_hash(stored: str) -> bool:
    """Tell whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)
