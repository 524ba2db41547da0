# SPDX-License-Identifier: Apache-2.0
"""`dialog module check` and `build`: the wheel is built and tried out by the platform itself, in a fresh process."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dialog_core.authoring import build_wheel, check, read_source
from dialog_core.cli.module import group
from dialog_core.modules import CODES, PROMISES, Level, flaws_of, mark_of

from .sound_module import FILES, PACKAGE, write_module

ROOT = Path(__file__).parent.parent.parent


def dialog(*arguments: object) -> Result:
    """Run `dialog module …` with neither home nor database."""
    return CliRunner(env={"DIALOG_HOME": "/nowhere/at/all"}).invoke(group, [str(each) for each in arguments])


@pytest.mark.parametrize("name", ["telegram", "sla"])
def test_bundled_modules_have_the_best_mark(name: str) -> None:
    """Their own tests run the whole check, with the platform's trial (`TestModule`)."""
    flaws = flaws_of(read_source(ROOT / "plugins" / name).files)
    assert (flaws, mark_of(flaws).level) == ((), Level.EXCELLENT)


def test_a_good_module_is_told_in_json(tmp_path: Path) -> None:
    answer = dialog("check", write_module(tmp_path), "--json")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.output)
    assert (told["module"], told["flaws"], told["quality"]["level"]) == ("sample", [], "excellent")
    assert [each["name"] for each in told["quality"]["promises"]] == [promise.name for promise in PROMISES]


def test_check_says_line_code_and_mark_and_ends_with_one(tmp_path: Path) -> None:
    hooks = f"{PACKAGE}/hooks.py"
    write_module(tmp_path, {**FILES, hooks: FILES[hooks].replace("(event: TicketEvent)", "(happened: TicketEvent)")})
    answer = dialog("check", tmp_path)
    assert answer.exit_code == 1
    lines = answer.output.splitlines()
    what = "ticket_event takes the argument happened, which is not given to it"
    assert lines[0] == f"{hooks}:18: hook-argument {what}; it can take event, without defaults"
    assert lines[1:] == [
        "sample 1.0: 1 errors, 0 advice", "quality: basic, 10 of 11 promises kept",
        "  not kept: Keeps to the public interface",
    ]  # fmt: skip


def test_advice_is_no_error_and_costs_the_best_mark(tmp_path: Path) -> None:
    write_module(tmp_path, {**FILES, "CHANGELOG.md": "# Changes\n"})
    answer = dialog("check", tmp_path)
    assert answer.exit_code == 0
    assert "CHANGELOG.md:1: changelog it says nothing of version 1.0; write a heading ## 1.0" in answer.output
    assert "(advice)" in answer.output
    assert "quality: good, 10 of 11 promises kept" in answer.output


def test_the_trial_of_the_platform_is_part_of_the_check(tmp_path: Path) -> None:
    hooks, toml = f"{PACKAGE}/hooks.py", f"{PACKAGE}/module.toml"
    code = FILES[hooks].replace("hookimpl, mark", "Job, hookimpl, mark")
    code += '\n\n@hookimpl\ndef jobs() -> list[Job]:\n    """Count."""\n    title = {"ru": "Счёт", "en": "Count"}\n'
    code += '    return [Job("count", title, 60, lambda context: None)]\n'
    write_module(
        tmp_path, {**FILES, hooks: code, toml: FILES[toml].replace('"ticket_event",', '"ticket_event", "jobs",')}
    )
    report = check(tmp_path)
    assert [(flaw.code, flaw.file) for flaw in report.flaws] == [("preflight", toml)]
    assert "jobs that module.toml does not name: count" in report.flaws[0].what
    assert "make module.toml and the code the same" in report.flaws[0].advice


def test_a_module_that_is_installed_beside_the_platform_is_not_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "environment" / "dialog_sample-0.9.dist-info"
    installed.mkdir(parents=True)
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: dialog-sample\nVersion: 0.9\n")
    monkeypatch.syspath_prepend(str(installed.parent))
    report = check(write_module(tmp_path / "source"))
    assert [(flaw.code, flaw.file, flaw.line) for flaw in report.flaws] == [("preflight", "pyproject.toml", 1)]
    assert "pip uninstall dialog-sample" in report.flaws[0].advice


def test_what_the_wheel_lacks_is_found(tmp_path: Path) -> None:
    without = FILES["pyproject.toml"].replace('artifacts = ["*.mo"]\n', "")
    write_module(tmp_path, {**FILES, "pyproject.toml": without, ".gitignore": "*.mo\n"})
    report = check(tmp_path)
    assert [(flaw.code, flaw.file) for flaw in report.flaws] == [
        ("translation-file", f"{PACKAGE}/translations/ru/LC_MESSAGES/messages.po")
    ]
    assert "artifacts" in report.flaws[0].advice


def test_a_wheel_that_cannot_be_built(tmp_path: Path) -> None:
    broken = FILES["pyproject.toml"].replace('packages = ["src/dialog_sample"]', "packages = 7")
    report = check(write_module(tmp_path, {**FILES, "pyproject.toml": broken}))
    assert [(flaw.code, flaw.file, flaw.line) for flaw in report.flaws] == [("build", "pyproject.toml", 1)]
    assert "hatchling made no wheel" in report.flaws[0].what
    assert "packages" in report.flaws[0].what
    assert "correct what it names" in report.flaws[0].advice


def test_the_same_sources_give_the_same_wheel(tmp_path: Path) -> None:
    hashes = set()
    for name in ("first", "second"):
        root = write_module(tmp_path / name)
        (root / PACKAGE / "hooks.py").chmod(0o600 if name == "first" else 0o644)
        wheel = build_wheel(read_source(root), tmp_path / name / "out")
        hashes.add(hashlib.sha256(wheel.read_bytes()).hexdigest())
    assert len(hashes) == 1
    compiled = (tmp_path / "first" / PACKAGE / "translations/ru/LC_MESSAGES/messages.mo").read_bytes()
    assert b"POT-Creation-Date: 2020-02-02" in compiled, "no time of the day gets in"
    answer = dialog("build", tmp_path / "first")
    assert answer.exit_code == 0, answer.output
    built = Path(answer.output.splitlines()[-1])
    assert built.parent == tmp_path / "first" / "dist"
    assert hashlib.sha256(built.read_bytes()).hexdigest() in hashes
    assert dialog("check", built).output.splitlines()[-1] == "quality: excellent, 11 of 11 promises kept"


def test_an_error_forbids_building(tmp_path: Path) -> None:
    write_module(tmp_path, {**FILES, f"{PACKAGE}/.env": "A=1\n"})
    answer = dialog("build", tmp_path)
    assert answer.exit_code == 1
    assert f"{PACKAGE}/.env:1: file-forbidden" in answer.output
    assert not (tmp_path / "dist").exists()


def test_a_folder_without_a_module_is_one_line(tmp_path: Path) -> None:
    answer = dialog("check", tmp_path)
    assert answer.exit_code == 1
    assert answer.output.count("\n") == 1
    assert answer.output.startswith("pyproject.toml:1: project there is no pyproject.toml in ")


def test_the_page_has_a_line_for_every_code() -> None:
    page = (ROOT / "docs" / "modules.md").read_text()
    for name, code in CODES.items():
        assert f"| {code.severity.value} | `{name}` | {code.about} |" in page
    assert page.count("| error | `") + page.count("| advice | `") == len(CODES)
    for promise in PROMISES:
        assert f"**{promise.title}**" in page
