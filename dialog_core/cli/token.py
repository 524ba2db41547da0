# SPDX-License-Identifier: Apache-2.0
"""`dialog token`: bearer tokens for the API."""

from __future__ import annotations

import json

import click

from dialog_core.cli.accounts import AS_JSON, ready
from dialog_core.staff import create_token, list_tokens, revoke_token, staff_id_by_email


@click.group("token", help="Tokens for the API.")
def group() -> None:
    """Hold the commands together."""


@group.command("create")
@click.option("--user", "email", required=True, help="E-mail address of the account in whose name the token acts.")
@click.option("--name", required=True, help="What the token is for.")
@AS_JSON
def create_command(email: str, name: str, as_json: bool) -> None:
    """Make a token and print it; it cannot be shown again."""
    with ready() as actor:
        plain = create_token(actor, name=name, staff_id=staff_id_by_email(email))
    click.echo(json.dumps({"token": plain}) if as_json else plain)


@group.command("list")
@AS_JSON
def list_command(as_json: bool) -> None:
    """List all tokens, those revoked last."""
    with ready() as actor:
        tokens = list_tokens(actor, everybody=True)
    if as_json:
        rows = [
            {
                "id": token.id,
                "user": token.staff_email,
                "name": token.name,
                "created_at": token.created_at.isoformat(),
                "last_used_at": token.last_used_at.isoformat() if token.last_used_at else None,
                "revoked": token.revoked_at is not None,
            }
            for token in tokens
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for token in tokens:
        state = "  (revoked)" if token.revoked_at else ""
        click.echo(f"{token.id:>6}  {token.staff_email:<32} {token.name}{state}")


@group.command("revoke")
@click.argument("token_id", type=int)
def revoke_command(token_id: int) -> None:
    """Stop the token with the id that `dialog token list` shows."""
    with ready() as actor:
        revoke_token(actor, token_id=token_id)
    click.echo(f"Token {token_id} revoked.")
