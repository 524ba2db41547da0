# SPDX-License-Identifier: Apache-2.0
"""The members of a wheel's archive: what its directory claims is compared with what lies there, before it is unpacked.

Two readers of one zip file may see different things: names and sizes stand twice, data may overlap, and a stream may
go on after its claimed end. Whatever could be read in two ways is refused.
"""

from __future__ import annotations

import struct
import unicodedata
import zipfile
import zlib
from pathlib import PurePosixPath

from dialog_core.errors import TooLarge, WrongValue

MAX_UNPACKED = 400 * 1024 * 1024
MAX_FILES = 20_000
MAX_RATIO = 200
ENCRYPTED = 0x1
LOCAL_HEADER = struct.Struct("<4s5H3L2H")
END = struct.Struct("<4s4H2LH")
_BLOCK = 1 << 20


def check_size(filename: str, archive: zipfile.ZipFile) -> None:
    """Refuse too many files, and what unpacks to too much, by what the directory says.

    Raises:
        TooLarge: a limit is exceeded.
    """
    members = archive.infolist()
    if len(members) > MAX_FILES:
        raise TooLarge("%(name)s holds more than %(limit)s files.", name=filename, limit=MAX_FILES)
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(packed, 65536):
        raise TooLarge("%(name)s unpacks to more than is allowed.", name=filename)


def check_names(filename: str, archive: zipfile.ZipFile) -> None:
    """Refuse names that are there twice for some reader, or that are file and folder at once.

    Raises:
        WrongValue: field `wheel`.
    """
    seen: set[str] = set()
    files: set[str] = set()
    folders: set[str] = set()
    for member in archive.infolist():
        name = _folded(member.filename.rstrip("/"))
        if name in seen:
            raise _wrong("%(name)s holds “%(member)s” twice.", filename, member.filename)
        seen.add(name)
        (folders if member.is_dir() else files).add(name)
        folders.update(str(parent) for parent in PurePosixPath(name).parents)
    for both in files & folders:
        raise _wrong("%(name)s holds “%(member)s” as a file and as a folder.", filename, both)


def check_content(filename: str, archive: zipfile.ZipFile, content: bytes) -> None:
    """Compare each member with its own header and its own data.

    Raises:
        WrongValue: field `wheel`; a member is encrypted, is compressed in an unusual way, or is not what is claimed.
    """
    if content[-END.size - len(archive.comment) :][:4] != b"PK\x05\x06" or b"PK\x05\x06" in archive.comment:
        raise WrongValue("wheel", "%(name)s has something after its end, or two ends.", name=filename[:120])
    end = 0
    for member in sorted(archive.infolist(), key=lambda item: item.header_offset):
        if member.flag_bits & ENCRYPTED:
            raise _wrong("%(name)s: “%(member)s” is encrypted, so nobody can look into it.", filename, member.filename)
        if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise _wrong("%(name)s: “%(member)s” is compressed in an unusual way.", filename, member.filename)
        begin = _data_begin(content, member)
        is_first_late = end == 0 and member.header_offset != 0
        if begin is None or is_first_late or member.header_offset < end or begin + member.compress_size > len(content):
            raise _wrong("%(name)s: two lists in it tell “%(member)s” differently.", filename, member.filename)
        end = begin + member.compress_size
        if not _is_whole(memoryview(content)[begin:end], member):
            raise _wrong("%(name)s: “%(member)s” does not have the size that is claimed.", filename, member.filename)


def _data_begin(content: bytes, member: zipfile.ZipInfo) -> int | None:
    """Return where a member's data begin; None when its own header tells of something else."""
    header = content[member.header_offset : member.header_offset + LOCAL_HEADER.size]
    if len(header) != LOCAL_HEADER.size:
        return None
    signature, _, flags, method, _, _, _, packed, unpacked, name_length, extra_length = LOCAL_HEADER.unpack(header)
    begin = member.header_offset + LOCAL_HEADER.size
    name = content[begin : begin + name_length]
    known = member.orig_filename.encode("utf-8" if member.flag_bits & 0x800 else "cp437")
    sizes_follow = bool(flags & 0x8) or 0xFFFFFFFF in {packed, unpacked}
    sizes_agree = sizes_follow or (packed, unpacked) == (member.compress_size, member.file_size)
    if signature != b"PK\x03\x04" or name != known or method != member.compress_type or not sizes_agree:
        return None
    return begin + int(name_length) + int(extra_length)


def _is_whole(data: memoryview, member: zipfile.ZipInfo) -> bool:
    """Tell whether data unpack to exactly the claimed size; no more than that is unpacked."""
    if member.compress_type == zipfile.ZIP_STORED:
        return len(data) == member.file_size
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    size = 0
    rest: bytes | memoryview = data
    while not unpacker.eof:
        try:
            block = unpacker.decompress(rest, _BLOCK)
        except zlib.error:
            return False
        size += len(block)
        rest = unpacker.unconsumed_tail
        if size > member.file_size or (not block and not rest and not unpacker.eof):
            return False
    return size == member.file_size and not unpacker.unused_data


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _wrong(message: str, filename: str, member: str) -> WrongValue:
    return WrongValue("wheel", message, name=filename[:120], member=member[:160])
