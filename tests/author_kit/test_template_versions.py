# SPDX-License-Identifier: Apache-2.0
"""Each released version of the template stays known: what changes after a release is another version."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dialog_core.authoring import Template, bundled_template
from scripts.module_template import archive, begin_next, platform_version, problems
from tests.author_kit.making import ROOT


def copied(tmp_path: Path) -> Template:
    return Template(Path(shutil.copytree(ROOT / "plugin_template", tmp_path / "plugin_template")))


def test_the_template_of_this_tree_is_in_order() -> None:
    assert bundled_template().folder == ROOT / "plugin_template"
    assert problems(bundled_template(), platform_version()) == []


def test_a_version_is_kept_when_the_platform_goes_on_and_raised_before_it_changes(tmp_path: Path) -> None:
    template = copied(tmp_path)
    number = template.version
    [wants_archive] = problems(template, "99.0.0")
    assert wants_archive.endswith("archive")
    with pytest.raises(SystemExit, match="is not kept yet"):
        begin_next(template, "99.0.0")
    first = archive(template).read_bytes()
    assert problems(template, "99.0.0") == []
    with pytest.raises(SystemExit, match="is kept already"):
        archive(template)
    readme = template.folder / "template" / "README.md.jinja"
    readme.write_text(readme.read_text() + "\nMore.\n")
    [wants_number] = problems(template, "99.0.0")
    assert wants_number.endswith("raise")
    assert begin_next(template, "99.0.0") == number + 1
    assert problems(template, "99.0.0") == []
    assert template.knows(number)
    assert not template.knows(number + 2)
    template.archive_of(number).unlink()
    assert [text.split()[0] for text in problems(template, "99.0.0")] == [f"plugin_template/earlier/{number}.zip"]
    assert template.pack() != first


def test_an_archive_has_everything_and_always_the_same_bytes(tmp_path: Path) -> None:
    template = copied(tmp_path)
    assert template.pack() == bundled_template().pack()
    template.write_to(tmp_path / "out", template.version)
    for part in ("copier.yml", "parts", "template"):
        mine = {path.relative_to(tmp_path / "out") for path in (tmp_path / "out" / part).rglob("*")}
        assert mine == {path.relative_to(template.folder) for path in (template.folder / part).rglob("*")}
