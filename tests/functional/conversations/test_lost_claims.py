# SPDX-License-Identifier: Apache-2.0
"""What a sender that died had in hand: never sent blindly, and its chat does not wait for the end of the claim."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from dialog_core.conversations.models import Delivery
from dialog_core.database import db
from dialog_core.jobs import owner_here
from dialog_core.modules import node_name
from dialog_core.plugin import SendResult, SendState
from dialog_core.runtime import runtime
from tests.functional.conftest import Desk


def test_the_claim_of_a_process_that_ended_is_given_up_at_once(bound: Desk) -> None:
    _claim(bound, _node() + "|999999999|1")
    bound.pump()
    assert bound.rows(Delivery.state) == [("unconfirmed",)]
    bound.put(t="text", who="6", id="2", text="Не работает и вторая касса")
    assert bound.rows(Delivery.state) == [("unconfirmed",), ("sent",)]


def test_the_claims_of_living_processes_and_of_other_nodes_are_waited_for(bound: Desk) -> None:
    for owner in (owner_here(_node()), "elsewhere|999999999|1"):
        _claim(bound, owner)
        bound.pump()
        assert bound.rows(Delivery.state) == [("sending",)]


def _node() -> str:
    return node_name(runtime().config.home)


def _claim(desk: Desk, owner: str) -> None:
    """Let a delivery be in the hands of somebody for another minute."""
    if not desk.rows(Delivery.id):
        desk.channel.results = [SendResult(SendState.RETRY, retry_after=60)]
        desk.put(t="text", who="5", id="1", text="Не работает касса")
    until = datetime.now(UTC) + timedelta(minutes=1)
    with db.engine.begin() as connection:
        connection.execute(sa.update(Delivery).values(state="sending", claimed_by=owner, claimed_until=until))
