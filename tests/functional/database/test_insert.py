# SPDX-License-Identifier: Apache-2.0
"""A row is inserted once, and who inserted it knows."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from dialog_core.clock import now
from dialog_core.database import db, write
from dialog_core.database.insert import insert_new
from dialog_core.installation.models import InstallationFact
from dialog_core.parties.models import Identity


@pytest.mark.usefixtures("any_core")
def test_only_the_first_of_two_inserts_a_row() -> None:
    with write() as session:
        facts = [insert_new(session, InstallationFact, key="k", value=turn, changed_at=now()) for turn in (1, 2)]
        people = [insert_new(session, Identity, channel="c", external_id="1", name=str(turn)) for turn in (1, 2)]
    assert (facts, people) == ([True, False], [True, False])
    assert db.session.scalar(select(InstallationFact.value).where(InstallationFact.key == "k")) == 1


def test_a_row_that_was_rolled_back_was_not_inserted(any_core: Flask) -> None:
    def put_and_fail() -> None:
        with write() as session:
            assert insert_new(session, Identity, channel="c", external_id="1", name="")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        put_and_fail()
    with write() as session:
        assert insert_new(session, Identity, channel="c", external_id="1", name="")
