# SPDX-License-Identifier: Apache-2.0
"""Signatures made and checked with real keys."""

from __future__ import annotations

import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from dialog_core.errors import WrongValue
from dialog_core.modules.trust.signing import (
    INDEX,
    WHEEL,
    fits,
    key_id,
    new_key,
    parse_signature,
    public_text,
    read_public_key,
    sign_wheel,
)
from dialog_core.modules.trust.vouching import SignatureState, judge


def test_a_signature_fits_its_file_and_its_key_only() -> None:
    private, public = new_key()
    signature = parse_signature("x.whl.sig", sign_wheel(private, b"content"))
    digest = hashlib.sha256(b"content").hexdigest()
    assert (signature.sha256, signature.key) == (digest, key_id(public))
    assert fits(public, signature.signature, WHEEL, digest)
    assert not fits(public, signature.signature, INDEX, digest)
    assert not fits(public, signature.signature, WHEEL, hashlib.sha256(b"other").hexdigest())
    assert not fits(new_key()[1], signature.signature, WHEEL, digest)
    assert not fits(public, "no base64", WHEEL, digest)


def test_a_public_key_is_read_in_each_of_its_forms() -> None:
    key = Ed25519PrivateKey.generate().public_key()
    text = public_text(key)
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    for form in (text, f" ed25519:{text}\n", pem):
        assert public_text(read_public_key(form)) == text


@pytest.mark.parametrize(
    "text", ["", "abc", "A" * 44, "ключ", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"]
)
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(WrongValue, match="not an Ed25519 public key"):
        read_public_key(text)


def test_what_is_no_private_key_is_refused() -> None:
    rsa = generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    for text in ("", "abc", rsa):
        with pytest.raises(WrongValue, match="not an Ed25519 private key"):
            sign_wheel(text, b"content")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[" * 5000,
        b"[" * 4000,
        b'{"format": 2, "key": "a", "sha256": "b", "signature": "c"}',
        json.dumps({"format": 1, "key": "0" * 64, "sha256": "0" * 64, "signature": "AAAA"}).encode(),
        json.dumps({"format": 1, "key": ["0"], "sha256": "0" * 64, "signature": "AAAA"}).encode(),
    ],
)
def test_what_is_no_signature_file_is_refused(content: bytes) -> None:
    with pytest.raises(WrongValue, match=r"x\.whl\.sig is not a signature file"):
        parse_signature("x.whl.sig", content)


def test_who_vouches_depends_on_the_keys_that_are_trusted_now() -> None:
    private, public = new_key()
    digest = hashlib.sha256(b"content").hexdigest()
    made = parse_signature("x.whl.sig", sign_wheel(private, b"content"))
    signature = {"key": made.key, "signature": made.signature}
    trusted = {made.key: ("ACME", public)}
    assert judge(digest, "upload", signature, trusted).publisher == "ACME"
    assert judge(digest, "upload", signature, trusted).state is SignatureState.SIGNED
    assert judge(digest, "upload", signature, {}).state is SignatureState.UNKNOWN
    assert judge("0" * 64, "upload", signature, trusted).state is SignatureState.INVALID
    assert judge(digest, "upload", None, trusted).state is SignatureState.UNSIGNED
    assert judge(digest, "index", None, trusted, origin="packages.example").publisher == "packages.example"
    assert judge(digest, "index", None, trusted).state is SignatureState.UNKNOWN
    assert judge(digest, "catalog", None, {}).state is SignatureState.CATALOG
    for state in (judge(digest, "upload", signature, {}), judge("0" * 64, "upload", signature, trusted)):
        assert state.needs_confirmation
