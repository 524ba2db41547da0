# SPDX-License-Identifier: Apache-2.0
"""`dialog module update`: the template's changes come, the author's stay, and where both changed a line both stand."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from dialog_core.authoring import AuthoringProblem, Template, update_module
from dialog_core.cli.module import group
from scripts.module_template import archive, begin_next
from tests.author_kit.conftest import MadeModule
from tests.author_kit.making import ROOT

ANSWERS_FILE = ".copier-answers.yml"


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=Anna", "-c", "user.email=anna@example.org", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def commit(folder: Path) -> None:
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "mine")


@pytest.fixture
def newer(tmp_path: Path) -> Template:
    """Return a template one version ahead: another line of ignored files, one more file, another first change."""
    template = Template(Path(shutil.copytree(ROOT / "plugin_template", tmp_path / "plugin_template")))
    archive(template)
    begin_next(template, "99.0.0")
    inner = template.folder / "template"
    change(inner / ".gitignore.jinja", "/dist/", "/dist/\n/htmlcov/")
    change(inner / "CHANGELOG.md.jinja", "- The first version.", "- Begun.")
    (inner / "SECURITY.md.jinja").write_text("Write to [= author =].\n")
    return template


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text, f"{old!r} is not in {path}"
    path.write_text(text.replace(old, new))


def test_an_unchanged_module_gets_what_is_new(own_module: MadeModule, newer: Template) -> None:
    module = own_module("fields")
    commit(module)
    done = update_module(module, newer)
    assert (done.before, done.after) == (1, 2)
    assert done.conflicts == ()
    assert done.changed == (ANSWERS_FILE, ".gitignore", "CHANGELOG.md", "SECURITY.md")
    assert (module / "SECURITY.md").read_text() == "Write to Anna.\n"
    assert "/htmlcov/" in (module / ".gitignore").read_text()
    commit(module)
    again = update_module(module, newer)
    assert (again.before, again.after, again.changed) == (2, 2, ())
    assert git(module, "status", "--porcelain") == ""


def test_what_the_author_changed_stays_and_a_conflict_is_marked(own_module: MadeModule, newer: Template) -> None:
    """The module may be a folder of a larger repository."""
    module = own_module("fields")
    change(module / "CHANGELOG.md", "- The first version.", "- Ready for the desk.")
    change(module / ".gitignore", "__pycache__/", "__pycache__/\n/notes/")
    asking = module / "src/dialog_fields_of_mine/asking.py"
    change(asking, "One person", "A single person")
    (module / "LICENSE").unlink()
    (module / "mine.txt").write_text("mine\n")
    commit(module.parent)
    done = update_module(module, newer)
    assert done.conflicts == ("CHANGELOG.md",)
    text = (module / "CHANGELOG.md").read_text()
    assert "- Ready for the desk." in text
    assert "- Begun." in text
    assert text.index("<<<<<<< before updating") < text.index(">>>>>>> after updating")
    ignored = (module / ".gitignore").read_text().splitlines()
    assert {"/notes/", "/htmlcov/"} <= set(ignored)
    assert "A single person" in asking.read_text()
    assert not (module / "LICENSE").exists()
    assert (module / "mine.txt").read_text() == "mine\n"
    assert set(done.changed) == {ANSWERS_FILE, ".gitignore", "CHANGELOG.md", "SECURITY.md"}


def refusal(module: Path, template: Template | None = None) -> str:
    with pytest.raises(AuthoringProblem) as refused:
        update_module(module, template)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_what_cannot_be_updated_is_said_and_left_alone(
    own_module: MadeModule, newer: Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = own_module("fields")
    assert "git init" in refusal(module, newer)
    git(module, "init", "--quiet")
    assert "git commit or git stash" in refusal(module, newer)
    commit(module)
    answers = (module / ANSWERS_FILE).read_text()
    (module / ANSWERS_FILE).write_text(answers.replace("'1'", "'7'"))
    assert "version 7 of the template, which this platform (version 2) does not know" in refusal(module, newer)
    (module / ANSWERS_FILE).write_text(answers.replace("_commit", "commit"))
    assert "does not say which version" in refusal(module, newer)
    (module / ANSWERS_FILE).unlink()
    assert "only a module made by `dialog module new`" in refusal(module, newer)
    git(module, "checkout", "--", ".")
    newer.archive_of(1).rename(newer.archive_of(9))
    assert "version 1 of the template, which" in refusal(module, newer)
    newer.archive_of(9).rename(newer.archive_of(1))
    with monkeypatch.context() as without:
        without.setenv("PATH", "/nowhere")
        assert "git is not installed here" in refusal(module, newer)
    (newer.folder / "template" / "broken.txt.jinja").write_text("[% if %]")
    assert "could not be applied" in refusal(module, newer)
    assert git(module, "status", "--porcelain", "--ignored") == ""


def test_the_command_lists_what_changed(
    own_module: MadeModule, newer: Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = own_module("fields")
    same = CliRunner().invoke(group, ["update", str(module)])
    assert same.exit_code == 0, same.output
    assert "the newest there is here" in same.output
    change(module / "CHANGELOG.md", "- The first version.", "- Ready for the desk.")
    commit(module)
    monkeypatch.setattr("dialog_core.authoring.updating.bundled_template", lambda: newer)
    done = CliRunner().invoke(group, ["update", str(module)])
    assert done.exit_code == 1
    assert "  conflict  CHANGELOG.md" in done.output
    assert "  changed   SECURITY.md" in done.output
    assert "edit these files" in done.stderr
