# SPDX-License-Identifier: Apache-2.0
"""The page of a ticket: writing, acting, deciding about deliveries, editing without overwriting others."""

from __future__ import annotations

import io
import re
import secrets
from dataclasses import replace
from typing import Any

import pytest

from dialog_core import staff, tickets
from dialog_core.database import db
from dialog_core.modules.activation.running import new_manager
from dialog_core.modules.calls.relay import Hooks
from dialog_core.plugin import TicketPanel, hookimpl

HOSTILE = "<img src=x onerror=alert(1)>\"'&</script><b>bold</b>"


def key() -> str:
    return secrets.token_urlsafe(18)


def write(browser: Any, number: str, mode: str, text: str, **more: Any) -> Any:
    data = {"mode": mode, "text": text, "form_key": key(), **more}
    return browser.post(f"/tickets/{number}/entries", data)


def act(browser: Any, number: str, name: str, **values: Any) -> Any:
    return browser.post(f"/tickets/{number}/act/{name}", {"form_key": key(), **values})


def test_answer_confirm_and_close(desk: Any, specialist: Any) -> None:
    number = desk.ticket()
    specialist.get(f"/tickets/{number}")
    assert write(specialist, number, "answer", "Turn it on.", delivered_by="call").status_code == 303
    assert desk.view(number).state == "answered"
    answer = act(specialist, number, "confirm", contact_id=desk.boss_id, delivered_by="call", also_close="on")
    assert answer.status_code == 303
    view = desk.view(number)
    assert (view.state, view.outcome) == ("closed", "confirmed")
    specialist.get(f"/tickets/{number}")
    assert "Closed: the customer's representative confirmed" in specialist.page
    assert 'value="answer"' not in specialist.page
    assert 'value="note"' in specialist.page


def test_answer_without_a_way_is_refused_and_kept(desk: Any, specialist: Any) -> None:
    number = desk.ticket()
    specialist.get(f"/tickets/{number}")
    assert write(specialist, number, "answer", "My long answer").status_code == 422
    assert "Still needed: how it was given to the customer." in specialist.page
    assert "My long answer</textarea>" in specialist.page
    assert desk.view(number).state == "registered"


def test_answer_through_a_chat_is_on_its_way(desk: Any, specialist: Any) -> None:
    number = desk.ticket(chat=True)
    specialist.get(f"/tickets/{number}")
    assert "Paper group “Daisy & support”" in specialist.page
    write(specialist, number, "answer", "Turn it on.")
    specialist.get(f"/tickets/{number}")
    assert "Answer on its way" in specialist.page
    assert desk.view(number).state == "in_progress"
    assert 'value="answer"' not in specialist.page
    assert desk.rows("select state from delivery where purpose = 'entry'") == [("queued",)]


def test_unproven_delivery_is_decided_by_a_person(desk: Any, specialist: Any) -> None:
    number = desk.ticket(chat=True)
    specialist.get(f"/tickets/{number}")
    write(specialist, number, "answer", "Turn it on.")
    with desk.app.app_context():
        db.session.execute(db.text("update delivery set state = 'unconfirmed', problem = 'time-out <b>'"))
        db.session.commit()
        db.session.remove()
    answer = specialist.get(f"/tickets/{number}")
    assert "Not confirmed" in specialist.page
    assert "time-out &lt;b&gt;" in answer.text
    delivery_id = desk.rows("select id from delivery where purpose = 'entry'")[0][0]
    specialist.post(f"/tickets/{number}/deliveries/{delivery_id}/arrived")
    assert desk.view(number).state == "answered"
    specialist.post(f"/tickets/{number}/deliveries/{delivery_id}/again")
    specialist.get(f"/tickets/{number}")
    assert "This message is on its way or was delivered." in specialist.page


def test_double_submit_acts_once(desk: Any, specialist: Any) -> None:
    number = desk.ticket()
    specialist.get(f"/tickets/{number}")
    data = {"mode": "note", "text": "Only once", "form_key": key()}
    for _ in range(3):
        assert specialist.post(f"/tickets/{number}/entries", data).status_code == 303
    specialist.get(f"/tickets/{number}")
    assert "nothing is doubled" in specialist.page
    assert len(re.findall(r'id="entry-text-\d+"[^>]*>Only once', specialist.page)) == 1
    same = {"form_key": key(), "reason": "x", "executor_id": ""}
    assert specialist.post(f"/tickets/{number}/act/start", same).status_code == 303
    assert specialist.post(f"/tickets/{number}/act/start", same).status_code == 303
    assert desk.view(number).state == "in_progress"


def test_form_without_a_key_does_nothing(desk: Any, specialist: Any) -> None:
    number = desk.ticket()
    specialist.get(f"/tickets/{number}")
    answer = specialist.post(f"/tickets/{number}/entries", {"mode": "note", "text": "No key"})
    assert answer.status_code == 422
    assert desk.rows("select count(*) from entry") == [(1,)]


def test_tester_cannot_decline(desk: Any, visitor: Any) -> None:
    number = desk.ticket()
    tester = visitor("tess@example.com")
    tester.get(f"/tickets/{number}")
    assert "/act/start" in tester.page
    assert "/act/decline" not in tester.page
    assert "/executors" not in tester.page
    assert tester.get(f"/tickets/{number}/act/decline").status_code == 403
    tester.get(f"/tickets/{number}")
    assert act(tester, number, "decline", reason="no", text="Sorry").status_code == 403
    tester.get(f"/tickets/{number}")
    assert tester.post(f"/tickets/{number}/executors", {"responsible": "1"}).status_code == 403
    assert desk.view(number).state == "registered"
    supervisor = visitor("sue@example.com")
    supervisor.get(f"/tickets/{number}")
    assert act(supervisor, number, "decline", reason="out of scope", text="We are sorry.").status_code == 303
    assert desk.view(number).outcome == "declined"


@pytest.mark.parametrize("state", ["registered", "in_progress", "answered", "completed", "closed"])
def test_actions_are_those_of_the_table(desk: Any, specialist: Any, state: str) -> None:
    number = desk.ticket()
    specialist.get(f"/tickets/{number}")
    path = ["registered", "in_progress", "answered", "completed", "closed"]
    steps = {
        "in_progress": lambda: act(specialist, number, "start"),
        "answered": lambda: write(specialist, number, "answer", "Done", delivered_by="call"),
        "completed": lambda: act(specialist, number, "confirm", contact_id=desk.asker_id),
        "closed": lambda: act(specialist, number, "close", contact_id=desk.boss_id),
    }
    for step in path[1 : path.index(state) + 1]:
        assert steps[step]().status_code == 303, step
    specialist.get(f"/tickets/{number}")
    with desk.app.app_context():
        actor = staff.signed_in(staff.staff_id_by_email("sam@example.com"), channel="web").actor
        allowed = {one.name for one in tickets.allowed_transitions(actor, state)}
        db.session.remove()
    offered = set(re.findall(r"/act/([a-z_]+)", specialist.page))
    composed = {
        name
        for name, mode in (("answer", "answer"), ("request_information", "question"))
        if f'data-compose="{mode}"' in specialist.page
    }
    if 'data-compose="message"' in specialist.page:
        composed.add("receive_information")
    assert offered | composed == allowed


def test_refused_action_says_what_is_missing(desk: Any, specialist: Any) -> None:
    number = desk.ticket()
    specialist.get(f"/tickets/{number}")
    assert act(specialist, number, "close", contact_id=desk.boss_id).status_code == 422
    assert (
        "“Close on the representative's word” is not possible while the ticket is in the state “Registered”."
        in specialist.page
    )
    write(specialist, number, "answer", "Done", delivered_by="email")
    act(specialist, number, "confirm", contact_id=desk.asker_id)
    assert act(specialist, number, "close", contact_id=desk.asker_id, text="my note").status_code == 422
    assert "a person with the right to represent the customer" in specialist.page
    assert "my note</textarea>" in specialist.page
    assert specialist.get(f"/tickets/{number}/act/nonsense").status_code == 404
    assert specialist.get("/tickets/2026-999999").status_code == 404


def test_html_in_every_field_is_escaped(desk: Any, specialist: Any) -> None:
    number = desk.ticket(HOSTILE, text=HOSTILE + " https://example.com/?a=<b>&c javascript:alert(1)")
    specialist.get(f"/tickets/{number}")
    write(specialist, number, "note", HOSTILE)
    write(specialist, number, "message", HOSTILE)
    act(specialist, number, "withdraw", text=HOSTILE, contact_id=desk.asker_id)
    for path in (
        f"/tickets/{number}",
        "/queue?view=all",
        f"/queue?view=all&q={HOSTILE}",
        f"/tickets/{number}/fresh?after=0",
    ):
        raw = specialist.client.get(path).get_data(as_text=True)
        assert "<img src=x" not in raw, path
        assert "<b>bold" not in raw, path
        assert 'href="javascript' not in raw, path
    assert 'rel="noopener nofollow noreferrer"' in specialist.client.get(f"/tickets/{number}").get_data(as_text=True)


def test_conflict_shows_both(desk: Any, specialist: Any, admin: Any) -> None:
    number = desk.ticket()
    version = desk.view(number).version
    values = {"kind": "user_failure", "impact": "high", "urgency": "medium", "version": version}
    values |= {"contact_id": desk.asker_id, "organisation_id": desk.organisation_id}
    admin.get(f"/tickets/{number}/details")
    assert admin.post(f"/tickets/{number}/details", {**values, "urgency": "low"}).status_code == 303
    specialist.get(f"/tickets/{number}/details")
    assert specialist.post(f"/tickets/{number}/details", {**values, "kind": "consultation"}).status_code == 422
    assert "Somebody changed the ticket while you had this form open." in specialist.page
    assert "now there:" in specialist.page
    assert re.search(r'value="consultation" selected', specialist.page)
    found = re.search(r'name="version" value="(\d+)"', specialist.page)
    assert found is not None
    assert (
        specialist.post(
            f"/tickets/{number}/details", {**values, "kind": "consultation", "version": found[1]}
        ).status_code
        == 303
    )
    assert desk.view(number).kind == "consultation"


def test_subject_conflict_and_empty_subject(desk: Any, specialist: Any) -> None:
    number = desk.ticket("First")
    specialist.get(f"/tickets/{number}/subject")
    assert specialist.post(f"/tickets/{number}/subject", {"subject": " ", "version": 1}).status_code == 422
    version = desk.view(number).version
    assert specialist.post(f"/tickets/{number}/subject", {"subject": "Second", "version": version}).status_code == 303
    assert specialist.post(f"/tickets/{number}/subject", {"subject": "Third", "version": version}).status_code == 422
    assert "its subject is now “Second”" in specialist.page
    assert 'value="Third"' in specialist.page


def test_priority_needs_a_reason(desk: Any, specialist: Any) -> None:
    number = desk.ticket()
    specialist.get(f"/tickets/{number}/details")
    values = {"kind": "user_failure", "impact": "medium", "urgency": "medium", "priority": "critical"}
    values |= {
        "version": desk.view(number).version,
        "contact_id": desk.asker_id,
        "organisation_id": desk.organisation_id,
    }
    assert specialist.post(f"/tickets/{number}/details", values).status_code == 422
    assert "Say why the priority differs" in specialist.page
    specialist.post(f"/tickets/{number}/details", {**values, "priority_reason": "The director asks"})
    assert desk.view(number).priority == 4


def test_executors(desk: Any, specialist: Any) -> None:
    number = desk.ticket()
    ids = dict(desk.rows("select email, id from staff"))
    specialist.get(f"/tickets/{number}/executors")
    data = {"responsible": ids["sam@example.com"], "people": [ids["ada@example.com"], ids["tess@example.com"]]}
    assert specialist.post(f"/tickets/{number}/executors", data).status_code == 303
    view = desk.view(number)
    assert view.responsible is not None
    assert view.responsible.name == "Sam Specialist"
    assert {one.staff_id for one in view.executors} == {ids["ada@example.com"], ids["tess@example.com"]}
    specialist.get(f"/tickets/{number}")
    assert "responsible Sam Specialist" in specialist.page
    assert specialist.post(f"/tickets/{number}/executors", {"responsible": "999999"}).status_code == 422


def test_merge_and_back(desk: Any, specialist: Any) -> None:
    number, other = desk.ticket("One"), desk.ticket("Two")
    specialist.get(f"/tickets/{number}")
    assert act(specialist, number, "merge", target="2026-9").status_code == 422
    assert act(specialist, number, "merge", target=f"№ {other}").status_code == 303
    assert desk.view(number).outcome == "merged"
    specialist.get(f"/tickets/{number}")
    assert "Undo the merge" in specialist.page
    specialist.post(f"/tickets/{number}/unmerge")
    assert desk.view(number).state == "registered"


def test_files_are_given_out_safely(desk: Any, specialist: Any, visitor: Any) -> None:
    number = desk.ticket()
    specialist.get(f"/tickets/{number}")
    png = b"\x89PNG\r\n\x1a\n" + b"0" * 20
    files = [(io.BytesIO(png), "pic <b>.png"), (io.BytesIO(b"<script>alert(1)</script>"), "page.html")]
    data = {"mode": "note", "text": "", "form_key": key(), "files": files}
    assert specialist.post(f"/tickets/{number}/entries", data, content_type="multipart/form-data").status_code == 303
    specialist.get(f"/tickets/{number}")
    addresses = re.findall(r'class="entry-file" href="([^"]+)"', specialist.page)
    assert len(addresses) == 2
    assert specialist.page.count("<img src=") - specialist.page.count('<img src="/assets') == 1
    image = specialist.client.get(addresses[0] + "?inline")
    assert (image.mimetype, image.data) == ("image/png", png)
    assert "sandbox" in image.headers["Content-Security-Policy"]
    page = specialist.client.get(addresses[1] + "?inline")
    assert page.mimetype == "application/octet-stream"
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert visitor().client.get(addresses[0]).status_code == 302


def test_too_many_files_are_refused(desk: Any, specialist: Any) -> None:
    number = desk.ticket()
    specialist.get(f"/tickets/{number}")
    data = {
        "mode": "note",
        "text": "many",
        "form_key": key(),
        "files": [(io.BytesIO(b"x"), f"{i}.txt") for i in range(11)],
    }
    assert specialist.post(f"/tickets/{number}/entries", data, content_type="multipart/form-data").status_code == 422
    assert "at most 10 files" in specialist.page


def test_fresh_parts_hold_only_what_is_new(desk: Any, specialist: Any) -> None:
    number = desk.ticket()
    specialist.get(f"/tickets/{number}")
    position = re.search(r'id="timeline-position" value="(\d+)"', specialist.page)
    assert position is not None
    write(specialist, number, "note", "Brand new")
    parts = specialist.get(f"/tickets/{number}/fresh?after={position[1]}", headers={"HX-Request": "true"}).text
    assert "Brand new" in parts
    assert "Nothing comes out." not in parts
    assert 'id="ticket-head" hx-swap-oob' in parts
    newer = re.search(r'id="timeline-position" value="(\d+)"', parts)
    assert newer is not None
    assert "Brand new" not in specialist.get(f"/tickets/{number}/fresh?after={newer[1]}").text


def test_long_timeline_comes_in_parts(desk: Any, specialist: Any) -> None:
    number = desk.ticket()
    with desk.app.app_context():
        view = tickets.ticket_by_number(staff.system_actor(), number)
        for index in range(130):
            tickets.add_entry(staff.system_actor(), view.id, kind="note", text=f"Note {index}!")
        db.session.remove()
    specialist.get(f"/tickets/{number}")
    assert "Note 129!" in specialist.page
    assert "Note 20!" not in specialist.page
    found = re.search(r'hx-get="(/tickets/[^"]+/earlier[^"]+)"', specialist.page)
    assert found is not None
    assert "Note 20!" in specialist.get(found[1]).text


def test_ticket_page_costs_few_statements(desk: Any, specialist: Any, statements: Any) -> None:
    number = desk.ticket(chat=True)
    specialist.get(f"/tickets/{number}")
    for index in range(12):
        write(specialist, number, "reply", f"Reply {index}")
    specialist.get(f"/tickets/{number}")
    with statements() as sent:
        specialist.get(f"/tickets/{number}")
    assert len(sent) <= 14, "\n\n".join(sent)


def test_stream_tells_what_happens(desk: Any, specialist: Any) -> None:
    answer = specialist.client.get("/live", buffered=False)
    assert answer.mimetype == "text/event-stream"
    stream = iter(answer.response)
    assert b"retry:" in next(stream)
    number = desk.ticket()
    found = b""
    while number.encode() not in found:
        found += next(stream)
    assert b'"kind": "ticket_opened"' in found
    answer.close()


class _Panels:
    """A module with a panel that works."""

    @hookimpl
    def ticket_panels(self, ticket_id: int) -> list[TicketPanel]:
        return [TicketPanel("calm", {"en": "Calm panel"}, "admin_ui/error_parts.html", {"ticket_id": ticket_id})]


class _Broken:
    """A module whose panel raises, and one whose template does not exist."""

    @hookimpl
    def ticket_panels(self, ticket_id: int) -> list[TicketPanel]:
        raise SystemExit("not today")


class _NoTemplate:
    @hookimpl
    def ticket_panels(self, ticket_id: int) -> list[TicketPanel]:
        return [TicketPanel("lost", {"en": "Lost panel"}, "notemplate/none.html", {})]


def test_failing_panel_leaves_a_note(desk: Any, specialist: Any) -> None:
    number = desk.ticket()
    manager = new_manager()
    for name, plugin in (("calm", _Panels()), ("broken", _Broken()), ("notemplate", _NoTemplate())):
        manager.register(plugin, name=name)
    known = desk.app.extensions["dialog"]
    desk.app.extensions["dialog"] = replace(known, running=replace(known.running, hooks=Hooks(manager)))
    assert specialist.get(f"/tickets/{number}").status_code == 200
    assert "Calm panel" in specialist.page
    assert "The module “broken” failed to show this part." in specialist.page
    assert "The module “notemplate” failed to show this part." in specialist.page
    assert "Nothing comes out." in specialist.page
