# SPDX-License-Identifier: Apache-2.0
"""Every failure is a problem document that says what is wrong, in the caller's language."""

from __future__ import annotations

import io
import json
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from werkzeug.test import EnvironBuilder, run_wsgi_app

from dialog_core.api.rate import FACT
from dialog_core.installation import set_fact
from tests.functional.api.conftest import REQUEST, Caller, Callers

HEADERS = {"Content-Type": "application/json"}


def problem(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.data)
    return found


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"{'a': 1}", b"\xff\xfe{}", b'{"a": NaN}', b'{"a": 1, "a": 2}', b"[" * 100_000,
     b'{"a":' * 40 + b"1" + b"}" * 40, b'{"a": ' + b"9" * 5000 + b"}"],
)  # fmt: skip
def test_400_for_what_cannot_be_read(caller: Caller, body: bytes) -> None:
    answer = caller.post("/tickets", data=body, headers=HEADERS)
    assert answer.status_code == 400
    assert problem(answer)["detail"]


@pytest.mark.parametrize("body", ["[]", '"text"', "null", "1"])
def test_422_for_json_of_the_wrong_shape(caller: Caller, body: str) -> None:
    answer = caller.post("/tickets", data=body, headers=HEADERS)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer nonsense", "Basic dXNlcjpwYXNz", "Bearer dlg_" + "x" * 43, "Bearer \xff"]
)
def test_401_says_how_to_sign_in(callers: Callers, header: str) -> None:
    headers = {"Authorization": header} if header else {}
    answer = callers.app.test_client().get("/api/v1/tickets", headers=headers)
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="dialog"')


def test_403_names_the_permission(callers: Callers) -> None:
    answer = callers.tester.post("/organisations", {"name": "Ромашка"})
    assert answer.status_code == 403
    assert "party.edit" in problem(answer)["detail"]
    assert callers.specialist.get("/modules").status_code == 403


@pytest.mark.parametrize(
    "path",
    ["/tickets/2026-999999", "/tickets/%00", "/tickets/2026-000001%00", "/organisations/1",
     "/contacts/99999999999999999999", "/contracts/0", "/attachments/1", "/tickets/x/entries", "/tickets/x/transitions",
     "/nothing", "/tickets/", "/tickets/a/b/c"],
)  # fmt: skip
def test_404_for_what_is_not_there(callers: Callers, path: str) -> None:
    assert callers.administrator.get(path).status_code == 404


def test_404_outside_of_the_version_is_a_problem_too(callers: Callers) -> None:
    answer = callers.app.test_client().get("/api/v2/tickets")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_405_names_the_methods(caller: Caller) -> None:
    answer = caller.call("DELETE", "/tickets")
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["Allow"].replace(" ", "").split(","))


def test_409_names_what_is_missing(caller: Caller) -> None:
    number = caller.ticket()["number"]
    answer = caller.post(f"/tickets/{number}/transitions", {"transition": "recall", "reason": "x"})
    assert answer.status_code == 409
    assert problem(answer)["missing"] == []
    answer = caller.post(f"/tickets/{number}/transitions", {"transition": "withdraw"})
    assert problem(answer)["missing"] == ["contact"]


class Counting(io.RawIOBase):
    """A body without end that counts what is read of it."""

    def __init__(self) -> None:
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.taken += len(buffer)
        buffer[:] = b" " * len(buffer)
        return len(buffer)


@pytest.mark.parametrize(("path", "limit"), [("/tickets", 2), ("/tickets/{number}/attachments?name=a", 21)])
def test_413_without_reading_a_large_body(caller: Caller, path: str, limit: int) -> None:
    path = path.format(number=caller.ticket()["number"])
    for announced in (50 * 1024 * 1024, None):
        stream = Counting()
        headers = {"Authorization": f"Bearer {caller.token}", "Accept-Language": "en"}
        kind = "application/json" if path == "/tickets" else "text/plain"
        builder = EnvironBuilder(path=f"/api/v1{path}", method="POST", headers=[*headers.items()], content_type=kind)
        environ = builder.get_environ()
        environ["wsgi.input"] = io.BufferedReader(stream)
        environ["wsgi.input_terminated"] = True
        environ.pop("CONTENT_LENGTH", None)
        if announced is not None:
            environ["CONTENT_LENGTH"] = str(announced)
        chunks, status, headers_out = run_wsgi_app(caller.app, environ, buffered=True)
        assert status.startswith("413")
        assert headers_out["Content-Type"] == "application/problem+json"
        body = json.loads(b"".join(chunks))
        assert str(limit) in body["detail"]
        assert stream.taken <= (0 if announced else (limit + 1) * 1024 * 1024)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_415_for_another_media_type(caller: Caller, kind: str) -> None:
    answer = caller.post("/tickets", data=json.dumps(REQUEST), headers={"Content-Type": kind} if kind else {})
    assert answer.status_code == 415


def test_415_for_a_compressed_body(caller: Caller) -> None:
    answer = caller.post("/tickets", REQUEST, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 415


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"subject": ""}, "subject"),
    ({"subject": " \u0007 "}, "subject"),
    ({"subject": "x" * 301}, "subject"),
    ({"subject": 5}, "subject"),
    ({"subject": None}, "subject"),
    ({"description": "\u0000\n"}, "description"),
    ({"kind": "repair"}, "kind"),
    ({"kind": ["outage"]}, "kind"),
    ({"impact": "huge"}, "impact"),
    ({"category": "nonsense"}, "category"),
    ({"contact": 0}, "contact"),
    ({"contact": 404}, "contact"),
    ({"contact": True}, "contact"),
    ({"contact": 99999999999999999999}, "contact"),
    ({"contact": {"full_name": "Анна"}}, "contact.phone"),
    ({"contact": {"phone": "89123456789"}}, "contact.full_name"),
    ({"contact": {"full_name": "Анна", "phone": "2000001"}}, "contact.phone"),
    ({"contact": {"full_name": "Анна", "email": "nobody"}}, "contact.email"),
    ({"contact": {"full_name": "Анна", "phone": "89123456789", "age": 5}}, "contact.age"),
    ({"organisation": 404}, "organisation"),
    ({"organisation": {"name": ""}}, "organisation.name"),
    ({"organisation": "Ромашка"}, "organisation"),
    ({"number": "2026-1"}, "number"),
]


@pytest.mark.parametrize(("values", "field"), WRONG)
def test_422_names_the_field_and_leaves_nothing(caller: Caller, values: dict[str, Any], field: str) -> None:
    answer = caller.post("/tickets", {**REQUEST, **values})
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in problem(answer)["errors"]] == [field]
    assert caller.get("/tickets").get_json()["items"] == []
    assert caller.get("/contacts").get_json()["items"] == []
    assert caller.get("/organisations").get_json()["items"] == []


def test_422_names_every_wrong_field_at_once(caller: Caller) -> None:
    answer = caller.post("/tickets", {"kind": "x", "contact": {}})
    fields = {error["field"] for error in problem(answer)["errors"]}
    assert fields == {"subject", "description", "kind", "contact.full_name"}


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=x", "limit=1.5", "cursor=!", "cursor=eyJ", "sort=-id", "state=broken", "nonsense=1",
     "open=maybe", "responsible=x", "responsible=99999999999", "organisation=0", "opened_after=yesterday",
     "opened_after=2026-01-01T00:00:00", "category=none", "opened_after=0001-01-01T00:00:00%2B23:00"],
)  # fmt: skip
def test_422_for_a_wrong_query(caller: Caller, query: str) -> None:
    answer = caller.get(f"/tickets?{query}")
    assert answer.status_code == 422, answer.text
    assert problem(answer)["errors"][0]["field"] == query.partition("=")[0]


def test_429_when_a_limit_is_set(callers: Callers) -> None:
    with callers.app.app_context():
        set_fact(FACT, 3)
    statuses = [callers.tester.get("/me").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    answer = callers.tester.get("/me")
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert callers.supervisor.get("/me").status_code == 200


def test_500_tells_nothing_of_the_inside(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise RuntimeError("secret of the inside")

    monkeypatch.setattr(import_module("dialog_core.api.resources.tickets"), "ticket_list", fail)
    answer = caller.get("/tickets")
    assert answer.status_code == 500
    assert "secret" not in answer.text


def test_503_when_the_database_is_busy(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    monkeypatch.setattr(import_module("dialog_core.api.resources.tickets"), "ticket_list", fail)
    answer = caller.get("/tickets")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"


@pytest.mark.parametrize(
    ("accepted", "title"),
    [("ru", "Не найдено"), ("ru-RU,en;q=0.5", "Не найдено"), ("en", "Not found"), ("de", "Not found")],
)
def test_the_language_of_the_caller_is_spoken(caller: Caller, accepted: str, title: str) -> None:
    caller.language = accepted
    answer = caller.get("/tickets/x")
    assert problem(answer)["title"] == title
    assert answer.headers["Content-Language"] == ("ru" if title == "Не найдено" else "en")


def test_fields_are_explained_in_russian(caller: Caller) -> None:
    caller.language = "ru"
    answer = caller.post("/tickets", {**REQUEST, "kind": "x", "contact": {"full_name": "Анна"}, "more": 1})
    messages = {error["field"]: error["message"] for error in problem(answer)["errors"]}
    assert messages["kind"].startswith("Выберите одно из: user_failure")
    assert messages["contact.phone"] == "Укажите телефон или адрес электронной почты."
    assert messages["more"] == "Такого поля нет."
