# SPDX-License-Identifier: Apache-2.0
"""The queues: tabs, filters, words, pages, and what they cost."""

from __future__ import annotations

import re
from typing import Any

import pytest

QUEUES = ("mine", "unassigned", "open", "waiting", "answered", "completed", "closed", "all")


def shown(page: str) -> list[str]:
    """Return the numbers of the rows, in their order."""
    return re.findall(r'class="row-link" href="/tickets/([^"]+)"', page)


@pytest.mark.parametrize(
    "path",
    [
        "/queue",
        "/tickets/new",
        "/organisations",
        "/contacts",
        "/inbox",
        "/chats",
        "/live",
        "/live/counts",
        "/lookup/contacts?q=an",
    ],
)
def test_nobody_unsigned_sees_anything(desk: Any, visitor: Any, path: str) -> None:
    desk.ticket("A secret subject")
    browser = visitor()
    answer = browser.client.get(path)
    assert answer.status_code == 302
    assert "/sign-in" in answer.headers["Location"]


def test_no_tickets_is_explained(desk: Any, specialist: Any) -> None:
    specialist.get("/queue")
    assert "No open tickets" in specialist.page
    for name in QUEUES:
        assert specialist.get(f"/queue?view={name}").status_code == 200
        assert "empty-title" in specialist.page


def test_new_ticket_stands_where_it_belongs(desk: Any, specialist: Any) -> None:
    number = desk.ticket()
    for name in ("unassigned", "open", "all"):
        specialist.get(f"/queue?view={name}")
        assert shown(specialist.page) == [number], name
    for name in ("mine", "waiting", "answered", "completed", "closed"):
        specialist.get(f"/queue?view={name}")
        assert shown(specialist.page) == [], name
    specialist.get(f"/tickets/{number}")
    specialist.post(f"/tickets/{number}/take")
    specialist.get("/queue?view=mine")
    assert shown(specialist.page) == [number]
    assert re.search(r'data-counter="queue-mine">1<', specialist.page)


def test_filters_and_words_narrow_down(desk: Any, specialist: Any) -> None:
    printer, phone = desk.ticket("Printer broken"), desk.ticket("Phone silent", text="No sound")
    specialist.get("/queue?q=printers")
    assert shown(specialist.page) == [printer]
    specialist.get(f"/queue?q={phone}")
    assert shown(specialist.page) == [phone]
    specialist.get("/queue?priority=critical")
    assert shown(specialist.page) == []
    assert "Take the filters away" in specialist.page
    specialist.get(f"/queue?organisation={desk.organisation_id}&kind=user_failure&state=registered&sort=newest")
    assert shown(specialist.page) == [phone, printer]


@pytest.mark.parametrize(
    "query",
    ["view=nonsense", "cursor=nonsense", "sort=nonsense", "organisation=999999999", "executor=x", "priority=x",
     "state=x", "q=%00", "q=%22%27(%25", "trail=%7E%7E%7E", "contact=99999999999999999999", "kind=%3Cb%3E"],
)  # fmt: skip
def test_what_cannot_be_read_is_left_out(desk: Any, specialist: Any, query: str) -> None:
    desk.ticket()
    assert specialist.get(f"/queue?{query}").status_code == 200


def test_older_and_newer_lead_there_and_back(desk: Any, specialist: Any) -> None:
    numbers = [desk.ticket(f"Number {index}") for index in range(65)][::-1]
    seen: list[str] = []
    address = "/queue?sort=newest"
    pages = []
    while address:
        specialist.get(address)
        pages.append(shown(specialist.page))
        seen += pages[-1]
        found = re.search(r'rel="next" href="([^"]+)"', specialist.page)
        address = found.group(1) if found else ""
    assert seen == numbers
    assert [len(page) for page in pages] == [30, 30, 5]
    for expected in (pages[1], pages[0]):
        back = re.search(r'rel="prev" href="([^"]+)"', specialist.page)
        assert back is not None
        specialist.get(back.group(1))
        assert shown(specialist.page) == expected
    assert 'rel="prev"' not in specialist.page


def test_queue_costs_few_statements(desk: Any, specialist: Any, statements: Any) -> None:
    for index in range(40):
        desk.ticket(f"Number {index}")
    specialist.get("/queue")
    with statements() as sent:
        specialist.get("/queue")
    assert len(sent) <= 7, "\n\n".join(sent)
    with statements() as sent:
        specialist.get("/queue", headers={"HX-Request": "true", "HX-Target": "queue-list"})
    assert len(sent) <= 4, "\n\n".join(sent)


def test_list_alone_is_given_to_the_page_that_follows(desk: Any, specialist: Any) -> None:
    number = desk.ticket()
    answer = specialist.get("/queue", headers={"HX-Request": "true", "HX-Target": "queue-list"})
    assert "<html" not in answer.text
    assert shown(specialist.page) == [number]


def test_counts_follow(desk: Any, specialist: Any) -> None:
    desk.ticket()
    counts = specialist.get("/live/counts").get_json()
    assert counts["queue-open"] == counts["queue-unassigned"] == counts["tickets"] == 1
    assert counts["queue-mine"] == counts["inbox"] == 0
