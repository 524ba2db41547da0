# SPDX-License-Identifier: Apache-2.0
"""Wheels that mean harm, made byte by byte: each is refused before anything is stored, and the message says why."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from dialog_core.errors import DialogError, TooLarge, WrongValue
from dialog_core.modules import inspect_wheel, upload_wheel
from dialog_core.modules.wheels.members import MAX_FILES
from dialog_core.modules.wheels.wheel import MAX_WHEEL
from dialog_core.staff import system_actor
from tests.fixtures.handmade import Patch, library, pack, parts

NAME = "dialog_sample-1.0-py3-none-any.whl"


def link(archive: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("dialog_sample/link")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(entry, "/etc/passwd")


def twice(archive: zipfile.ZipFile) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("dialog_sample/__init__.py", "import os")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"../outside.py": b""}, "holds “../outside.py”, which would be written elsewhere"),
        ({"dialog_sample/../../outside.py": b""}, "which would be written elsewhere"),
        ({"/etc/cron.d/evil": b""}, "holds “/etc/cron.d/evil”, which would be written elsewhere"),
        ({"C:evil.py": b""}, "which would be written elsewhere"),
        ({"./dialog_sample/x.py": b""}, "which would be written elsewhere"),
        ({"dialog_sample//x.py": b""}, "which would be written elsewhere"),
        ({"dialog_sample\\evil.py": b""}, "which would be written elsewhere"),
        ({"dialog_sample/a\nb.py": b""}, "which would be written elsewhere"),
        ({"evil.pth": b"import os"}, "holds “evil.pth”, which would run whenever Python starts"),
        ({"sitecustomize.py": b""}, "holds “sitecustomize.py”, which would run whenever Python starts"),
        ({"usercustomize/__init__.py": b""}, "which would run whenever Python starts"),
        ({"dialog_sample-1.0.data/scripts/dialog": b""}, "files outside of packages are not installed"),
        ({"dialog_sample-1.0.data/purelib/evil.pth": b""}, "which would run whenever Python starts"),
        ({"flask/__init__.py": b""}, "must hold the one package dialog_sample"),
        ({"dialog_telegram/__init__.py": b""}, "must hold the one package dialog_sample"),
        ({"dialog_core/__init__.py": b""}, "must hold the one package dialog_sample"),
        ({"evil-9.dist-info/METADATA": b""}, "must have exactly one metadata folder"),
        ({"evil-9.DIST-INFO/METADATA": b""}, "must have exactly one metadata folder"),
        ({"evil.egg-info/PKG-INFO": b""}, "must have exactly one metadata folder"),
        ({"dialog_sample/Readme": b"", "dialog_sample/README": b""}, "holds “dialog_sample/README” twice"),
        ({"dialog_sample/é": b"", "dialog_sample/e\u0301": b""}, "twice"),
        ({"dialog_sample/ﬁle": b"", "dialog_sample/file": b""}, "twice"),
        ({"dialog_sample/x": b"", "dialog_sample/x/y": b""}, "holds “dialog_sample/x” as a file and as a folder"),
    ],
)
def test_members_that_would_land_where_they_must_not(files: dict[str, bytes], words: str) -> None:
    with pytest.raises(WrongValue, match=words):
        inspect_wheel(NAME, pack(parts() | files))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (link, "holds “dialog_sample/link”, which would be written elsewhere"),
        (twice, "holds “dialog_sample/__init__.py” twice"),
        (lambda archive: archive.writestr("dialog_sample/extra.py", ""), "“dialog_sample/extra.py” is not what its"),
        (
            lambda archive: archive.writestr("dialog_sample/x", "x", compress_type=zipfile.ZIP_BZIP2),
            "“dialog_sample/x” is compressed in an unusual way",
        ),
    ],
)
def test_members_that_are_added_behind_the_list(more: Any, words: str) -> None:
    with pytest.raises(WrongValue, match=words):
        inspect_wheel(NAME, pack(parts(), more=more))


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (lambda text: text.replace(b"sha256=", b"sha256=A", 1), "“dialog_sample/__init__.py” is not what its list"),
        (lambda text: text.replace(b"sha256=", b"md5=", 1), "“dialog_sample/__init__.py” is not what its list"),
        (lambda text: text.split(b"\n", 1)[1], "“dialog_sample/__init__.py” is not what its list"),
        (lambda text: text + b"\nghost.py,sha256=abc,1", "“ghost.py” is not what its list"),
        (lambda text: b"\xff\xfe", "not a readable wheel"),
    ],
)
def test_a_list_of_files_that_is_wrong(record: Patch, words: str) -> None:
    with pytest.raises(WrongValue, match=words):
        inspect_wheel(NAME, pack(parts(), record=record))


def central(content: bytes, member: bytes) -> int:
    """Return where the directory tells of a member."""
    place = content.index(b"PK\x01\x02")
    while content[place + 46 : place + 46 + len(member)] != member:
        place = content.index(b"PK\x01\x02", place + 4)
    return place


def patched(member: bytes, offset: int, form: str, change: Callable[[int], int]) -> bytes:
    content = bytearray(pack(parts()))
    place = central(bytes(content), member) + offset
    struct.pack_into(form, content, place, change(struct.unpack_from(form, content, place)[0]))
    return bytes(content)


TOML_MEMBER = b"dialog_sample/module.toml"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a readable wheel: it is damaged or not a zip archive"),
        (b"#!/bin/sh\nrm -rf /\n", "not a readable wheel: it is damaged or not a zip archive"),
        (pack(parts())[:-40], "not a readable wheel: it is damaged or not a zip archive"),
        (b"#!/bin/sh\n" + pack(parts()), "two lists in it tell"),
        (pack(parts()) + b"more", "has something after its end, or two ends"),
        (patched(TOML_MEMBER, 24, "<L", lambda size: size - 5), "two lists in it tell “dialog_sample/module.toml”"),
        (patched(TOML_MEMBER, 20, "<L", lambda size: size - 3), "two lists in it tell “dialog_sample/module.toml”"),
        (patched(TOML_MEMBER, 42, "<L", lambda offset: 0), "two lists in it tell"),
        (patched(TOML_MEMBER, 8, "<H", lambda flags: flags | 1), "is encrypted, so nobody can look into it"),
    ],
)
def test_archives_that_two_readers_would_read_differently(content: bytes, words: str) -> None:
    with pytest.raises(WrongValue, match=words):
        inspect_wheel(NAME, content)


def test_a_stream_that_goes_on_after_its_claimed_end() -> None:
    """Both lists claim the same small size, checksum and RECORD fit it, and the data unpack to more."""
    files = parts()
    member = TOML_MEMBER.decode()
    with zipfile.ZipFile(io.BytesIO(pack(files))) as archive:
        honest = archive.getinfo(member)
    longer = pack(files | {member: files[member] + b"# and more\n"})
    with zipfile.ZipFile(io.BytesIO(longer)) as archive:
        place = archive.getinfo(member).header_offset
    content = bytearray(longer)
    for at in (place + 14, central(longer, TOML_MEMBER) + 16):
        struct.pack_into("<L", content, at, honest.CRC)
        struct.pack_into("<L", content, at + 8, honest.file_size)
    with pytest.raises(WrongValue, match=r"module\.toml” does not have the size that is claimed"):
        inspect_wheel(NAME, bytes(content))


def test_bombs_and_crowds_are_refused_by_what_their_directory_says() -> None:
    with pytest.raises(TooLarge, match="unpacks to more than is allowed"):
        inspect_wheel(NAME, pack(parts() | {"dialog_sample/zeros": b"0" * 40_000_000}))
    crowd = io.BytesIO()
    with zipfile.ZipFile(crowd, "w", zipfile.ZIP_STORED) as archive:
        for number in range(MAX_FILES + 1):
            archive.writestr(f"dialog_sample/{number}", b"")
    with pytest.raises(TooLarge, match="holds more than 20000 files"):
        inspect_wheel(NAME, crowd.getvalue())


def test_a_wheel_of_five_hundred_megabytes_is_not_even_opened() -> None:
    class Large(bytes):
        def __len__(self) -> int:
            return 500 * 1024 * 1024

    with pytest.raises(TooLarge, match=f"larger than {MAX_WHEEL // 2**20} MiB"):
        inspect_wheel(NAME, Large())


@pytest.mark.parametrize(
    ("filename", "files", "words"),
    [
        ("dialog_sample-1.0.tar.gz", parts(), "is a source archive"),
        ("dialog_sample-1.0.zip", parts(), "is a source archive"),
        ("dialog_sample.whl", parts(), "is not the file name of a wheel"),
        ("dialog_other-1.0-py3-none-any.whl", parts(), "exactly one metadata folder, of its own name"),
        ("dialog_platform-1.0-py3-none-any.whl", parts("platform"), "is a name of the platform itself"),
        ("Dialog.Platform-1.0-py3-none-any.whl", parts("platform"), "is a name of the platform itself"),
        ("dialog_core-1.0-py3-none-any.whl", parts("core"), "is a name of the platform itself"),
        ("dial0g_platform-1.0-py3-none-any.whl", library("dial0g-platform"), "looks like “dialog-platform”"),
        ("dialog_platforrn-1.0-py3-none-any.whl", parts("platforrn"), "looks like “dialog-platform”"),
        ("diаlog_x-1.0-py3-none-any.whl", library("diаlog-x"), "is not the file name of a wheel"),
        ("dialog_helper-1.0-py3-none-any.whl", library("dialog-helper", "helper"), "starts with “dialog-” as modules"),
        ("helper-1.0-py3-none-any.whl", library("helper", "dialog_telegram"), "or to another module"),
        ("helper-1.0-py3-none-any.whl", library("helper", "flаsk"), "letters only look like Latin ones"),
    ],
)
def test_names_that_pretend(filename: str, files: dict[str, bytes], words: str) -> None:
    with pytest.raises(DialogError, match=words):
        inspect_wheel(filename, pack(files))


@pytest.mark.parametrize(
    ("filename", "files", "words"),
    [
        ("flask-1.0-py3-none-any.whl", library("flask", "flask"), "is a part of the platform itself"),
        ("f1ask-1.0-py3-none-any.whl", library("f1ask", "f1ask"), "looks like “flask”"),
        ("helper-1.0-py3-none-any.whl", library("helper", "flask"), "“flask”, which belongs to the platform"),
        ("helper-1.0-py3-none-any.whl", library("helper", "json"), "“json”, which belongs to the platform"),
        ("helper-1.0-cp27-cp27m-win32.whl", library("helper", "helper"), "made for another system"),
    ],
)
def test_uploads_that_would_replace_a_part_of_the_platform(
    sqlite_core: Flask, filename: str, files: dict[str, bytes], words: str
) -> None:
    with pytest.raises(WrongValue, match=words):
        upload_wheel(system_actor("cli"), filename=filename, content=pack(files))


def test_the_honest_module_that_these_are_made_from_is_accepted(sqlite_core: Flask, tmp_path: Path) -> None:
    info = upload_wheel(system_actor("cli"), filename=NAME, content=pack(parts()))
    assert (info.distribution, info.is_module) == ("dialog-sample", True)
    assert inspect_wheel("helper-1.0-py3-none-any.whl", pack(library("helper", "helper"))).top_level == ("helper",)
