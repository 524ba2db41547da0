# SPDX-License-Identifier: Apache-2.0
"""Every conflict of versions in words and with a way out: small real wheels and the real resolver."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialog_core import __version__
from dialog_core.errors import NotAllowedNow
from dialog_core.modules.generations.resolve import resolve
from dialog_core.modules.wheels.store import StoredFile, stored_file
from tests.small_wheels import library, module

HERE = "py3-none-any"
ELSEWHERE = "cp311-cp311-win_amd64"


def stored(paths: Sequence[Path]) -> list[StoredFile]:
    return [stored_file(path, hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths]


def conflict(modules: Sequence[Path], libraries: Sequence[Path] = ()) -> str:
    """Return why these cannot be together."""
    with pytest.raises(NotAllowedNow) as refused:
        resolve(stored(modules), stored(libraries))
    return str(refused.value)


@pytest.mark.parametrize(
    ("needs", "words"),
    [
        ("dialog-platform >= 99", "Upgrade the platform first"),
        ("dialog-platform ~= 99.1", "Upgrade the platform first"),
        ("dialog-platform == 99.*", "Upgrade the platform first"),
        ("dialog-platform < 0.0.5", "Take a newer version of the module"),
        ("dialog-platform ~= 0.0.1", "Take a newer version of the module"),
        ("flask < 1", "the platform itself runs on flask"),
        ("abacus", "neither in the catalog nor uploaded"),
        ("dialog-other", "neither in the catalog nor uploaded"),
    ],
)
def test_what_a_module_needs_and_does_not_get(tmp_path: Path, needs: str, words: str) -> None:
    text = conflict([module(tmp_path, "diary", "1.0", requires=[needs])])
    assert text.startswith("“dialog-diary” ")
    assert words in text


def test_a_module_that_is_made_for_this_version_resolves(tmp_path: Path) -> None:
    path = module(tmp_path, "diary", "1.0", requires=[f"dialog-platform ~= {__version__}"])
    assert [item.version for item in resolve(stored([path]), []).modules] == ["1.0"]


def test_two_modules_that_need_different_versions_of_one_library(tmp_path: Path) -> None:
    text = conflict(
        [
            module(tmp_path, "diary", "1.0", requires=["abacus < 2"]),
            module(tmp_path, "clock", "1.0", requires=["abacus >= 2"]),
        ],
        [library(tmp_path, "abacus", "1.9"), library(tmp_path, "abacus", "2.0")],
    )
    assert "“dialog-diary” needs abacus<2, and “dialog-clock” needs abacus>=2" in text
    assert "none of 1.9, 2.0 fits both" in text


def test_a_disagreement_behind_a_library_is_found(tmp_path: Path) -> None:
    text = conflict(
        [module(tmp_path, "diary", "1.0", requires=["abacus", "beads < 2"])],
        [
            library(tmp_path, "abacus", "1.0", requires=["beads >= 2"]),
            library(tmp_path, "beads", "1.0"),
            library(tmp_path, "beads", "2.0"),
        ],
    )
    assert "“abacus” needs beads>=2" in text
    assert "“dialog-diary” needs beads<2" in text


def test_another_module_of_another_version(tmp_path: Path) -> None:
    text = conflict(
        [module(tmp_path, "diary", "1.0", requires=["dialog-clock >= 2"]), module(tmp_path, "clock", "1.0")]
    )
    assert "“dialog-diary” needs dialog-clock>=2; version 1.0 would be there" in text
    assert "in one change" in text


def test_a_python_that_is_too_old(tmp_path: Path) -> None:
    text = conflict([module(tmp_path, "diary", "1.0", metadata=["Requires-Python: >=3.99"])])
    assert "“dialog-diary” needs Python >=3.99" in text


def test_a_library_for_another_system(tmp_path: Path) -> None:
    text = conflict(
        [module(tmp_path, "diary", "1.0", requires=["abacus"])], [library(tmp_path, "abacus", "1.0", tag=ELSEWHERE)]
    )
    assert f"only for other systems: abacus-1.0-{ELSEWHERE}.whl" in text
    assert "Upload its wheel for Python 3." in text


def test_a_preliminary_version_is_taken_only_where_no_final_one_fits(tmp_path: Path) -> None:
    there = stored([library(tmp_path, "abacus", version) for version in ("1.0", "2.0rc1", "3.0rc1")])
    (content,) = resolve(stored([module(tmp_path, "diary", "1.0", requires=["abacus"])]), there).libraries
    assert content.version == "1.0"
    (asked,) = resolve(stored([module(tmp_path, "clock", "1.0", requires=["abacus >= 2.0rc1, < 3"])]), there).libraries
    assert asked.version == "2.0rc1"


def test_a_version_of_a_library_that_is_not_there(tmp_path: Path) -> None:
    text = conflict(
        [module(tmp_path, "diary", "1.0", requires=["abacus >= 3"])],
        [library(tmp_path, "abacus", "1.10"), library(tmp_path, "abacus", "1.9")],
    )
    assert "only 1.9, 1.10 can be had" in text


versions = st.sampled_from(["1.0", "1.5", "2.0", "2.0rc1", "3.0"])
specifiers = st.sampled_from(["", ">=1.5", "<2", ">=2", "==1.0", "~=2.0", "!=1.5", ">3", ">=2.0rc1"])


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(specifiers, min_size=1, max_size=3), st.sets(versions, max_size=3))
def test_whatever_the_resolver_refuses_is_explained_in_our_words(
    tmp_path_factory: pytest.TempPathFactory, wanted: list[str], there: set[str]
) -> None:
    folder = tmp_path_factory.mktemp("wheels")
    modules = [module(folder, f"m{n}", "1.0", requires=[f"abacus{text}"]) for n, text in enumerate(wanted)]
    libraries = [library(folder, "abacus", version) for version in sorted(there)]
    text, chosen = "", 0
    try:
        chosen = len(resolve(stored(modules), stored(libraries)).libraries)
    except NotAllowedNow as error:
        text = str(error)
    assert "cannot run together" not in text
    assert ("abacus" in text) != (chosen == 1)
