# SPDX-License-Identifier: Apache-2.0
"""`dialog upgrade`: another version of the platform takes over under load, or the one before goes on."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from dialog_core import __version__
from dialog_core.database import wanted_revision
from tests.running import Platform
from tests.running.fixtures import NewPlatform, made_once, node_beside
from tests.running.other_version import ROOT, build_platform
from tests.running.platform import ADMINISTRATOR, PASSWORD, CommandFailed
from tests.running.processes import processes_of
from tests.running.visitors import Stream, Visitor, at_work
from tests.running.waiting import eventually
from tests.running.web import sign_in

pytestmark = [pytest.mark.soak, pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.xdist_group("platform_upgrade")]
MIGRATION = '''# SPDX-License-Identifier: Apache-2.0
"""{title}"""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    {statement}


def downgrade() -> None:
    """Undo."""
'''
VERSIONS = Path("dialog_core/database/migrations/versions")
REQUEST = {
    "subject": "From the old version", "description": "d", "kind": "consultation",
    "contact": {"full_name": "Busy Customer", "email": "busy@example.org"},
}  # fmt: skip
GOOD, SICK, BROKEN, TAKING = "0.91", "0.92", "0.93", "0.94"


def migration(revision: str, before: str, statement: str) -> dict[str, str]:
    """Return the file of a migration."""
    text = MIGRATION.format(title=revision, revision=revision, before=before, statement=statement)
    return {str(VERSIONS / f"{revision}.py"): text}


@pytest.fixture(scope="session")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with wheels of other versions: a good one, and three that must not take over."""
    adds = migration(
        "0901", wanted_revision(), 'op.add_column("staff", sa.Column("shoe_size", sa.Integer(), nullable=True))'
    )
    takes = migration("0901", wanted_revision(), 'op.drop_column("node_process", "problem")')
    make = '    """Boot the worker, in its own process."""\n'

    def build(folder: Path) -> None:
        folder.mkdir()
        page = ("admin_ui/templates/admin_ui/signing/sign_in.html", "</h1>", " of tomorrow</h1>")
        build_platform(folder, GOOD, changes={page[0]: page[1:]}, added=adds)
        sick = {"dialog_core/server/gunicorn_conf.py": (make, f'{make}    raise RuntimeError("sick")\n')}
        build_platform(folder, SICK, changes=sick, added=adds)
        app = "def create_app("
        broken = {"dialog_core/app.py": (app, f'raise RuntimeError("torn")\n\n\n{app}')}
        build_platform(folder, BROKEN, changes=broken, added=adds)
        build_platform(folder, TAKING, changes={}, added=takes)

    return made_once(tmp_path_factory, "versions", build)


def documented(beginning: str) -> list[str]:
    """Return the arguments of a command in docs/upgrading.md, for the good version."""
    page = (ROOT / "docs" / "upgrading.md").read_text()
    found = re.findall(rf"^ +dialog ({re.escape(beginning)}.*)$", page, re.MULTILINE)
    assert len(found) == 1, found
    return [{"VERSION": GOOD}.get(word, word) for word in found[0].split()]


def _in(folder: Path, words: list[str]) -> list[str]:
    return [str(folder) if word == "WHEELS" else word for word in words]


@contextmanager
def nobody_is_turned_away(*platforms: Platform) -> Iterator[None]:
    """Read with kept connections and listen to live streams all the time; not one request may fail."""
    stop = threading.Event()
    visitors: list[Visitor] = []
    streams: list[Stream] = []
    for platform in platforms:
        pages = sign_in(platform.url, ADMINISTRATOR, PASSWORD)
        cookies = dict(pages.cookies)
        pages.close()
        visitors += [
            Visitor(platform.url, stop, paths=("/queue", "/organisations"), cookies=cookies),
            Visitor(platform.url, stop, paths=("/modules", "/healthz"), cookies=cookies),
            Visitor(platform.url, stop, paths=("/readyz", "/healthz"), cookies=cookies),
        ]
        streams += [Stream(platform.url, stop, cookies) for _ in range(5)]
    with at_work([*visitors, *streams], stop):
        yield
    assert [problem for one in (*visitors, *streams) for problem in one.problems] == []
    assert all(one.answered > 10 for one in visitors), [one.answered for one in visitors]


def versions_running(platform: Platform) -> set[str]:
    """Return which versions the living processes say that they run."""
    alive = processes_of(platform.home)
    rows = platform.rows("SELECT pid, platform_version FROM node_process")
    return {row.platform_version for row in rows if row.pid in alive}


def test_a_version_takes_over_under_load_and_stays_after_a_restart(
    new_platform: NewPlatform, prepared_home: Path, versions: Path
) -> None:
    platform = new_platform(prepared_home)
    [parent] = platform.processes
    assert f"Version {GOOD} can be taken." in platform.dialog(*_in(versions, documented("upgrade --check")))
    assert versions_running(platform) == {__version__}
    with nobody_is_turned_away(platform):
        upgrade = _in(versions, documented("upgrade VERSION"))
        said = platform.dialog(*upgrade, "--watch", "2", "--patience", "240")
    assert f"Version {GOOD} runs." in said
    assert parent.poll() is None
    assert Path(f"/proc/{parent.pid}/cmdline").read_bytes().startswith(str(platform.home).encode())
    assert versions_running(platform) == {GOOD}
    assert "of tomorrow" in httpx.get(f"{platform.url}/sign-in", trust_env=False).text
    assert platform.rows("SELECT shoe_size FROM staff")
    copies = list((platform.home / "platform" / "backups").glob("*.sqlite3"))
    assert len(copies) == 1
    assert GOOD in platform.dialog(*documented("--version"))
    with pytest.raises(CommandFailed, match="is the one that runs"):
        platform.dialog("upgrade", GOOD, "--wheels", str(versions))
    with nobody_is_turned_away(platform), pytest.raises(CommandFailed, match=f"Version {GOOD} runs") as failed:
        platform.dialog("upgrade", SICK, "--wheels", str(versions), "--watch", "2", "--patience", "30")
    assert f"Version {SICK} did not take over: its part web" in failed.value.error
    assert versions_running(platform) == {GOOD}
    assert GOOD in platform.dialog("--version")
    platform.stop()
    platform.start()
    eventually(lambda: versions_running(platform) == {GOOD}, what="the active version starts")
    assert platform.dialog("doctor")
    platform.stop()
    platform.environment["DIALOG_PLATFORM"] = "here"  # the version before, on the database that has grown
    platform.start()
    eventually(lambda: versions_running(platform) == {__version__}, what="the old version on the new tables")
    assert "of tomorrow" not in httpx.get(f"{platform.url}/sign-in", trust_env=False).text


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        (BROKEN, "The new version does not start: RuntimeError: torn"),
        (TAKING, "takes something away, .*node_process.problem goes"),
    ],
)
def test_a_version_that_cannot_be_is_refused_before_anything_is_touched(
    platform: Platform, versions: Path, version: str, reason: str
) -> None:
    for option in (("--check",), ()):
        with pytest.raises(CommandFailed, match=reason):
            platform.dialog("upgrade", *option, version, "--wheels", str(versions))
    assert versions_running(platform) == {__version__}
    assert platform.rows("SELECT version_num FROM core_alembic_version")[0].version_num == wanted_revision()
    assert not (platform.home / "platform" / "active.json").exists()
    assert not list((platform.home / "platform").glob("[.0-9]*"))


@pytest.mark.postgres
def test_nodes_go_over_one_after_the_other_whatever_starts_their_parts(
    new_platform: NewPlatform, versions: Path, postgres_template: Callable[[], str]
) -> None:
    first = new_platform(database_url=postgres_template(), web_workers=2)
    second = node_beside(new_platform, first, web_workers=2, parts=("web", "worker"))
    first.begin("Two nodes")
    upgrade = ("upgrade", GOOD, "--wheels", str(versions), "--watch", "2", "--patience", "240")
    with nobody_is_turned_away(first, second):
        assert f"Version {GOOD} runs." in first.dialog(*upgrade)
        assert (versions_running(first), versions_running(second)) == ({GOOD}, {__version__})
        assert first.rows("SELECT shoe_size FROM staff")
        with closing(second.api()) as api:
            assert api.make("/tickets", **REQUEST)["number"], "the version before works on the new tables"
        said = second.dialog(*upgrade)
    assert ("web: done" in said, "worker: done" in said, f"Version {GOOD} runs." in said) == (True, True, True), said
    assert versions_running(second) == {GOOD}
    for node in (first, second):
        assert "of tomorrow" in httpx.get(f"{node.url}/sign-in", trust_env=False).text
    with nobody_is_turned_away(first, second), pytest.raises(CommandFailed, match=f"Version {GOOD} runs"):
        second.dialog("upgrade", SICK, "--wheels", str(versions), "--watch", "2", "--patience", "30")
    assert versions_running(second) == {GOOD}
