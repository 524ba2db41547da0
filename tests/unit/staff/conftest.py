# SPDX-License-Identifier: Apache-2.0
"""People to act with."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from flask import Flask

from dialog_core import installation, staff

PASSWORD = "a quiet river at dawn"


@pytest.fixture(autouse=True)
def light_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use argon2 with little memory: these tests are about accounts, not about the cost of a hash."""
    monkeypatch.setattr("dialog_core.staff.passwords._hasher", PasswordHasher(1, 64, 1))


@pytest.fixture
def admin(core_app: Flask) -> staff.Actor:
    """Return an administrator of a fresh installation."""
    installation.ensure_defaults()
    staff_id = staff.create_staff(
        staff.system_actor(), email="Admin@Example.com", name="Ada Admin", role="administrator", password=PASSWORD
    )
    return staff.actor_for_staff(staff_id, "web")


@pytest.fixture
def specialist(admin: staff.Actor) -> staff.Actor:
    """Return a specialist beside the administrator."""
    staff_id = staff.create_staff(
        admin, email="sam@example.com", name="Сэм Специалист", role="specialist", password=PASSWORD
    )
    return staff.actor_for_staff(staff_id, "web")
