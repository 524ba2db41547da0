# SPDX-License-Identifier: Apache-2.0
"""Ed25519 signatures over wheels and over the list of an index: made by publishers, checked before anything runs.

A wheel's signature is a file beside it, `<wheel>.sig`: one JSON object `{"format": 1, "key", "sha256", "signature"}`
with the key's fingerprint (hex), the wheel's SHA-256 (hex) and the signature (base64) over `WHEEL` and that SHA-256.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from dialog_core.errors import WrongValue

SUFFIX = ".sig"
WHEEL = b"dialog wheel 1\n"
INDEX = b"dialog index 1\n"
"""What stands before the digest that is signed, so that no signature can be passed off as one of another kind."""
MAX_BYTES = 4096
HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class DetachedSignature:
    """What a `.sig` file says: the key's fingerprint, the digest that it is for, and the signature in base64."""

    key: str
    sha256: str
    signature: str


def new_key() -> tuple[str, str]:
    """Make a key; return the private one as PEM and the public one as text to hand out."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return pem, public_text(key.public_key())


def public_text(key: Ed25519PublicKey) -> str:
    """Return a public key as people pass it on: base64 of its 32 bytes."""
    return base64.b64encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def read_public_key(text: str, *, field: str = "public_key") -> Ed25519PublicKey:
    """Return the key of a text: base64 of its 32 bytes, with or without `ed25519:`, or PEM.

    Raises:
        WrongValue: it is none; it names `field`.
    """
    plain = text.strip()
    try:
        if plain.startswith("-----BEGIN PUBLIC KEY-----"):
            loaded = load_pem_public_key(plain.encode())
            if isinstance(loaded, Ed25519PublicKey):
                return loaded
        else:
            return Ed25519PublicKey.from_public_bytes(base64.b64decode(plain.removeprefix("ed25519:"), validate=True))
    except (ValueError, binascii.Error):
        pass
    raise WrongValue(field, "This is not an Ed25519 public key: 44 characters that end in “=”, or PEM.")


def key_id(public_key: str) -> str:
    """Return the fingerprint of a stored public key: SHA-256 of its bytes, in hex."""
    return hashlib.sha256(base64.b64decode(public_key)).hexdigest()


def sign_wheel(private_pem: str, content: bytes) -> bytes:
    """Return the content of the `.sig` file for a wheel.

    Raises:
        WrongValue: field `key`; it is not an Ed25519 private key in PEM.
    """
    return _signed(private_pem, WHEEL, content)


def sign_document(private_pem: str, content: bytes) -> bytes:
    """Return the content of the `.sig` file for the list of an index.

    Raises:
        WrongValue: field `key`; it is not an Ed25519 private key in PEM.
    """
    return _signed(private_pem, INDEX, content)


def _signed(private_pem: str, kind: bytes, content: bytes) -> bytes:
    digest = hashlib.sha256(content).hexdigest()
    key, signature = sign_digest(private_pem, kind, digest)
    lines = {"format": 1, "key": key, "sha256": digest, "signature": signature}
    return (json.dumps(lines, indent=1) + "\n").encode()


def sign_digest(private_pem: str, kind: bytes, sha256: str) -> tuple[str, str]:
    """Return the key's fingerprint and the signature, in base64, over a digest of the kind `WHEEL` or `INDEX`.

    Raises:
        WrongValue: field `key`; it is not an Ed25519 private key in PEM.
    """
    try:
        key = load_pem_private_key(private_pem.encode(), password=None)
    except (ValueError, TypeError) as error:
        raise WrongValue("key", "This is not an Ed25519 private key in PEM without a password.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise WrongValue("key", "This is not an Ed25519 private key in PEM without a password.")
    signature = base64.b64encode(key.sign(kind + sha256.encode())).decode()
    return key_id(public_text(key.public_key())), signature


def parse_signature(filename: str, content: bytes) -> DetachedSignature:
    """Read a `.sig` file.

    Raises:
        WrongValue: field `wheel`; it is not one.
    """
    try:
        if len(content) > MAX_BYTES:
            raise ValueError
        data = json.loads(content)
        key, sha256, signature = (data[name] for name in ("key", "sha256", "signature"))
        if data["format"] != 1 or not HEX.fullmatch(key) or not HEX.fullmatch(sha256):
            raise ValueError
        if len(base64.b64decode(signature, validate=True)) != 64:
            raise ValueError
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error) as error:
        raise WrongValue("wheel", "%(name)s is not a signature file of this platform.", name=filename[:120]) from error
    return DetachedSignature(key, sha256, signature)


def fits(public_key: str, signature: str, kind: bytes, sha256: str) -> bool:
    """Tell whether a signature over a digest was made with the private half of this key."""
    try:
        read_public_key(public_key).verify(base64.b64decode(signature, validate=True), kind + sha256.encode())
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True
