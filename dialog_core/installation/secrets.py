# SPDX-License-Identifier: Apache-2.0
"""The installation's key: made once, readable by its owner only, and what is derived from it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dialog_core.errors import SetupProblem

KEY_BYTES = 32
NONCE_BYTES = 12
PREFIX = "v1."


@dataclass(frozen=True, slots=True)
class SecretKey:
    """The key of an installation; the same on all of its nodes."""

    master: bytes = field(repr=False)

    def derive(self, purpose: str) -> bytes:
        """Return 32 bytes for one purpose; they tell nothing of the key or of another purpose."""
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"dialog:{purpose}".encode()).derive(
            self.master
        )

    def flask_secret(self) -> bytes:
        """Return the key that signs sessions and CSRF tokens."""
        return self.derive("flask")

    def fingerprint(self) -> str:
        """Return a short word by which two nodes can tell whether they hold the same key."""
        return hashlib.sha256(self.derive("fingerprint")).hexdigest()[:12]

    def encrypt(self, text: str, *, bound_to: str) -> str:
        """Encrypt a text; it can only be read where `bound_to` (such as "telegram.bot_token") is the same."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self.derive("values")).encrypt(nonce, text.encode(), bound_to.encode())
        return PREFIX + base64.urlsafe_b64encode(nonce + sealed).decode()

    def decrypt(self, token: str, *, bound_to: str) -> str:
        """Read what `encrypt` wrote.

        Raises:
            SetupProblem: it was written with another key, or changed.
        """
        try:
            raw = base64.urlsafe_b64decode(token.removeprefix(PREFIX).encode())
            return (
                AESGCM(self.derive("values")).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], bound_to.encode()).decode()
            )
        except (InvalidTag, ValueError, binascii.Error) as error:
            raise SetupProblem(
                "The secret “%(name)s” cannot be read: it was stored with another key. "
                "Put the right key into DIALOG_SECRET_KEY_FILE, or enter the secret again.",
                name=bound_to,
            ) from error


def load_or_create(path: Path) -> SecretKey:
    """Read the key from its file; make it (0600) when there is none.

    Raises:
        SetupProblem: the file cannot be written or read, others may read it, or it holds no key.
    """
    try:
        if not path.exists():
            _create(path)
        if path.stat().st_mode & 0o077:
            raise SetupProblem(
                "The key file %(path)s can be read by others. Make it private: chmod 600 %(path)s", path=path
            )
        master = base64.urlsafe_b64decode(path.read_text(encoding="ascii").strip())
    except OSError as error:
        raise SetupProblem(
            "The key file %(path)s cannot be used: %(reason)s. Set DIALOG_SECRET_KEY_FILE to a file that you may read.",
            path=path,
            reason=error.strerror or error,
        ) from error
    except ValueError:
        master = b""
    if len(master) != KEY_BYTES:
        raise SetupProblem("The key file %(path)s holds no key. Restore it from where you keep it safe.", path=path)
    return SecretKey(master)


def _create(path: Path) -> None:
    """Write a new key beside its place and link it in: of two processes that start at once, one key wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            return
    finally:
        fresh.unlink()
