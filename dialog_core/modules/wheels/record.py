# SPDX-License-Identifier: Apache-2.0
"""RECORD of a wheel: every file is listed in it, with the hash that it has."""

from __future__ import annotations

import base64
import binascii
import csv
import hashlib
import io
import zipfile

from dialog_core.errors import WrongValue

ALGORITHMS = {"sha256", "sha384", "sha512"}


def check_record(filename: str, archive: zipfile.ZipFile, folder: str) -> None:
    """Compare each file with its hash.

    Raises:
        WrongValue: a file is missing, not listed, or differs.
    """
    record = f"{folder}/RECORD"
    without_hash = {record, f"{record}.jws", f"{record}.p7s"}
    files = {name for name in archive.namelist() if not name.endswith("/")} - without_hash
    if record not in archive.namelist():
        raise WrongValue("wheel", "%(name)s has no list of its files (RECORD).", name=filename)
    listed: set[str] = set()
    for row in csv.reader(io.StringIO(archive.read(record).decode())):
        if not row or row[0] in without_hash:
            continue
        if len(row) != 3 or row[0] not in files or not _matches(archive, row[0], row[1]):
            raise _differs(filename, row[0])
        listed.add(row[0])
    for name in files - listed:
        raise _differs(filename, name)


def _matches(archive: zipfile.ZipFile, name: str, claim: str) -> bool:
    algorithm, _, value = claim.partition("=")
    if algorithm not in ALGORITHMS:
        return False
    digest = hashlib.new(algorithm)
    with archive.open(name) as file:
        while block := file.read(1 << 20):
            digest.update(block)
    try:
        return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)) == digest.digest()
    except (ValueError, binascii.Error):
        return False


def _differs(filename: str, member: str) -> WrongValue:
    return WrongValue(
        "wheel",
        "%(name)s: the file “%(member)s” is not what its list of files (RECORD) says.",
        name=filename,
        member=member[:160],
    )
