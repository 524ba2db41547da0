# SPDX-License-Identifier: Apache-2.0
"""Modules that are broken before they run: each is refused in words, and nobody at the desk notices."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hostile.conftest import BusyDesk

pytestmark = [pytest.mark.slow, pytest.mark.timeout(500), pytest.mark.xdist_group("hostile_modules")]


@pytest.fixture
def desk(busy_desk: BusyDesk) -> Iterator[BusyDesk]:
    """Return the busy desk, on which everybody is still served after each test.

    That the next change works is seen by the next test, whose module is examined and refused for what is wrong with
    *it*, and by the last one, whose module is sound.
    """
    yield busy_desk
    busy_desk.check_desk()


CASES = [
    pytest.param("importfails", "broken on purpose", id="import-error"),
    pytest.param("exits", "ended by itself with code 7", id="os-exit-at-import"),
    pytest.param("leaves", "SystemExit: this module has left", id="sys-exit-at-import"),
    pytest.param("spins", "did not end in time", id="endless-loop-at-import"),
    pytest.param("glutton", "MiB of memory", id="gigabyte-at-import"),
    pytest.param("threadstarter", "starts the thread stray", id="thread-at-import"),
    pytest.param("caller", "looks up a host name", id="connection-at-import"),
    pytest.param("listener", "listens on the network", id="socket-at-import"),
    pytest.param("misspelt", "colour", id="wrong-signature"),
    pytest.param("undeclared", "hooks that module.toml does not name: ticket_event", id="undeclared-hook"),
    pytest.param("overreach", "services that module.toml does not name: hidden", id="undeclared-capability"),
    pytest.param("badschema", "no settings today", id="settings-schema-raises"),
    pytest.param("halfway", "half of it is done", id="migration-fails-half-way"),
    pytest.param("meddler", "changed what is not its own: incident", id="migration-touches-core-table"),
    pytest.param("twin", "incident", id="table-clash"),
    pytest.param("lookup", "the address /lookup/contacts belongs to", id="route-clash"),
    pytest.param("tickets", "the name tickets belongs to pages of the platform", id="pages-name-clash"),
    pytest.param("shadow", "templates must stand in templates/shadow/", id="template-clash"),
    pytest.param("intake", "cannot be registered", id="name-clash"),
    pytest.param("replacer", "the platform itself runs on flask", id="other-flask"),
    pytest.param("lacking", "neither in the catalog nor uploaded", id="missing-library"),
]


@pytest.mark.parametrize(("name", "words"), CASES)
def test_it_is_refused_and_the_next_change_works(desk: BusyDesk, name: str, words: str) -> None:
    view = desk.install(name)
    assert view["state"] == "refused", view
    assert words in view["problem"]
    assert [step for step in view["steps"] if step["state"] == "failed" and words in step["text"]]
    assert desk.state(name) == "available"


def test_every_undeclared_capability_is_named(desk: BusyDesk) -> None:
    problem = desk.install("overreach")["problem"]
    for what in ("services", "secrets", "tables"):
        assert f"{what} that module.toml does not name" in problem


def test_a_sound_module_comes_through_after_all_of_them(desk: BusyDesk) -> None:
    desk.check_next_change()
    assert desk.state("plain") == "enabled" or desk.change("enable", "plain")["state"] == "done"


@pytest.mark.soak
def test_after_each_of_them_a_sound_change_works(desk: BusyDesk) -> None:
    for case in CASES:
        name, _words = case.values
        assert desk.install(str(name))["state"] == "refused"
        desk.check_next_change()
