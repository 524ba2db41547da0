# SPDX-License-Identifier: Apache-2.0
"""`dialog user` and `dialog token`, on an empty home and beside a database in use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dialog_core import installation, staff
from dialog_core.app import create_core
from dialog_core.cli import group
from dialog_core.config import Config
from dialog_core.database import db
from dialog_core.errors import DialogError

PASSWORD = "a quiet river at dawn"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home that does not exist yet."""
    monkeypatch.setenv("DIALOG_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DIALOG_DATABASE_URL", raising=False)
    return tmp_path / "home"


def dialog(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(group, arguments, input=stdin)


def create_administrator(email: str = "ada@example.com") -> None:
    result = dialog("user", "create", email, "--role", "administrator", "--password-stdin", stdin=PASSWORD + "\n")
    assert result.exit_code == 0, result.output


def test_an_administrator_and_a_token_are_made_on_an_empty_home(home: Path) -> None:
    create_administrator()
    made = json.loads(dialog("token", "create", "--user", "ada@example.com", "--name", "script", "--json").stdout)
    people = json.loads(dialog("user", "list", "--json").stdout)
    assert [(person["email"], person["roles"], person["active"]) for person in people] == [
        ("ada@example.com", ["administrator"], True)
    ]
    with create_core(Config.from_environment()).app_context():
        bearer = staff.actor_by_token(made["token"])
        assert bearer is not None
        assert bearer.actor.may("installation.manage")
        assert installation.is_set_up()
        assert staff.authenticate(email="ada@example.com", password=PASSWORD, address="192.0.2.1")
        db.session.remove()
        db.engine.dispose()


def test_tokens_are_listed_and_revoked(home: Path) -> None:
    create_administrator()
    dialog("token", "create", "--user", "ada@example.com", "--name", "script")
    listed = json.loads(dialog("token", "list", "--json").stdout)
    assert [(token["user"], token["name"], token["revoked"]) for token in listed] == [
        ("ada@example.com", "script", False)
    ]
    assert dialog("token", "revoke", str(listed[0]["id"])).exit_code == 0
    assert json.loads(dialog("token", "list", "--json").stdout)[0]["revoked"] is True


def test_accounts_are_switched_off_and_on_and_get_passwords_and_roles(home: Path) -> None:
    create_administrator()
    create_administrator("bob@example.com")
    assert dialog("user", "role", "bob@example.com", "engineer").exit_code == 0
    assert dialog("user", "off", "bob@example.com").exit_code == 0
    assert "switched off" in dialog("user", "list").stdout
    assert dialog("user", "on", "bob@example.com").exit_code == 0
    assert dialog("user", "password", "bob@example.com", "--password-stdin", stdin="seven green turtles").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "stdin", "says"),
    [
        (("user", "create", "a@example.com", "--role", "tester"), "", "--password-stdin"),
        (("user", "create", "a@example.com", "--role", "tester", "--password-stdin"), "", "No password"),
        (("user", "create", "a@example.com", "--role", "tester", "--password-stdin"), "short", "at least 10"),
        (("user", "create", "nobody", "--role", "tester", "--password-stdin"), PASSWORD, "not an e-mail"),
        (("user", "create", "a@example.com", "--role", "king", "--password-stdin"), PASSWORD, "specialist"),
        (("user", "create", "ada@example.com", "--role", "tester", "--password-stdin"), PASSWORD, "already"),
        (("user", "off", "ada@example.com"), "", "last active administrator"),
        (("user", "off", "who@example.com"), "", "no account"),
        (("token", "create", "--user", "who@example.com", "--name", "x"), "", "no account"),
        (("token", "revoke", "77"), "", "no such token"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(home: Path, arguments: tuple[str, ...], stdin: str, says: str) -> None:
    create_administrator()
    result = dialog(*arguments, stdin=stdin)
    assert isinstance(result.exception, DialogError)
    assert says in str(result.exception)
