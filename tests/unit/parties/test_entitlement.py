# SPDX-License-Identifier: Apache-2.0
"""Which contract covers a request, on which day and for which kind."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dialog_core.database import db
from dialog_core.parties import Coverage, Entitlement, coverage, create_contract, create_organisation
from dialog_core.staff import Actor

pytestmark = pytest.mark.usefixtures("database")


def covered(organisation_id: int | None, kind: str, at: datetime) -> Coverage:
    return coverage(db.session(), organisation_id=organisation_id, kind=kind, at=at)


def test_both_ends_count_in_the_zone_of_the_customer(supervisor: Actor) -> None:
    home = create_organisation(supervisor, name="Ромашка", timezone="Asia/Yekaterinburg")
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    made = create_contract(supervisor, organisation_id=home, number="1", silence_days=3, starts_on=first, ends_on=last)
    expected = Coverage(Entitlement.COVERED, made, 3)
    assert covered(home, "outage", datetime(2025, 12, 31, 19, 0, tzinfo=UTC)) == expected
    assert covered(home, "outage", datetime(2026, 12, 31, 18, 59, tzinfo=UTC)) == expected
    assert covered(home, "outage", datetime(2025, 12, 31, 18, 59, tzinfo=UTC)).state == "no_contract"
    assert covered(home, "outage", datetime(2026, 12, 31, 19, 0, tzinfo=UTC)).state == "no_contract"


def test_the_scope_is_kept_and_the_newest_covering_contract_counts(supervisor: Actor) -> None:
    home = create_organisation(supervisor, name="Ромашка")
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC)
    narrow = create_contract(
        supervisor, organisation_id=home, number="1", starts_on=date(2026, 3, 1), kinds=["consultation"]
    )
    assert covered(home, "outage", noon) == Coverage(Entitlement.KIND_NOT_COVERED)
    assert covered(home, "consultation", noon).contract_id == narrow
    wide = create_contract(supervisor, organisation_id=home, number="2", starts_on=date(2026, 1, 1))
    assert covered(home, "outage", noon).contract_id == wide
    assert covered(home, "consultation", noon).contract_id == narrow


def test_who_has_no_organisation_is_said_to_have_none() -> None:
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC)
    assert covered(None, "outage", noon).state == "no_organisation"
    assert covered(404, "outage", noon).state == "no_organisation"
