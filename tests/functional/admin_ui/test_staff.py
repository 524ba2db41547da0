# SPDX-License-Identifier: Apache-2.0
"""Administration of staff in the browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from .conftest import PASSWORD, Visitor

Open = Callable[..., Visitor]


def link_on(browser: Visitor) -> str:
    found = re.search(r'value="http://localhost(/invitation/[^"]+)"', browser.page)
    assert found is not None
    return found.group(1)


def test_an_invited_colleague_makes_an_account_and_works(admin: Visitor, visitor: Open) -> None:
    admin.get("/staff/teams/new")
    admin.post("/staff/teams/new", {"name": "First line"})
    admin.get("/staff/invite")
    team = re.search(r'name="team" value="(\d+)"', admin.page)
    assert team is not None
    admin.post("/staff/invite", {"email": "New@example.com", "role": "engineer", "team": team.group(1)})
    admin.get("/staff")
    link = link_on(admin)
    admin.get("/staff")
    assert "/invitation/" not in admin.page
    assert "new@example.com" in admin.page

    guest = visitor()
    guest.get(link)
    assert "engineer" in guest.page
    assert guest.post(link, {"name": "Nina", "password": "short"}).status_code == 422
    assert "at least 10" in guest.error_of("password")
    assert guest.post(link, {"name": "Nina", "password": PASSWORD}).status_code == 303
    assert guest.get("/profile").request.path == "/profile"
    assert "First line" in guest.page
    assert visitor().get(link).status_code == 410


def test_an_invitation_can_be_withdrawn(admin: Visitor, visitor: Open) -> None:
    admin.get("/staff/invite")
    admin.post("/staff/invite", {"email": "new@example.com", "role": "tester"})
    admin.get("/staff")
    link = link_on(admin)
    withdraw = re.search(r'action="(/staff/invitations/[0-9a-f]+/withdraw)"', admin.page)
    assert withdraw is not None
    admin.post(withdraw.group(1))
    assert visitor().get(link).status_code == 410
    assert admin.post(withdraw.group(1)).status_code == 404


def test_a_wrong_invitation_names_the_field(admin: Visitor) -> None:
    admin.get("/staff/invite")
    assert admin.post("/staff/invite", {"email": "sam@example.com", "role": "tester"}).status_code == 422
    assert "already" in admin.error_of("email")


def test_switching_off_ends_access_at_once(admin: Visitor, specialist: Visitor) -> None:
    path = "/staff/2"
    admin.get(path)
    assert "Sam Specialist" in admin.page
    assert specialist.get("/profile").request.path == "/profile"
    admin.post(f"{path}/off")
    assert specialist.get("/profile").request.path == "/sign-in"
    assert specialist.sign_in("sam@example.com").status_code == 422
    admin.post(f"{path}/on")
    assert specialist.sign_in("sam@example.com").status_code == 303


def test_a_role_holds_from_the_next_page_on(admin: Visitor, specialist: Visitor) -> None:
    assert specialist.get("/staff").status_code == 403
    admin.get("/staff/2")
    assert admin.post("/staff/2", {"role": "administrator"}).status_code == 303
    assert specialist.get("/staff").status_code == 200


def test_the_last_administrator_is_not_switched_off(admin: Visitor) -> None:
    admin.get("/staff/1")
    assert admin.post("/staff/1/off").status_code == 409
    assert "last active administrator" in admin.page
    assert admin.post("/staff/1", {"role": "tester"}).status_code == 409


def test_a_link_for_a_new_password_is_made(admin: Visitor, visitor: Open) -> None:
    admin.get("/staff/2")
    admin.post("/staff/2/access-link")
    admin.get("/staff/2")
    link = link_on(admin)
    guest = visitor()
    guest.get(link)
    assert guest.post(link, {"password": "seven green turtles"}).status_code == 303
    assert visitor().sign_in("sam@example.com").status_code == 422
    assert visitor().sign_in("sam@example.com", "seven green turtles").status_code == 303


def test_teams_are_made_changed_and_removed(admin: Visitor) -> None:
    admin.get("/staff/teams")
    assert "No teams yet" in admin.page
    admin.get("/staff/teams/new")
    admin.post("/staff/teams/new", {"name": "First line", "member": "2"})
    assert admin.post("/staff/teams/new", {"name": "First line"}).status_code == 422
    admin.get("/staff/teams")
    assert "Sam Specialist" in admin.page
    team = re.search(r'href="(/staff/teams/\d+)"', admin.page)
    assert team is not None
    admin.get(team.group(1))
    admin.post(team.group(1), {"name": "Second line"})
    admin.get("/staff/teams")
    assert "Second line" in admin.page
    assert "Sam Specialist" not in admin.page
    admin.post(f"{team.group(1)}/remove")
    assert admin.get(team.group(1)).status_code == 404


@pytest.mark.parametrize(
    "path", ["/staff", "/staff/invite", "/staff/1", "/staff/teams", "/staff/teams/new", "/staff/roles", "/modules",
             "/modules/upload", "/modules/history", "/modules/incidents", "/modules/processes", "/installation"],
)  # fmt: skip
def test_administration_is_for_administrators(specialist: Visitor, path: str) -> None:
    assert specialist.get(path).status_code == 403
    assert "You may not do this" in specialist.page


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/staff/invite", {"email": "x@example.com", "role": "administrator"}),
        ("/staff/2", {"role": "administrator"}),
        ("/staff/1/off", {}),
        ("/staff/1/access-link", {}),
        ("/staff/teams/new", {"name": "x"}),
        ("/installation/profile", {"organisation": "x", "language": "en", "timezone": "UTC", "phone_region": "RU"}),
        ("/installation/numbering", {"prefix": "x", "with_year": "no", "digits": "4"}),
        ("/installation/intake", {"intake_window": "1"}),
        ("/modules/telegram/install", {}),
        ("/setup/next/demonstration", {}),
    ],
)
def test_forms_of_administrators_refuse_others(specialist: Visitor, path: str, form: dict[str, str]) -> None:
    specialist.get("/profile")
    assert specialist.post(path, form).status_code == 403


def test_the_roles_are_shown_with_their_permissions(admin: Visitor) -> None:
    admin.get("/staff/roles")
    for title in ("Administrator", "Supervisor", "Specialist", "Engineer", "Tester", "Decline requests"):
        assert title in admin.page
