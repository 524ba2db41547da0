# SPDX-License-Identifier: Apache-2.0
"""`dialog module dev`: the real command on a small module, whose files change while it runs."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from dialog_core.app import create_core
from dialog_core.authoring.dev.home import refuse_in_use, scratch_home
from dialog_core.authoring.dev.source import read_module
from dialog_core.config import Config
from dialog_core.conversations import Said
from dialog_core.database import db
from dialog_core.errors import DialogError, SetupProblem
from dialog_core.modules import Heartbeat, plain_app
from dialog_core.server import parent_running
from dialog_core.staff import system_actor
from dialog_core.tickets import Request, open_ticket
from tests.running import eventually
from tests.running.author import Author
from tests.running.browsing import Browsers, chromium, screenshots_folder
from tests.running.versions import MODULES

pytestmark = pytest.mark.xdist_group("module-dev")
HOOKS, MANIFEST, SCRIPT = "hooks.py", "module.toml", "migrations/versions/0001_lines.py"


@pytest.fixture(scope="module")
def author(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Author]:
    """Return an author at work; each test leaves the module as it was."""
    with Author(tmp_path_factory.mktemp("author"), "diary") as found:
        yield found


def test_the_link_signs_in_and_the_page_has_the_panel(author: Author) -> None:
    page = author.page()
    assert page.status_code == 200
    assert "first greeting" in page.text
    assert 'id="dialog-dev"' in page.text
    assert "Dev Administrator" in page.text


def test_who_has_no_link_gets_nothing_of_it(author: Author) -> None:
    with author.new_client() as stranger:
        assert stranger.get("/diary/").headers["Location"].startswith("/sign-in")
        page = stranger.get("/sign-in")
        assert "dialog-dev" not in page.text
        assert stranger.get("/-/dev/sign-in/guessed").status_code == 404
        assert (
            stranger.post("/-/dev/as", data={"role": "administrator"}, headers={"Origin": author.url}).status_code
            == 404
        )
        assert stranger.get("/diary/", headers={"Host": "evil.example"}).status_code == 400


def test_a_page_of_another_site_cannot_switch_the_role(author: Author) -> None:
    answer = author.client.post("/-/dev/as", data={"role": "tester"}, headers={"Origin": "http://evil.example"})
    assert answer.status_code == 404
    assert "Dev Administrator" in author.page().text


def test_what_is_not_installed_is_a_whole_module_all_the_same(author: Author) -> None:
    page = author.page("/modules/diary").text
    assert "Diary" in page
    assert "/modules/diary/settings" in page
    wrong = author.post("/modules/diary/settings", lines="500")
    assert "99" in wrong.text, "the module's schema has judged"
    saved = author.post("/modules/diary/settings", lines="33")
    assert saved.status_code == 303, saved.text
    assert 'value="33"' in author.page("/modules/diary/settings").text


def test_a_change_is_seen_and_no_connection_refused(author: Author) -> None:
    refused: list[str] = []
    learnt: list[str] = []
    served: list[float] = []
    is_over = threading.Event()

    def visit() -> None:
        while not is_over.is_set():
            begun = time.monotonic()
            try:
                httpx.get(f"{author.url}/sign-in", trust_env=False, timeout=60)
                served.append(time.monotonic() - begun)
            except httpx.TransportError as error:
                refused.append(repr(error))

    boot = author.boot()
    open_page = threading.Thread(target=lambda: learnt.append(_next_boot(author, boot)))
    visitors = [threading.Thread(target=visit) for _ in range(2)]
    for visitor in [open_page, *visitors]:
        visitor.start()
    try:
        begun = time.monotonic()
        with author.changed((HOOKS, "first greeting", "second greeting")):
            open_page.join(timeout=20)
            assert learnt == [author.boot()], "an open page learns of it"
            assert "second greeting" in author.page().text
            assert time.monotonic() - begun < 15, "bench/dev_reload.py measures; this only finds what hangs"
            assert eventually(lambda: _service_text(author) == "second greeting", what="the service runs with it")
        assert "first greeting" in author.page().text
    finally:
        is_over.set()
        for visitor in visitors:
            visitor.join()
    assert refused == []
    assert served


@pytest.mark.browser
def test_an_open_page_loads_again_unless_somebody_writes_in_it(author: Author, tmp_path: Path) -> None:
    with chromium() as browser:
        browsers = Browsers(browser, screenshots_folder(tmp_path))
        page = browsers.page(author.url)
        page.goto(author.link)
        page.locator("#dialog-dev > summary").click()
        with author.changed((HOOKS, "first greeting", "second greeting")):
            page.locator("#greeting", has_text="second greeting").wait_for()
            page.locator("#dialog-dev tr.is-own").first.wait_for()  # the panel stays open
            browsers.shot(page, "dev-panel")
            page.goto("/tickets/new")
            page.locator("[name=subject]").fill("half a sentence")
        page.locator("#dialog-dev .dev-stale").click()
        assert page.locator("[name=subject]").input_value() == ""
        page.locator("#dialog-dev [name=language]").select_option("ru")
        page.locator("#dialog-dev", has_text="Работать от имени").wait_for()
        page.locator("#dialog-dev [name=language]").select_option("en")
        page.locator("#dialog-dev", has_text="Work as").wait_for()
        browsers.close()
    assert browsers.problems == []


def test_roles_and_languages_are_switched_in_the_panel(author: Author) -> None:
    try:
        assert author.post("/-/dev/as", role="tester", language="ru").status_code == 303
        page = author.page().text
        assert "Dev Tester" in page
        assert "строк в дневнике" in page, "the catalog of the module was compiled"
        assert "Работать от имени" in page, "the panel speaks the language of the page"
        assert author.page("/modules/diary").status_code == 403
        assert author.post("/-/dev/as", role="nobody").status_code == 303
        assert author.page().headers["Location"].startswith("/sign-in")
    finally:
        author.client.get(author.link)


def test_the_panel_lists_hooks_with_times_failures_and_what_would_be_refused(author: Author) -> None:
    ticket = _first_ticket(author)
    assert re.search(r"diary</td><td><code>ticket_panels", author.page(ticket).text)
    fails = (HOOKS, 'return [TicketPanel("lines"', 'raise LookupError("no panel")\n    return [TicketPanel("lines"')
    unsaid = (MANIFEST, 'pages = ["/diary/", "/diary/broken"]', 'pages = ["/diary/"]')
    with author.changed(fails, unsaid):
        page = author.page(ticket)
        assert page.status_code == 200, "a hook that fails takes no page down"
        own = re.search(r'<tr class="is-own">\s*<td>diary</td><td><code>ticket_panels.*?</tr>', page.text, re.DOTALL)
        assert own, page.text
        assert "LookupError: no panel" in own.group()
        assert "hooks.py" in own.group(), "with its traceback"
        assert re.search(r">\d+(\.\d)? ms<", own.group())
        assert re.search(r'hooks;dur=[\d.]+;desc="\d+ hooks", sql;dur=[\d.]+', page.headers["Server-Timing"])
        assert "module.toml does not name: /diary/broken" in page.text
        author.eventually_told(r"diary: the hook ticket_panels failed\nTraceback")
    assert "LookupError" not in author.page(ticket).text


def test_errors_are_pages_and_texts(author: Author) -> None:
    page = author.page("/diary/broken")
    assert page.status_code == 500
    assert "ValueError: this view is broken" in page.text
    assert re.search(r"dialog_diary/hooks\.py:\d+", page.text)
    assert "raise ValueError" in page.text
    text = author.client.get("/diary/broken", headers={"Accept": "application/json"})
    assert text.text.startswith("Traceback")
    author.eventually_told(r"GET /diary/broken failed\nTraceback")


def test_a_module_that_does_not_start_is_shown_and_mended(author: Author) -> None:
    hooks, manifest, script = ((author.package / name).read_text() for name in (HOOKS, MANIFEST, SCRIPT))
    try:
        author.edit({HOOKS: hooks.replace("GREETING = ", "GREETING = (")})
        page = author.page("/queue")
        assert (page.status_code, page.text.count("<h1>SyntaxError")) == (500, 1)
        assert "dialog_diary/hooks.py:" in page.text
        author.eventually_told("diary does not start")
        author.edit({HOOKS: hooks.replace("GREETING = ", "import os; os._exit(7)\nGREETING = ")})
        assert "exit 7" in author.page().text
        author.edit({HOOKS: hooks, MANIFEST: 'colour = "red"\n' + manifest})
        assert "“colour” is not known" in author.page().text
        author.edit({MANIFEST: manifest, SCRIPT: script.replace("op.create", 'op.execute("nonsense")\n    op.create')})
        page = author.page()
        assert "<h1>MigrationProblem" in page.text
        assert "0001_lines.py" in page.text
    finally:
        author.edit({HOOKS: hooks, MANIFEST: manifest, SCRIPT: script})
    assert author.page().status_code == 200


def test_jobs_and_events_are_told_in_the_terminal(author: Author) -> None:
    since = len(author.terminal)
    assert author.post("/modules/diary/work/run", kind="job", work="count").status_code == 303
    author.eventually_told(r"jobs job count  [\d.]+ ms", since=since)
    with create_core(author.config).app_context():
        open_ticket(system_actor("cli"), Request("Printer", Said("It does not print.")))
        db.session.remove()
        db.engine.dispose()
    author.eventually_told(r"jobs ticket_event\(ticket_opened \S+ \d+\)  [\d.]+ ms", since=since)


def test_a_changed_migration_makes_the_tables_anew(author: Author) -> None:
    since = len(author.terminal)
    author.post("/modules/diary/work/run", kind="job", work="count")
    author.eventually_told("jobs job count", since=since)
    assert "first greeting: 0 lines" not in author.page().text
    more = 'sa.Column("text", sa.Text), sa.Column("mood", sa.Text)'
    with author.changed((SCRIPT, 'sa.Column("text", sa.Text)', more)):
        assert "first greeting: 0 lines" in author.page().text
        author.eventually_told("the module's tables were made anew", since=since)
        with plain_app(author.config).app_context():
            with db.engine.connect() as connection:
                assert connection.exec_driver_sql("SELECT mood FROM diary_line").all() == []
            db.engine.dispose()


def test_a_web_process_that_dies_is_replaced(author: Author) -> None:
    before = author.boot()
    victim = _web_process(author)
    os.kill(victim, signal.SIGKILL)
    assert eventually(lambda: author.boot() != before, what="another process")
    assert author.page().status_code == 200


def test_one_line_says_why_it_does_not_start(author: Author, tmp_path: Path) -> None:
    cases = {
        "Another process works on": author.refused(str(author.root)),
        "is taken by another program": author.refused(str(author.root), "--home", str(tmp_path), port=author.port),
    }
    for expected, process in cases.items():
        said, complained = process.communicate(timeout=60)
        assert (process.returncode, said, complained.count("\n")) == (1, "", 1), f"{expected}: {said}{complained}"
        assert expected in complained
    assert not any(tmp_path.iterdir())


def test_a_home_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dialog.sqlite3").write_bytes(b"")
    with pytest.raises(SetupProblem, match="is no scratch home: it holds other files"), scratch_home(tmp_path):
        pass
    assert [file.name for file in tmp_path.iterdir()] == ["dialog.sqlite3"]


def test_a_home_on_which_a_platform_runs_is_refused(sqlite_config: Config) -> None:
    refuse_in_use(sqlite_config)
    heartbeat = Heartbeat(sqlite_config, parent_running(sqlite_config, "web"))
    heartbeat.start()
    try:
        with pytest.raises(SetupProblem, match=r"Another process works on .* --home"):
            refuse_in_use(sqlite_config)
    finally:
        heartbeat.stop()
    refuse_in_use(sqlite_config)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("src/dialog_diary/module.toml", 'name = "diary"', "name = 1", "“name” must be a text"),
        ("pyproject.toml", 'diary = "dialog_diary.hooks"', "", "there must be one entry point"),
        ("pyproject.toml", "[project]", "[project", "not valid TOML"),
        ("pyproject.toml", "diary =", "dairy =", "named .dialog-diary."),
    ],
)
def test_a_folder_without_a_module_is_refused(tmp_path: Path, file: str, old: str, new: str, expected: str) -> None:
    root = tmp_path / "diary"
    with pytest.raises(SetupProblem, match="there is no folder"):
        read_module(root)
    shutil.copytree(MODULES / "diary", root)
    assert read_module(root).version == "1.0"
    (root / file).write_text((root / file).read_text().replace(old, new))
    with pytest.raises(DialogError, match=expected):
        read_module(root)


def test_two_names_for_one_module_are_refused(tmp_path: Path) -> None:
    root = shutil.copytree(MODULES / "diary", tmp_path / "diary")
    (root / "src" / "dialog_diary").rename(root / "src" / "dialog_dairy")
    project = root / "pyproject.toml"
    project.write_text(project.read_text().replace("diary", "dairy"))
    with pytest.raises(SetupProblem, match=r"called “diary”, its entry point “dairy”. Write the same in both"):
        read_module(root)


def test_nothing_of_it_is_in_a_process_of_an_installation() -> None:
    program = (
        "import sys, dialog_core.app, dialog_core.server.worker, dialog_core.server.web\n"
        "print([name for name in sys.modules if name.startswith('dialog_core.authoring')])\n"
        "import dialog_core.cli.module\n"
        "print([name for name in sys.modules if name.startswith('dialog_core.authoring.dev')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["[]", "[]"]


@pytest.mark.soak
def test_a_second_start_finds_its_home(author: Author) -> None:
    """The last test: it presses Ctrl-C, which proves that nothing is left, and starts again."""
    author.post("/modules/diary/settings", lines="44")
    ignored = (author.home / ".gitignore").read_text()
    author.stop()

    author.start()
    author.client.get(author.link)
    assert 'value="44"' in author.page("/modules/diary/settings").text
    assert ignored == "*\n"


def _next_boot(author: Author, boot: str) -> str:
    with author.new_client() as page:
        while True:
            found = str(page.get("/-/dev/changes", params={"boot": boot}).json()["boot"])
            if found != boot:
                return found


def _first_ticket(author: Author) -> str:
    found = re.search(r'href="(/tickets/DEV[^"?/]+)"', author.page("/queue").text)
    assert found
    return found.group(1)


def _service_text(author: Author) -> str:
    page = author.page("/modules/diary").text
    found = re.search(r"(first|second) greeting", page)
    return found.group() if found else ""


def _web_process(author: Author) -> int:
    with plain_app(author.config).app_context():
        with db.engine.connect() as connection:
            row = connection.exec_driver_sql("SELECT pid FROM node_process WHERE role = 'web' ORDER BY id DESC").first()
        db.engine.dispose()
    assert row is not None
    return int(row[0])
