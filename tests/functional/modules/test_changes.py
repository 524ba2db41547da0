# SPDX-License-Identifier: Apache-2.0
"""Changes of modules from the command line to every process, with real wheels, uv, processes and databases."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, inspect, select

from dialog_core.config import Config
from dialog_core.database import db, open_engine
from dialog_core.modules import Action, Verb, changes_to_apply, live_processes, overview, request_change, upload_wheel
from dialog_core.modules.changes.applying import apply_change
from dialog_core.modules.changes.coordinator import apply_when_free, plain_app
from dialog_core.modules.models import ActiveGeneration, Generation, ModuleChange, StoredWheel
from dialog_core.staff import system_actor
from tests.functional.modules.conftest import Answer, Dialog, environment, run_command, wait_until

Catalog = Callable[..., Path]


def test_the_whole_way_of_a_module_on_both_databases(any_config: Config, module_catalog: Catalog) -> None:
    module_catalog("notebook", "paper", "gateway")

    def dialog(*arguments: str) -> Answer:
        return run_command(any_config, *arguments)

    listed = dialog("list").json
    assert [(row["name"], row["state"]) for row in listed["modules"]] == [
        ("gateway", "available"),
        ("notebook", "available"),
    ]
    installed = dialog("install", "notebook")
    assert installed.code == 0, installed.error
    assert installed.json["state"] == "done"
    assert [step["state"] for step in installed.json["steps"]] == ["done"] * 7
    engine = open_engine(any_config)
    assert "notebook_note" not in inspect(engine).get_table_names()
    enabled = dialog("enable", "notebook")
    assert enabled.code == 0, enabled.error
    assert "notebook_note" in inspect(engine).get_table_names()
    assert dialog("list").json["modules"][1]["state"] == "enabled"
    with engine.connect() as connection:
        row = connection.execute(select(ActiveGeneration.generation_id, ActiveGeneration.last_good_id)).one()
        found: Any = connection.execute(
            select(Generation.lock, Generation.report).where(Generation.id == row.generation_id)
        ).one()
    lock, report = found
    assert row.generation_id == row.last_good_id == enabled.json["generation"]
    assert [item["distribution"] for item in lock["libraries"]] == ["dialoglib-paper"]
    facts = report["modules"]["notebook"]
    assert facts["routes"] == ["/notebook/"]
    assert [field["name"] for field in facts["form"]] == ["colour", "lines"]
    assert dialog("disable", "notebook").code == 0
    assert "notebook_note" in inspect(engine).get_table_names()
    engine.dispose()


def test_every_process_runs_it_when_the_command_returns(
    sqlite_config: Config, dialog: Dialog, module_catalog: Catalog, start_process: Callable[..., object]
) -> None:
    module_catalog("notebook", "paper")
    for role in ("web", "web", "jobs", "service:notebook.clock", "web-parent"):
        start_process(sqlite_config, role)
    assert dialog("install", "notebook").code == 0
    enabled = dialog("enable", "notebook")
    assert enabled.code == 0, enabled.error
    assert enabled.json["steps"][-1]["text"] == f"4 of 4 processes on {enabled.json['generation']}"
    engine = open_engine(sqlite_config)
    with engine.connect() as connection:
        counted = [process for process in live_processes(connection) if process.converges]
    engine.dispose()
    assert {process.generation for process in counted} == {enabled.json["generation"]}
    assert not any(process.problem for process in counted)


def test_when_a_process_does_not_come_up_everything_returns(
    sqlite_config: Config, dialog: Dialog, module_catalog: Catalog, start_process: Callable[..., object]
) -> None:
    module_catalog("notebook", "paper")
    assert dialog("install", "notebook").code == 0
    broken = sqlite_config.home / "generations" / "3"
    start_process(sqlite_config, "web", DIALOG_HOME=str(_unwritable(sqlite_config.home)))
    failed = dialog("enable", "notebook")
    assert failed.code == 1
    assert "did not start with the change" in failed.error
    assert broken.exists()
    after = dialog("list").json
    assert after["generation"] == 2
    assert after["modules"][0]["state"] == "disabled"


def _unwritable(home: Path) -> Path:
    """Return a home of another node where no generation can be made."""
    other = home.parent / "other"
    other.mkdir()
    (other / "generations").write_text("a file in the place of the folder")
    return other


def test_a_module_stays_of_the_catalog_when_the_catalog_is_built_anew(
    sqlite_config: Config, dialog: Dialog, module_catalog: Catalog
) -> None:
    catalog = module_catalog("notebook", "paper")
    assert dialog("install", "notebook").code == 0
    (catalog / "catalog.json").write_text('{"wheels": []}')
    with plain_app(sqlite_config).app_context():
        rows = {row.name: row for row in overview(system_actor()).modules}
    assert rows["notebook"].source == "catalog"
    assert rows["notebook"].size


def test_a_process_that_never_changes_fails_the_change_after_a_while(
    sqlite_config: Config, dialog: Dialog, module_catalog: Catalog, start_process: Callable[..., object]
) -> None:
    module_catalog("notebook", "paper")
    assert dialog("install", "notebook").code == 0
    start_process(sqlite_config, "stubborn")
    with plain_app(sqlite_config).app_context():
        change = request_change(system_actor("cli"), actions=[Action(Verb.ENABLE, "notebook")])
        view = apply_change(sqlite_config, change, converge_seconds=1.5)
        assert view.state == "failed"
        assert "0 of 1 processes on 3" in view.problem
        assert overview(system_actor()).generation == 2


def test_a_change_stays_when_what_ran_before_could_not_work_with_the_data_any_more(
    sqlite_config: Config,
    dialog: Dialog,
    module_catalog: Catalog,
    module_wheel: Callable[[str], Path],
    start_process: Callable[..., object],
) -> None:
    module_catalog("paper")
    assert (dialog("install", str(module_wheel("notebook2"))).code, dialog("enable", "notebook").code) == (0, 0)
    start_process(sqlite_config, "stubborn")
    with plain_app(sqlite_config).app_context():
        wheel = module_wheel("notebook3")
        stored = upload_wheel(system_actor("cli"), filename=wheel.name, content=wheel.read_bytes())
        action = Action(Verb.INSTALL, "notebook", stored.sha256)
        change = request_change(system_actor("cli"), actions=[action])
        view = apply_change(sqlite_config, change, converge_seconds=1.5)
        assert (view.state, overview(system_actor()).generation) == ("failed", 4)
        assert "It cannot be taken back: “notebook” 2.0 cannot work with its data any more" in view.problem


def test_two_changes_at_once_follow_one_another(sqlite_config: Config, dialog: Dialog, module_catalog: Catalog) -> None:
    module_catalog("notebook", "paper", "gateway")
    answers: list[Answer] = []
    threads = [
        threading.Thread(target=lambda name=name: answers.append(run_command(sqlite_config, "install", name)))
        for name in ("notebook", "gateway")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.code for answer in answers] == [0, 0], answers
    assert [row["state"] for row in dialog("list").json["modules"]] == ["disabled", "disabled"]


def test_a_change_whose_process_was_killed_is_made_by_the_next(sqlite_config: Config, module_catalog: Catalog) -> None:
    module_catalog("notebook", "paper")
    with plain_app(sqlite_config).app_context():
        change = request_change(system_actor("cli"), actions=[Action(Verb.INSTALL, "notebook")])
        process = subprocess.Popen(
            [sys.executable, "-m", "dialog_core.modules.changes.apply", str(change)], env=environment(sqlite_config)
        )
        engine = open_engine(sqlite_config)
        wait_until(lambda: _step_reached(engine, change, "build"))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert changes_to_apply() == [change]
    assert apply_when_free(sqlite_config, change).state == "done"
    engine.dispose()


def _step_reached(engine: Engine, change: int, name: str) -> bool:
    with engine.connect() as connection:
        steps = connection.scalar(select(ModuleChange.steps).where(ModuleChange.id == change)) or []
    return any(step["step"] == name for step in steps)


def test_a_process_that_slept_over_its_lease_leaves_the_change_to_the_other(
    sqlite_config: Config, module_catalog: Catalog
) -> None:
    module_catalog("plain")
    with plain_app(sqlite_config, migrate=True).app_context():
        actions = [Action(Verb.INSTALL, "plain"), Action(Verb.ENABLE, "plain")]
        change = request_change(system_actor("cli"), actions=actions)
        turns = iter((True, True, True, False))
        assert apply_change(sqlite_config, change, is_ours=lambda: next(turns)).state == "running"

        def slept(left: list[int] = [5]) -> bool:  # noqa: B006 - counts down
            left[0] -= 1
            if left[0] == 0:  # the other is done with it just after this one has looked
                assert apply_change(sqlite_config, change).state == "done"
            return True

        view = apply_change(sqlite_config, change, is_ours=slept)
        running = overview(system_actor())
        assert (view.state, view.problem, view.generation) == ("done", "", running.generation)
        assert {step["state"] for step in view.steps} == {"done"}
        assert [(row.name, row.state) for row in running.modules] == [("plain", "enabled")]
        db.session.remove()
        db.engine.dispose()


def test_an_uploaded_wheel_is_installed_and_an_unchanged_wish_makes_no_generation(
    sqlite_config: Config, dialog: Dialog, module_catalog: Catalog, module_wheel: Callable[[str], Path]
) -> None:
    module_catalog("paper")
    assert dialog("install", str(module_wheel("notebook"))).code == 0
    again = dialog("install", str(module_wheel("notebook")))
    assert again.code == 0
    assert again.json["generation"] == 2
    engine = open_engine(sqlite_config)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Generation)) == 2
        assert set(connection.scalars(select(StoredWheel.source))) == {"upload", "catalog"}
    engine.dispose()


@pytest.mark.parametrize(  # tests/hostile has all of them, on a desk at work
    ("name", "words"),
    [("importfails", "broken on purpose"), ("older", "made for another version of the platform")],
)
def test_a_broken_module_is_refused_and_the_next_change_works(
    dialog: Dialog, module_catalog: Catalog, name: str, words: str
) -> None:
    module_catalog(name, "gateway")
    refused = dialog("install", name)
    assert refused.code == 1
    assert words in refused.error
    assert refused.json["state"] == "refused"
    assert dialog("install", "gateway").code == 0
    assert {row["name"]: row["state"] for row in dialog("list").json["modules"]} == {
        name: "available",
        "gateway": "disabled",
    }


def test_words_for_what_is_not_there(dialog: Dialog, module_catalog: Catalog) -> None:
    module_catalog("gateway")
    assert "no module “nothing” in the catalog" in dialog("install", "nothing").error
    assert "is not installed" in dialog("enable", "gateway").error
    assert "cannot be read" in dialog("install", "./nothing.whl").error


def test_a_library_of_the_platform_is_not_replaced_by_an_upload(dialog: Dialog, tmp_path: Path) -> None:
    import base64
    import hashlib
    import zipfile

    info = "flask-99.0.dist-info"
    files = {"flask/__init__.py": "", f"{info}/METADATA": "Metadata-Version: 2.1\nName: flask\nVersion: 99.0\n"}
    wheel = tmp_path / "flask-99.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        record = ""
        for name, text in files.items():
            archive.writestr(name, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            record += f"{name},sha256={digest},{len(text)}\n"
        archive.writestr(f"{info}/RECORD", record + f"{info}/RECORD,,\n")
    assert "part of the platform itself" in dialog("install", str(wheel)).error


def test_a_name_of_the_catalog_is_not_taken_from_elsewhere(
    dialog: Dialog, module_catalog: Catalog, module_wheel: Callable[[str], Path], tmp_path: Path
) -> None:
    import shutil
    import zipfile

    module_catalog("gateway")
    foreign = shutil.copyfile(module_wheel("gateway"), tmp_path / module_wheel("gateway").name)
    with zipfile.ZipFile(foreign, "a") as archive:
        archive.comment = b"other bytes, same content"
    assert "only comes from there" in dialog("install", str(foreign)).error
