# SPDX-License-Identifier: Apache-2.0
"""`dialog user`: staff accounts."""

from __future__ import annotations

import json

import click

from dialog_core.cli.accounts import AS_JSON, read_password, ready
from dialog_core.errors import SetupProblem
from dialog_core.staff import (
    create_staff,
    list_roles,
    list_staff,
    set_password,
    set_role,
    staff_id_by_email,
    switch_off,
    switch_on,
)

PASSWORD = click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of standard input."
)


@click.group("user", help="Staff accounts.")
def group() -> None:
    """Hold the commands together."""


@group.command("create")
@click.argument("email")
@click.option("--role", required=True, help="administrator, supervisor, specialist, engineer or tester.")
@click.option("--name", default="", help="Shown to colleagues; the first part of the address when left out.")
@click.option(
    "--language", type=click.Choice(["ru", "en"]), help="Language of the pages; the installation's if left out."
)
@PASSWORD
@AS_JSON
def create_command(
    *, email: str, role: str, name: str, language: str | None, password_stdin: bool, as_json: bool
) -> None:
    """Make an account. The first administrator made so ends the set-up in the browser."""
    if not password_stdin:
        raise SetupProblem("Give the password on standard input, with --password-stdin.")
    password = read_password()
    with ready() as actor:
        if role not in {known.name for known in list_roles()}:
            known_roles = ", ".join(known.name for known in list_roles())
            raise SetupProblem("There is no role “%(role)s”. The roles are: %(roles)s.", role=role, roles=known_roles)
        staff_id = create_staff(actor, email=email, role=role, name=name, password=password, language=language)
    if as_json:
        click.echo(json.dumps({"id": staff_id, "email": email.strip().lower(), "role": role}))
    else:
        click.echo(f"Account {email.strip().lower()} made, role {role}.")


@group.command("list")
@AS_JSON
def list_command(as_json: bool) -> None:
    """List all accounts."""
    with ready() as actor:
        people = list_staff(actor)
    if as_json:
        rows = [
            {
                "id": person.id,
                "email": person.email,
                "name": person.name,
                "roles": list(person.roles),
                "teams": [name for _, name in person.teams],
                "active": person.is_active,
            }
            for person in people
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for person in people:
        state = "" if person.is_active else "  (switched off)"
        click.echo(f"{person.email:<32} {','.join(person.roles):<16} {person.name}{state}")


@group.command("password")
@click.argument("email")
@PASSWORD
def password_command(email: str, password_stdin: bool) -> None:
    """Set a new password; all sessions of the account end."""
    if not password_stdin:
        raise SetupProblem("Give the password on standard input, with --password-stdin.")
    password = read_password()
    with ready() as actor:
        set_password(actor, staff_id=staff_id_by_email(email), password=password)
    click.echo(f"Password of {email} changed.")


@group.command("role")
@click.argument("email")
@click.argument("role")
def role_command(email: str, role: str) -> None:
    """Give an account another role."""
    with ready() as actor:
        set_role(actor, staff_id=staff_id_by_email(email), role=role)
    click.echo(f"Role of {email}: {role}.")


@group.command("off")
@click.argument("email")
def off_command(email: str) -> None:
    """Switch an account off; its sessions and tokens end."""
    with ready() as actor:
        switch_off(actor, staff_id=staff_id_by_email(email))
    click.echo(f"Account {email} switched off.")


@group.command("on")
@click.argument("email")
def on_command(email: str) -> None:
    """Switch an account on again."""
    with ready() as actor:
        switch_on(actor, staff_id=staff_id_by_email(email))
    click.echo(f"Account {email} switched on.")
