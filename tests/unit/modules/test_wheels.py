# SPDX-License-Identifier: Apache-2.0
"""Wheels made by hand, each with one thing wrong."""

from __future__ import annotations

import base64
import hashlib
import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from dialog_core.errors import DialogError, TooLarge, WrongValue
from dialog_core.modules.wheels.wheel import inspect_wheel

NAME = "dialog_sample-1.0-py3-none-any.whl"
TOML = (
    'name = "sample"\nicon = "note"\ncategory = "other"\nhooks = []\n'
    '[title]\nru = "а"\nen = "a"\n[description]\nru = "а"\nen = "a"\n'
)
FILES = {
    "dialog_sample/__init__.py": "",
    "dialog_sample/module.toml": TOML,
    "dialog_sample-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: dialog-sample\nVersion: 1.0\n",
    "dialog_sample-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "dialog_sample-1.0.dist-info/entry_points.txt": "[dialog.modules]\nsample = dialog_sample\n",
}
RECORD = "dialog_sample-1.0.dist-info/RECORD"


def wheel(changes: dict[str, str | None] | None = None, record: Callable[[str], str] = lambda text: text) -> bytes:
    files = {name: text for name, text in {**FILES, **(changes or {})}.items() if text is not None}
    lines = []
    for name, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        lines.append(f'"{name}",sha256={digest},{len(text.encode())}')
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        archive.writestr(RECORD, record("\n".join([*lines, f"{RECORD},,"])))
    return target.getvalue()


def test_describes_a_module() -> None:
    info = inspect_wheel(NAME, wheel())
    assert (info.distribution, info.version, info.top_level) == ("dialog-sample", "1.0", ("dialog_sample",))
    assert info.is_module
    assert info.manifest is not None
    assert info.manifest.name == "sample"
    assert info.sha256 == hashlib.sha256(wheel()).hexdigest()


def test_describes_a_real_wheel(module_wheel: Callable[[str], Path]) -> None:
    built = module_wheel("notebook")
    info = inspect_wheel(built.name, built.read_bytes())
    assert "dialoglib-paper>=1" in info.requires
    library = module_wheel("paper")
    assert not inspect_wheel(library.name, library.read_bytes()).is_module


META = "dialog_sample-1.0.dist-info/METADATA"
ENTRY = "dialog_sample-1.0.dist-info/entry_points.txt"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"../evil.py": ""}, "written elsewhere"),
        ({"/etc/evil": ""}, "written elsewhere"),
        ({"dialog_sample\\..\\evil.py": ""}, "written elsewhere"),
        ({"evil.pth": "import os"}, "whenever Python starts"),
        ({"dialog_sample/evil.pth": "import os"}, "whenever Python starts"),
        ({"sitecustomize.py": ""}, "whenever Python starts"),
        ({"usercustomize/__init__.py": ""}, "whenever Python starts"),
        ({"dialog_sample-1.0.data/scripts/dialog": ""}, "outside of packages"),
        ({"dialog_sample-1.0.data/purelib/sitecustomize.py": ""}, "whenever Python starts"),
        ({"flask/__init__.py": ""}, "the one package"),
        ({"dialog_core/evil.py": ""}, "the one package"),
        ({"Dialog_sample/__init__.py": ""}, "twice"),
        ({META: "Metadata-Version: 2.1\nName: flask\nVersion: 1.0\n"}, "something else"),
        ({META: "Metadata-Version: 2.1\nName: dialog-sample\nVersion: 2.0\n"}, "something else"),
        ({META: FILES[META] + "Requires-Dist: x @ https://example.org/x.whl\n"}, "by address"),
        ({META: FILES[META] + "Requires-Dist: ???\n"}, "unreadable requirement"),
        ({ENTRY: "[dialog.modules]\nsample = dialog_sample\nother = dialog_sample\n"}, "exactly one"),
        ({ENTRY: "[dialog.modules]\nother = dialog_other\n"}, "dialog_other/module.toml"),
        ({ENTRY: "[dialog.modules]\nsample = os\n"}, "outside of its package"),
        ({ENTRY: "[dialog.platform]\nsample = dialog_sample\n"}, "the platform's own"),
        ({ENTRY: None}, "as modules have, but is none"),
        ({"dialog_sample/module.toml": None}, "module.toml"),
        ({"dialog_sample/module.toml": TOML.replace('"sample"', '"other"')}, "entry point is"),
    ],
)
def test_refuses_what_could_not_live_beside_the_platform(changes: dict[str, str | None], words: str) -> None:
    entries = {name: text for name, text in changes.items() if name != "Dialog_sample/__init__.py"}
    if len(entries) != len(changes):
        entries["dialog_sample/__INIT__.py"] = ""
    with pytest.raises(WrongValue, match=words):
        inspect_wheel(NAME, wheel(entries))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (NAME, b"not a zip"),
        (NAME, wheel()[:-40]),
        ("dialog_sample-1.0.tar.gz", b""),
        ("sample.whl", b""),
        ("dialog_other-1.0-py3-none-any.whl", wheel()),
        (NAME, wheel(record=lambda text: text.replace("sha256=", "sha256=A"))),
        (NAME, wheel(record=lambda text: text.split("\n", 1)[1])),
        (NAME, wheel(record=lambda text: text.replace("sha256=", "md5="))),
        (NAME, wheel(record=lambda text: text + '\n"ghost.py",sha256=abc,1')),
    ],
)
def test_refuses_what_is_no_whole_wheel(name: str, content: bytes) -> None:
    with pytest.raises(DialogError):
        inspect_wheel(name, content)


@pytest.mark.parametrize(
    "build",
    ["1/../../../../evil", "1\\..\\evil", "1~x", "1\n", "1\0", "1" * 200, "1é"],
    ids=lambda build: repr(build)[:12],
)
def test_refuses_a_file_name_that_is_a_path_or_does_not_fit(build: str) -> None:
    with pytest.raises(DialogError, match="is not the file name of a wheel"):
        inspect_wheel(f"dialog_sample-1.0-{build}-py3-none-any.whl", wheel())
    assert inspect_wheel("dialog_sample-1.0-1build-py3-none-any.whl", wheel()).version == "1.0"


def test_refuses_a_bomb() -> None:
    with pytest.raises(TooLarge):
        inspect_wheel(NAME, wheel({"dialog_sample/zeros.txt": "0" * 40_000_000}))


def test_refuses_a_symbolic_link() -> None:
    target = io.BytesIO(wheel())
    link = zipfile.ZipInfo("dialog_sample/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(WrongValue, match="written elsewhere"):
        inspect_wheel(NAME, target.getvalue())
