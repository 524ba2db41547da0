# SPDX-License-Identifier: Apache-2.0
"""Each flaw that `dialog module check` knows: a sound module with one change, and where the check points to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from dialog_core.authoring import ProjectProblem, read_source
from dialog_core.modules import CODES, Flaw, flaws_of

from .sound_module import FILES, PACKAGE, write_module

HOOKS = f"{PACKAGE}/hooks.py"
SETTINGS = f"{PACKAGE}/settings.py"
TOML = f"{PACKAGE}/module.toml"
STEPS = f"{PACKAGE}/migrations/versions"
PO = f"{PACKAGE}/translations/ru/LC_MESSAGES/messages.po"
PANEL = f"{PACKAGE}/templates/sample/panel.html"
PROJECT = "pyproject.toml"
EVENT = "def ticket_event(event: TicketEvent) -> None:"
NOTICE = "def customer_notice(text: str, notice: CustomerNotice) -> str:"
UNDO = '    op.drop_table("sample_row")'
LOG = "log = logging.getLogger(__name__)"


@dataclass(frozen=True)
class Wrong:
    """A change and its flaw.

    Attributes:
        old: what is replaced in `file` by `new`; empty: `new` is added at the end of the file, which may be new.
        at: the file of the flaw, when it is another; line: text of the line that is pointed to, else line 1.
        words: what the advice says.
    """

    code: str
    file: str
    old: str
    new: str
    line: str
    words: str
    at: str = ""


def added(code: str, file: str, new: str, line: str, words: str) -> Wrong:
    return Wrong(code, file, "", new, line, words)


WRONG = [
    added("syntax", HOOKS, "def broken(:\n", "def broken(:", "correct it"),
    Wrong("manifest", TOML, 'icon = "note"', 'icon = "No Icon"', "No Icon", "docs/modules.md"),
    Wrong("manifest", TOML, 'category = "other"', 'category = "toys"', "toys", "what may stand there"),
    added("manifest", TOML, 'quality = "excellent"\n', 'quality = "excellent"', "what may stand there"),
    Wrong("entry-point", PROJECT, "dialog_sample.hooks", "dialog_sample.hook", "dialog_sample.hook",
          "dialog_sample.hooks"),
    Wrong("import-private", HOOKS, "import os\n", "import os\n\nfrom dialog_core.tickets import views\n",
          "dialog_core.tickets", "dialog_core.plugin"),
    added("import-private", SETTINGS, "import admin_ui.shell\n", "admin_ui.shell", "dialog_core.plugin"),
    added("import-private", SETTINGS, "from dialog_core import database\n", "import database", "dialog_core.plugin"),
    added("import-private", SETTINGS, 'import importlib\nX = importlib.import_module("dialog_core.database")\n',
          "X = ", "dialog_core.plugin"),
    Wrong("import-unknown", HOOKS, "hookimpl, mark\n", "hookimpl, mark, magic\n", "magic", "__all__"),
    added("import-module", SETTINGS, "import dialog_telegram\n", "dialog_telegram", "through a hook"),
    Wrong("hook-unknown", HOOKS, EVENT, EVENT.replace("ticket_event", "ticket_evnt"), "ticket_evnt",
          "correct its name"),
    Wrong("hook-argument", HOOKS, EVENT, EVENT.replace("event:", "happened:"), "happened", "it can take event"),
    Wrong("hook-argument", HOOKS, EVENT, EVENT.replace("TicketEvent", "TicketEvent | None = None"), "= None",
          "without defaults"),
    Wrong("hook-argument-missing", HOOKS, "text: str, ", "", "def customer_notice", "take text and return it"),
    Wrong("hook-unmarked", HOOKS, f"@hookimpl\n{EVENT}", EVENT, EVENT, "write @hookimpl above it"),
    Wrong("hook-wrapper", HOOKS, f"@hookimpl\n{NOTICE}", f"@hookimpl(wrapper=True)\n{NOTICE}", NOTICE,
          "answer the hook"),
    added("hook-unreached", SETTINGS, "from dialog_core.plugin import hookimpl\n\n\n@hookimpl\n"
          "def setup_steps() -> None:\n    pass\n".replace("setup_steps", "jobs"), "def jobs", "import it there"),
    Wrong("hook-undeclared", TOML, '"ticket_event", ', "", EVENT, 'add "ticket_event" to hooks', at=HOOKS),
    Wrong("hook-absent", TOML, '"ticket_event", ', '"ticket_event", "jobs", ', '"jobs"', 'take "jobs" out'),
    Wrong("table-undeclared", TOML, 'tables = ["sample_row"]\n', "", "op.create_table", "capabilities.tables",
          at=f"{STEPS}/0001_row.py"),
    Wrong("import-effect", HOOKS, LOG, 'log = open("/dev/null")', "open(", "in the function that needs it"),
    Wrong("import-effect", HOOKS, LOG, f'{LOG}\nos.environ["LANG"] = "C"', "LANG", "in the function"),
    Wrong("import-effect", HOOKS, LOG, f"import threading\n{LOG}\nthreading.Thread(target=print).start()", "Thread(",
          "in the function"),
    Wrong("import-effect", HOOKS, LOG, f"from subprocess import run\n{LOG}\nrun(['true'])", "run(['true'])",
          "in the function"),
    Wrong("import-effect", HOOKS, LOG, f"import signal\n{LOG}\nsignal.signal(2, print)", "signal.signal",
          "in the function"),
    Wrong("import-effect", HOOKS, LOG, f"import socket\n{LOG}\nsocket.create_connection(('a', 1))", "create_conn",
          "in the function"),
    Wrong("import-effect", HOOKS, LOG, f"{LOG}\nma.Schema.context = None", "ma.Schema.context", "in the function"),
    Wrong("import-effect", HOOKS, LOG, f"{LOG}\nif log:\n    os.chdir('/')", "os.chdir", "in the function"),
    Wrong("translation-missing", HOOKS, LOG, f'{LOG}\nNEW = mark("Something new")', "Something new",
          "into the catalogue"),
    added("translation-missing", PANEL, "<b>{% trans %}Entirely new{% endtrans %}</b>\n", "Entirely new",
          "messages.po"),
    Wrong("translation-empty", PO, 'msgstr "Пока ничего"', 'msgstr ""', 'msgid "Nothing yet"', "translate it"),
    Wrong("translation-fuzzy", PO, 'msgid "Nothing yet"', '#, fuzzy\nmsgid "Nothing yet"', 'msgid "Nothing yet"',
          "take the mark away"),
    Wrong("translation-places", PO, "заявок: %(count)s", "заявок: %(number)s", 'msgid "Counted', "%(count)s"),
    added("translation-file", PO, "msgid nonsense\n", "", "correct the file"),
    Wrong("title-language", SETTINGS, '"ru": "Предел", ', "", '"en": "Limit"', "“ru”"),
    Wrong("title-language", SETTINGS, '"en": "Limit"', '"en": ""', '"en": ""', "“en”"),
    added("migration-order", f"{STEPS}/0004_later.py", FILES[f"{STEPS}/0002_count.py"], "", "name it 0003_WORDS.py"),
    Wrong("migration-order", f"{STEPS}/0002_count.py", 'revision = "0002"', 'revision = "two"', 'revision = "two"',
          'revision = "0002"'),
    Wrong("migration-order", f"{STEPS}/0002_count.py", 'down_revision = "0001"', "down_revision = None",
          "down_revision", "down_revision = '0001'"),
    Wrong("migration-irreversible", f"{STEPS}/0001_row.py", UNDO, "    pass", "def downgrade", "destructive = True"),
    Wrong("migration-destructive", f"{STEPS}/0002_count.py", "    op.add_column",
          '    op.drop_column("sample_row", "x")\n    op.add_column',
          "drop_column", "destructive = True"),
    Wrong("migration-foreign", f"{STEPS}/0002_count.py", 'op.add_column("sample_row"', 'op.add_column("ticket"',
          "op.add_column", "begin with sample_"),
    Wrong("secret-in-file", HOOKS, LOG, f'{LOG}\nAPI_TOKEN = "a8f3K29fjdkq7Zx02"', "API_TOKEN", "take it out"),
    Wrong("secret-in-file", HOOKS, LOG, f'{LOG}\nBOT = "123456789:AA{"x" * 33}"', "BOT", "take it out"),
    Wrong("secret-in-file", HOOKS, LOG, f'{LOG}\nHOST = "https://me:hunter22@example.org/"', "HOST", "take it out"),
    added("secret-in-file", f"{PACKAGE}/data.txt", "-----BEGIN RSA PRIVATE KEY-----\n", "BEGIN", "take it out"),
    Wrong("secret-setting", SETTINGS, "    limit =", "    password = fields.String()\n    limit =", "password",
          "secret"),
    Wrong("secret-undeclared", TOML, 'secrets = ["access_token"]\n', "", "access_token", "capabilities.secrets",
          at=SETTINGS),
    Wrong("secret-undeclared", TOML, '"access_token"', '"access_token", "limit"', '"limit"', "take it out of the list"),
    added("file-forbidden", f"{PACKAGE}/.env", "A=1\n", "", "delete it"),
    added("file-forbidden", f"{PACKAGE}/server.pem", "x\n", "", "out of the package"),
    added("file-forbidden", f"{PACKAGE}/tests/test_it.py", "", "", "beside src/"),
    added("file-forbidden", f"{PACKAGE}/.mypy_cache/x.json", "", "", "delete it"),
    added("size", f"{PACKAGE}/data.json", " " * (5 * 2**20 + 1), "", "make it smaller"),
    added("size", f"{PACKAGE}/table.py", "#" * (600 * 1024), "", "split it"),
    Wrong("requires-platform", PROJECT, '"dialog-platform ~= 0.1"', '"dialog-platform"', "dialog-platform", "~= "),
    Wrong("requires-pinned", PROJECT, '"marshmallow"', '"marshmallow < 4"', "marshmallow", "write marshmallow alone"),
    Wrong("licence", PROJECT, 'license = "MIT"', 'license = "do what you like"', "license", "SPDX"),
    Wrong("licence", PROJECT, 'license = "MIT"\n', "", "", "Apache-2.0"),
    added("quality-claimed", f"{PACKAGE}/quality.toml", 'level = "excellent"\n', "", "delete it"),
    Wrong("requires-python", PROJECT, 'requires-python = ">=3.11"\n', "", "", "requires-python"),
    Wrong("description", TOML, "Counts tickets and does nothing beyond that.", "Sample", 'en = "Sample"', "sentence"),
    Wrong("description", TOML, "Считает заявки и больше ничего не делает.", "Counts tickets, in English only.",
          "in English only", "language"),
    Wrong("description", PROJECT, 'readme = "README.md"\n', "", "", "README"),
    Wrong("description", PROJECT, "Counts tickets for the Dialog support platform", "x", 'description = "x"',
          "write one"),
    Wrong("changelog", PROJECT, '"CHANGELOG.md" = "dialog_sample/CHANGELOG.md"\n', "", "", "keep one",
          at=f"{PACKAGE}/CHANGELOG.md"),
    Wrong("changelog", "CHANGELOG.md", "## 1.0", "## 0.9", "", "## 1.0"),
    Wrong("untyped", HOOKS, EVENT, "def ticket_event(event):", "def ticket_event", "annotate it"),
]  # fmt: skip


def changed(wrong: Wrong) -> dict[str, str]:
    before = FILES.get(wrong.file, "")
    assert wrong.old in before, "the sound module is another by now"
    return {**FILES, wrong.file: before.replace(wrong.old, wrong.new, 1) if wrong.old else before + wrong.new}


def line_of(files: dict[str, str], wrong: Wrong) -> int:
    lines = files.get(wrong.at or wrong.file, "").splitlines()
    return next(number for number, text in enumerate(lines, 1) if wrong.line in text) if wrong.line else 1


def test_the_sound_module_is_sound(tmp_path: Path) -> None:
    assert flaws_of(read_source(write_module(tmp_path)).files) == ()


@pytest.mark.parametrize("wrong", WRONG, ids=[f"{wrong.code}-{number}" for number, wrong in enumerate(WRONG)])
def test_a_wrong_module_is_told_what_where_and_what_to_do(tmp_path: Path, wrong: Wrong) -> None:
    files = changed(wrong)
    found = flaws_of(read_source(write_module(tmp_path, files)).files)
    of_code = [flaw for flaw in found if flaw.code == wrong.code]
    assert [(flaw.file, flaw.line) for flaw in of_code] == [(wrong.at or wrong.file, line_of(files, wrong))], found
    assert wrong.words in of_code[0].advice
    assert of_code[0].what


def test_a_manifest_that_is_no_toml_or_of_another_name(tmp_path: Path) -> None:
    plain = FILES[TOML].partition("[capabilities]")[0]
    for number, (toml, line, words) in enumerate(
        [
            (plain.replace('name = "sample"', 'name = "example"'), 1, "make them the same"),
            (plain.replace("[title]", "[title"), 6, "docs/modules.md"),
        ]
    ):
        found = flaws_of(read_source(write_module(tmp_path / str(number), {**FILES, TOML: toml})).files)
        of_code = [flaw for flaw in found if flaw.code == "manifest"]
        assert [(flaw.file, flaw.line) for flaw in of_code] == [(TOML, line)]
        assert words in of_code[0].advice


def test_a_key_that_is_no_secret_is_said_to_be_none(tmp_path: Path) -> None:
    field = "    limit = fields.Integer"
    for number, (metadata, codes) in enumerate(((', metadata={"secret": False}', []), ("", ["secret-setting"]))):
        text = FILES[SETTINGS].replace(field, f"    search_key = fields.String(load_default=''{metadata})\n{field}")
        found = flaws_of(read_source(write_module(tmp_path / str(number), {**FILES, SETTINGS: text})).files)
        assert [flaw.code for flaw in found] == codes


def without(name: str) -> dict[str, str]:
    return {file: text for file, text in FILES.items() if file != name}


def test_files_that_are_missing(tmp_path: Path) -> None:
    for name, code in ((TOML, "manifest"), (f"{PACKAGE}/py.typed", "untyped")):
        found = flaws_of(read_source(write_module(tmp_path / code, without(name))).files)
        assert [(flaw.code, flaw.file, flaw.line) for flaw in found] == [(code, name, 1)]


def test_a_name_that_belongs_to_the_platform(tmp_path: Path) -> None:
    found = flaws_of(read_source(write_module(tmp_path, renamed("ticket"))).files)
    reserved = [flaw for flaw in found if flaw.code == "name-reserved"]
    assert [(flaw.file, flaw.line) for flaw in reserved] == [(PROJECT, 18)]
    assert "another name" in reserved[0].advice


def renamed(name: str) -> dict[str, str]:
    """Return the sound module under another name."""
    return {
        file.replace("sample", name): text.replace("dialog_sample", f"dialog_{name}").replace('"sample', f'"{name}')
        .replace("sample =", f"{name} =").replace("dialog-sample", f"dialog-{name}")
        for file, text in FILES.items()
    }  # fmt: skip


def test_an_old_hook_or_argument_is_advised_against(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dialog_core.hookspecs import Deprecation, HookKind, HookTerms
    from dialog_core.modules.quality import hook_rules

    going = Deprecation("0.2", "0.4", "use something else")
    terms = HookTerms(HookKind.NOTIFY, "0.1", 1.0, deprecation=going, deprecated_arguments={"event": going})
    known = hook_rules.hook_terms
    monkeypatch.setattr(hook_rules, "hook_terms", lambda name: terms if name == "ticket_event" else known(name))
    found = flaws_of(read_source(write_module(tmp_path)).files)
    assert [(flaw.code, flaw.severity.value, flaw.advice) for flaw in found] == [
        ("hook-deprecated", "advice", "use something else")
    ] * 2
    assert "gone in 0.4" in found[0].what


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("[project]", "[project", "[project", "not valid TOML"),
        ("[project]", "[tool.project]", 'name = "dialog-sample"', 'write name = "dialog-sample"'),
        ('name = "dialog-sample"', 'name = "sample"', 'name = "sample"', 'write name = "dialog-sample"'),
        ('version = "1.0"', 'version = "new"', "version", "is no version"),
        ('version = "1.0"\n', "", "[project]", 'version = "1.0"'),
        ("hatchling.build", "setuptools.build_meta", "build-backend", 'build-backend = "hatchling.build"'),
        ("dialog.modules", "dialog.plugins", "", "one entry point in “dialog.modules”"),
        ("sample = ", "Sample = ", "Sample = ", "cannot be the name of a module"),
        ("sample = ", "other = ", 'name = "dialog-sample"', 'write name = "dialog-other"'),
        ("README.md", "READ.md", "readme", "is not there"),
    ],
)
def test_a_folder_that_is_none_of_a_module(tmp_path: Path, old: str, new: str, line: str, words: str) -> None:
    text = FILES[PROJECT].replace(old, new, 1)
    write_module(tmp_path, {**FILES, PROJECT: text})
    with pytest.raises(ProjectProblem) as caught:
        read_source(tmp_path)
    flaw = caught.value.flaw
    number = next((number for number, each in enumerate(text.splitlines(), 1) if line and line in each), 1)
    assert (flaw.code, flaw.file) == ("project", PROJECT)
    assert flaw.line == number
    assert words in str(flaw)
    assert "\n" not in str(flaw)


def test_folders_without_the_package_or_without_anything(tmp_path: Path) -> None:
    write_module(tmp_path / "a", without(f"{PACKAGE}/__init__.py"))
    for name, words in (("a", "no package src/dialog_sample"), ("b", "there is no folder"), ("", "no pyproject.toml")):
        with pytest.raises(ProjectProblem, match=words):
            read_source(tmp_path / name)


def test_every_code_is_tried_here_or_with_a_wheel() -> None:
    with_wheels = {"project", "name-reserved", "hook-deprecated", "build", "preflight"}
    assert {wrong.code for wrong in WRONG} | with_wheels == set(CODES)


def test_a_flaw_is_one_line() -> None:
    flaw = Flaw("size", "src/x.bin", 1, "it has 9 MiB", "make it smaller")
    assert str(flaw) == "src/x.bin:1: size it has 9 MiB; make it smaller"
