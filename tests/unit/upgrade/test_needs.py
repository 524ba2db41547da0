# SPDX-License-Identifier: Apache-2.0
"""Of what the environment of another version is made."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from dialog_core import __version__
from dialog_core.errors import DialogError
from dialog_core.upgrade.needs import find_needs, python_problem
from dialog_core.upgrade.wheel import find_platform_wheel, other_wheels, read_wheel


def wheel(folder: Path, name: str, version: str, *lines: str, tag: str = "py3-none-any") -> Path:
    """Write a wheel that has nothing but metadata."""
    path = folder / f"{name}-{version}-{tag}.whl"
    text = "\n".join(["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *lines, ""])
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}-{version}.dist-info/METADATA", text)
    return path


def test_what_is_installed_is_kept_and_what_it_needs_too(tmp_path: Path) -> None:
    platform = read_wheel(wheel(tmp_path, "dialog_platform", "9.9", "Requires-Dist: flask>=3"))
    needs = find_needs(platform, [])
    assert needs.missing == ()
    assert [item.version for item in needs.wheels] == ["9.9"]
    assert {"flask", "werkzeug", "jinja2", "markupsafe"} <= set(needs.kept)
    assert "pytest" not in needs.kept


def test_a_wheel_that_fits_goes_before_what_is_installed_and_brings_its_own_needs(tmp_path: Path) -> None:
    platform = read_wheel(wheel(tmp_path, "dialog_platform", "9.9", "Requires-Dist: flask>=3", "Requires-Dist: abacus"))
    wheel(tmp_path, "flask", "98.0", "Requires-Dist: werkzeug")
    wheel(tmp_path, "flask", "99.0", "Requires-Dist: nowhere>=2", "Requires-Dist: colour; sys_platform == 'win32'")
    wheel(tmp_path, "flask", "100.0", tag="cp27-cp27m-win32")
    wheel(tmp_path, "abacus", "1.0", "Requires-Python: >=99")
    needs = find_needs(platform, other_wheels([tmp_path]))
    assert sorted(item.path.name for item in needs.wheels)[1:] == ["flask-99.0-py3-none-any.whl"]
    assert set(needs.missing) == {"abacus (for dialog-platform)", "nowhere>=2 (for flask)"}


def test_a_version_that_is_too_old_is_named_with_what_there_is(tmp_path: Path) -> None:
    platform = read_wheel(wheel(tmp_path, "dialog_platform", "9.9", "Requires-Dist: flask>=500"))
    (missing,) = find_needs(platform, []).missing
    assert missing.startswith("flask>=500 (for dialog-platform; 3.")


def test_extras_are_followed(tmp_path: Path) -> None:
    platform = read_wheel(wheel(tmp_path, "dialog_platform", "9.9", "Requires-Dist: psycopg[binary]"))
    assert "psycopg-binary" in find_needs(platform, []).kept


def test_the_python_is_looked_at(tmp_path: Path) -> None:
    assert python_problem(read_wheel(wheel(tmp_path, "dialog_platform", "9.9", "Requires-Python: >=3.11"))) == ""
    problem = python_problem(read_wheel(wheel(tmp_path, "dialog_platform", "9.8", "Requires-Python: >=3.99")))
    assert "needs Python >=3.99" in problem
    assert "start “dialog up” from there" in problem


def test_a_version_is_found_among_the_wheels_of_a_folder(tmp_path: Path) -> None:
    path = wheel(tmp_path, "dialog_platform", "9.9")
    assert find_platform_wheel("9.9", [tmp_path / "none", tmp_path]).path == path
    assert find_platform_wheel(str(path), []).version == "9.9"


@pytest.mark.parametrize("wanted", ["9.8", "x y", "/no/such.whl", "flask-1.0-py3-none-any.whl", "torn.whl"])
def test_what_is_no_version_of_the_platform_is_refused(
    tmp_path: Path, wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    wheel(tmp_path, "flask", "1.0")
    (tmp_path / "torn.whl").write_text("no zip")
    with pytest.raises(DialogError):
        find_platform_wheel(wanted, [tmp_path])
    assert __version__ != "9.8"
