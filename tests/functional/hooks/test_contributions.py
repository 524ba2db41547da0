# SPDX-License-Identifier: Apache-2.0
"""The hooks permissions, list_columns, list_column_values and api_blueprints, as the platform uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import marshmallow as ma
import pytest

from dialog_core import staff
from dialog_core.errors import NotPermitted
from dialog_core.list_columns import columns_of_page
from dialog_core.plugin import ColumnValue, ListColumn, ModuleApi, Permission, api_actor
from dialog_core.staff import Actor

Made = Callable[..., Actor]
TITLE = {"ru": "Срок", "en": "Deadline"}


def permission() -> list[Permission]:
    return [
        Permission("sample.read", {"ru": "Видеть сроки", "en": "See deadlines"}, ("specialist",)),
        Permission("ticket.own", TITLE, ("specialist",)),
    ]


def test_permissions_of_a_module_follow_the_roles(host: Any, specialist: Made) -> None:
    host(sample={"permissions": permission})
    worker, tester, administrator = specialist(), specialist("tester"), specialist("administrator")
    assert worker.may("sample.read")
    assert administrator.may("sample.read")
    assert not worker.may("ticket.own")
    with pytest.raises(NotPermitted) as caught:
        tester.require("sample.read")
    assert "See deadlines" in caught.value.in_words("en", str)
    assert "Видеть сроки" in caught.value.in_words("ru", str)
    roles = {role.name: role.permissions for role in staff.list_roles()}
    assert "sample.read" in roles["specialist"] & roles["administrator"]
    assert "sample.read" not in roles["tester"] | roles["supervisor"]


def test_without_the_module_nobody_has_its_permission(host: Any, specialist: Made) -> None:
    host()
    assert not specialist("administrator").may("sample.read")


def test_list_columns_are_asked_once_for_all_rows(host: Any, specialist: Made) -> None:
    asked: list[tuple[tuple[str, ...], tuple[int, ...]]] = []

    def values(columns: tuple[str, ...], ticket_ids: tuple[int, ...]) -> Iterator[ColumnValue]:
        asked.append((columns, ticket_ids))
        yield ColumnValue("sample_due", 2, {"ru": "два", "en": "two"})
        yield ColumnValue("other_due", 2, {"ru": "чужое", "en": "not mine"})

    def failing(columns: tuple[str, ...], ticket_ids: tuple[int, ...]) -> list[ColumnValue]:
        raise OSError("no")

    host(
        sample={
            "permissions": permission,
            "list_columns": lambda: [
                ListColumn("sample_secret", TITLE, permission="sample.read", order=1),
                ListColumn("sample_due", TITLE),
                ListColumn("foreign", TITLE),
            ],
            "list_column_values": values,
        },
        other={"list_columns": lambda: [ListColumn("other_due", TITLE)], "list_column_values": failing},
    )
    page = columns_of_page(specialist(), [1, 2])
    assert [column.name for column in page.columns] == ["sample_secret", "other_due", "sample_due"]
    assert list(page.values) == [("sample_due", 2)]
    assert page.failed == {"other_due"}
    assert asked == [(("sample_secret", "other_due", "sample_due"), (1, 2))]
    assert [column.name for column in columns_of_page(specialist("tester"), []).columns] == ["other_due", "sample_due"]
    assert len(asked) == 1


class Answer(ma.Schema):
    """What the resource answers."""

    name = ma.fields.String()


def resource() -> ModuleApi:
    api = ModuleApi("sample", description="For tests")

    @api.route("/who")
    @api.response(200, Answer)
    def who() -> dict[str, str]:
        """Tell who calls."""
        api_actor().require("sample.read")
        return {"name": api_actor().name}

    return api


def test_api_blueprints_have_tokens_problems_and_documentation(host: Any, specialist: Made) -> None:
    foreign = resource()
    app = host(
        sample={"permissions": permission, "api_blueprints": lambda: [resource()]},
        thief={"api_blueprints": lambda: [foreign]},
    )
    client, worker = app.test_client(), specialist()
    refused = client.get("/api/v1/sample/who")
    assert (refused.status_code, refused.content_type) == (401, "application/problem+json")
    bearer = {"Authorization": f"Bearer {staff.create_token(worker, name='t')}"}
    assert client.get("/api/v1/sample/who", headers=bearer).get_json() == {"name": "Specialist"}
    tester = {"Authorization": f"Bearer {staff.create_token(specialist('tester'), name='t')}"}
    assert client.get("/api/v1/sample/who", headers=tester).status_code == 403
    operation = client.get("/api/v1/openapi.json").get_json()["paths"]["/api/v1/sample/who"]["get"]
    assert {"200", "401", "403", "429"} <= set(operation["responses"])
