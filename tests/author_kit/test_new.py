# SPDX-License-Identifier: Apache-2.0
"""`dialog module new`: what is refused, in one line each, and that nothing is left behind then."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dialog_core.app import create_app
from dialog_core.authoring import AuthoringProblem, check_answers
from dialog_core.authoring.naming import RESERVED, check_name
from dialog_core.cli.module import group
from dialog_core.config import Config
from dialog_core.modules import boot_core_only, is_cores_name
from dialog_core.staff import permissions
from tests.author_kit.making import ANSWERS, run_tool


def refusal(**changes: object) -> str:
    with pytest.raises(AuthoringProblem) as refused:
        check_answers({key: value for key, value in (ANSWERS | changes).items() if value is not None})
    text = str(refused.value)
    assert "\n" not in text
    assert text.isprintable()
    return text


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "needs a name"),
        ("Sample", "“sample” would do"),
        ("my-sample", "“my_sample” would do"),
        ("1st", "begins with a letter"),
        ("пример", "lower-case Latin letters"),
        ("a__b", "single _"),
        ("sample_", "single _"),
        ("a\x1b[2J", "lower-case Latin letters"),
        ("x" * 41, "41 characters, at most 40"),
        ("class", "word of the language Python"),
        ("ticket", "the platform uses it itself"),
        ("module_settings", "the platform uses it itself"),
        ("modules", "the platform uses it itself"),
        ("updates", "the platform uses it itself"),
        ("core", "the platform uses it itself"),
        ("platform", "is installed here"),
        ("telegram", "comes with the platform"),
        ("sla", "comes with the platform"),
    ],
)
def test_a_name_that_cannot_be_is_refused(name: str, why: str) -> None:
    assert why in refusal(name=name)


def test_every_word_of_the_platform_is_reserved(tmp_path: Path) -> None:
    app = create_app(Config.from_environment({"DIALOG_HOME": str(tmp_path)}), boot_core_only("test"))
    words = {name.split("-")[0] for name in app.blueprints} | {name.split(".")[0] for name in permissions.ALL}
    for rule in app.url_map.iter_rules():
        for prefix in ("/", "/modules/", "/api/v1/"):
            if rule.rule.startswith(prefix):
                words.add(rule.rule.removeprefix(prefix).partition("/")[0].partition(".")[0].replace("-", "_"))
    words = {word for word in words if word and "<" not in word}
    assert sorted(word for word in words - RESERVED if not is_cores_name(word)) == []
    for word in words:
        with pytest.raises(AuthoringProblem):
            check_name(word)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"title_en": "  "}, "“title_en” is empty"),
        ({"title_ru": "а\nб"}, "“title_ru” holds a line break"),
        ({"description_ru": "\x00"}, "“description_ru” holds a line break or another character"),
        ({"title_en": "\ud800"}, "“title_en” holds"),
        ({"title_en": "x" * 81}, "81 characters, at most 80"),
        ({"author": 7}, "“author” must be a text, not int"),
        ({"author": None}, "give --author, or a file with --answers"),
        ({"licence": "free"}, "“free” is no known licence"),
        ({"brings": []}, "nothing is named"),
        ({"brings": "channel, money"}, "“money” is none of them"),
        ({"brings": [1]}, "“brings” must be a text, not list"),
        ({"colour": "red"}, "no question “colour”"),
    ],
)
def test_an_answer_that_makes_no_sense_is_refused(changes: dict[str, object], why: str) -> None:
    assert why in refusal(**changes)


def run(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(group, ["new", *arguments], input=stdin)


def problem(result: Result) -> str:
    assert isinstance(result.exception, AuthoringProblem), result.output
    return str(result.exception)


def test_an_option_given_twice_adds_up_or_is_refused(tmp_path: Path) -> None:
    given = [f"--{key.replace('_', '-')}={value}" for key, value in ANSWERS.items() if key != "brings"]
    twice = run(str(tmp_path / "no"), *given, "--author=Boris", "--brings=fields")
    assert problem(twice) == "--author is given twice: give it once."
    result = run(str(tmp_path / "made"), *given, "--brings=fields", "--brings", "job,fields")
    assert result.exit_code == 0, result.output
    answers = (tmp_path / "made" / ".copier-answers.yml").read_text("utf-8")
    assert "brings:\n- fields\n- job\n" in answers


def test_nothing_is_left_of_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    answers = json.dumps(ANSWERS)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    assert "is not empty" in problem(run("full", "--answers", "-", stdin=answers))
    assert "is no folder" in problem(run("file", "--answers", "-", stdin=answers))
    assert "make it first" in problem(run("no/where", "--answers", "-", stdin=answers))
    assert "cannot be read" in problem(run("--answers", "nowhere.json"))
    assert "cannot be read" in problem(run("--answers", "-", stdin="{"))
    assert "JSON object" in problem(run("--answers", "-", stdin="[]"))
    assert "give --name, --title-en" in problem(run("new"))
    assert "word of the language" in problem(run("new", "--answers", "-", "--name", "class", stdin=answers))
    monkeypatch.setattr("dialog_core.authoring.template.importlib.util.find_spec", lambda name: None)
    assert "pip install 'dialog-platform[author]'" in problem(run("new", "--answers", "-", stdin=answers))
    assert sorted(tmp_path.rglob("*")) == before


def test_texts_are_written_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Quotes, backslashes and what templates are made of harm neither code nor manifest; an empty folder is taken."""
    from dialog_core.modules.wheels.manifest import parse_manifest

    monkeypatch.chdir(tmp_path)
    hostile = {"title_en": """Both " and ' \\n""", "title_ru": '"{{ 7 * 7 }}" [= name =] ${{ x }}', "author": "A <a@b>"}
    hostile |= {"description_en": '"""', "description_ru": "%(x)s [% endif %] \U0001f600", "brings": "pages,channel"}
    (tmp_path / "dialog-odd-one").mkdir()
    done = run("--answers", "-", "--name", "odd_one", stdin=json.dumps(ANSWERS | hostile))
    assert done.exit_code == 0, done.output
    folder = tmp_path / "dialog-odd-one"
    manifest = parse_manifest((folder / "src/dialog_odd_one/module.toml").read_bytes())
    assert manifest.title == {"en": hostile["title_en"], "ru": hostile["title_ru"]}
    assert manifest.description == {"en": hostile["description_en"], "ru": hostile["description_ru"]}
    run_tool(folder, "ruff", "check", "--no-cache", ".")
    names: dict[str, Any] = {}
    exec((folder / "src/dialog_odd_one/__init__.py").read_text(), names)  # noqa: S102 - made a moment ago
    assert names["TITLE"] == manifest.title
    assert [path.name for path in tmp_path.iterdir()] == ["dialog-odd-one"]
