# SPDX-License-Identifier: Apache-2.0
"""The examples of the documentation are what they teach: checked, built, enabled in one change, up to date."""

from __future__ import annotations

from pathlib import Path

from dialog_core.authoring import bundled_template, read_source
from dialog_core.config import Config
from dialog_core.modules import Action, Verb, flaws_of, overview, upload_wheel
from dialog_core.staff import system_actor
from tests.author_kit.making import ROOT, build
from tests.functional.changing import inside, make_change

EXAMPLES = {path.parent.name: path.parent for path in sorted(ROOT.glob("docs/examples/*/pyproject.toml"))}


def test_all_of_them_keep_every_promise_and_are_enabled_in_one_change(sqlite_config: Config, tmp_path: Path) -> None:
    for folder in EXAMPLES.values():
        assert flaws_of(read_source(folder).files) == (), folder.name
    wheels = [build(folder, tmp_path / "dist") for folder in EXAMPLES.values()]
    with inside(sqlite_config):
        stored = [upload_wheel(system_actor("cli"), filename=path.name, content=path.read_bytes()) for path in wheels]
    installs = [Action(Verb.INSTALL, name, info.sha256) for name, info in zip(EXAMPLES, stored, strict=True)]
    assert make_change(sqlite_config, *installs, *(Action(Verb.ENABLE, name) for name in EXAMPLES)) == ""
    with inside(sqlite_config):
        rows = {row.name: row for row in overview(system_actor("cli")).modules}
    assert {name: rows[name].state for name in EXAMPLES} == dict.fromkeys(EXAMPLES, "enabled")


def test_the_documentation_names_each_and_each_readme_its_files() -> None:
    assert list(EXAMPLES) == ["customer_number", "webhook"]
    for name, folder in EXAMPLES.items():
        assert f"(examples/{name}/)" in (ROOT / "docs" / "modules.md").read_text("utf-8")
        readme = (folder / "README.md").read_text("utf-8")
        sources = {path.name for path in (folder / "src" / f"dialog_{name}").glob("*.py")} - {"__init__.py"}
        assert {file for file in sources if f"`{file}`" not in readme} == set()


def test_each_is_made_with_the_newest_template() -> None:
    for folder in EXAMPLES.values():
        answers = (folder / ".copier-answers.yml").read_text("utf-8")
        assert f"_commit: '{bundled_template().version}'" in answers, f"dialog module update {folder}"
