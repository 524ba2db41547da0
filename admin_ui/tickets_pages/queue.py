# SPDX-License-Identifier: Apache-2.0
"""The queues: who looks for work finds it here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as pgettext

from admin_ui.shell import Entries, is_partial
from admin_ui.tickets_pages import words
from admin_ui.tickets_pages.blueprint import pages
from admin_ui.tickets_pages.queue_fields import asked_values, field_filters, filter_choices, filterable, values_shown
from dialog_core.plugin import NotFound, TicketField, WrongValue, columns_of_page, fields, parties, staff, tickets

ROWS = 30
MOST_TRAIL = 40
DEFAULT = "open"
State = tickets.State


@dataclass(frozen=True, slots=True)
class Queue:
    """One tab: what stands in it, and what is said when nothing does."""

    name: str
    title: Any
    filters: dict[str, Any]
    empty: Any
    hint: Any
    takes_state: bool = False


QUEUES = (
    Queue("mine", pgettext("queue", "Mine"), {"responsible": "me", "is_open": True}, _l("Nothing waits for you"),
          _l("Tickets for which you are responsible stand here. Take one from “Unassigned”."), takes_state=True),
    Queue("unassigned", _l("Unassigned"), {"responsible": "none", "is_open": True}, _l("Every ticket has its executor"),
          _l("New requests appear here until somebody takes them into work."), takes_state=True),
    Queue("open", _l("All open"), {"is_open": True}, _l("No open tickets"),
          _l("As soon as a customer writes, or you register a request, it appears here."), takes_state=True),
    Queue("waiting", pgettext("queue", "Waiting for the customer"), {"states": (State.WAITING_CUSTOMER,)},
          _l("Nobody is asked anything"),
          _l("Tickets whose customer was asked a question stand here until they answer.")),
    Queue("answered", pgettext("queue", "Answered"), {"states": (State.ANSWERED,)},
          _l("No answer waits for its confirmation"),
          _l("Tickets with a delivered answer stand here until the customer confirms or disagrees.")),
    Queue("completed", pgettext("queue", "Completed"), {"states": (State.COMPLETED,)}, _l("Nothing waits to be closed"),
          _l("Confirmed tickets stand here until the customer's representative closes them.")),
    Queue("closed", pgettext("queue", "Closed"), {"is_open": False}, _l("No ticket is closed yet"),
          _l("What is finished stays here and can always be found again.")),
    Queue("all", pgettext("queue", "All"), {}, _l("No tickets yet"),
          _l("As soon as a customer writes, or you register a request, it appears here."), takes_state=True),
)  # fmt: skip
BY_NAME = {queue.name: queue for queue in QUEUES}
SORTS = (
    ("activity", _l("Last activity first")),
    ("newest", _l("Newest first")),
    ("priority", _l("Most pressing first")),
)
FILTERS = ("state", "priority", "executor", "kind", "channel", "organisation", "contact")


@dataclass(slots=True)
class Asked:
    """What the address of the page asks for; whatever cannot be read is left out."""

    queue: Queue
    q: str = ""
    sort: str = "activity"
    cursor: str | None = None
    trail: tuple[str, ...] = ()
    values: dict[str, str] = field(default_factory=dict)

    def address(self, **changes: Any) -> str:
        """Return the address of this list with changes; a change of the list begins at its first page."""
        now: dict[str, Any] = {"view": self.queue.name, "q": self.q, "sort": self.sort, **self.values}
        now = {**now, **changes}
        if now.get("sort") == "activity":
            now.pop("sort")
        return url_for("tickets.queue", **{key: value for key, value in now.items() if value})

    @property
    def is_narrowed(self) -> bool:
        """Whether filters or words leave something out."""
        return bool(self.q or self.values)


@pages.get("/queue")
def queue() -> ResponseReturnValue:
    """Show a queue; htmx gets the list alone."""
    actor = staff.current_actor()
    known_fields = fields.ticket_fields(actor)
    asked = _asked(known_fields)
    try:
        page = _page(actor, asked, known_fields)
    except WrongValue:  # a cursor of another list, from an old bookmark
        asked.cursor, asked.trail = None, ()
        page = _page(actor, asked, known_fields)
    values: dict[str, Any] = {"asked": asked, "rows": page.rows, "paging": _paging(asked, page.next)}
    values["columns"] = columns_of_page(actor, [row.id for row in page.rows])
    # Translated once per page, not once per row.
    values["further"] = values_shown(actor, known_fields, page.rows)
    values["states"] = {key: str(title) for key, title in words.STATES.items()}
    values["priorities"] = {
        int(one): (words.TINTS[one.word], str(words.PRIORITIES[one.word])) for one in tickets.Priority
    }
    if is_partial() and request.headers.get("HX-Target") == "queue-list":
        return render_template("admin_ui/tickets/queue_list.html", **values)
    known = counts(actor)
    totals = {"mine": known.mine, "unassigned": known.unassigned, "open": known.open}
    totals |= {"waiting": known.by_state["waiting_customer"], "closed": known.by_state["closed"]}
    totals |= {name: known.by_state[name] for name in ("answered", "completed")}
    values |= {
        "queues": QUEUES,
        "totals": totals,
        "sorts": SORTS,
        "choices": _choices(actor, asked),
        "organisation_name": _organisation_name(actor, asked),
        "filterable": filterable(known_fields),
        "field_choices": filter_choices(actor, known_fields),
        "field_entries": Entries.holding(asked.values),
    }
    name = "queue_body.html" if is_partial() else "queue.html"
    return render_template(f"admin_ui/tickets/{name}", **values)


def counts(actor: staff.Actor) -> tickets.Counts:
    """Return the counts, read once per request."""
    if "ticket_counts" not in g:
        g.ticket_counts = tickets.counts(actor)
    known: tickets.Counts = g.ticket_counts
    return known


def unassigned(actor: staff.Actor) -> int:
    """Return what the navigation shows: open tickets that nobody has taken."""
    return counts(actor).unassigned if actor.may("ticket.read") else 0


def _asked(known_fields: tuple[TicketField, ...]) -> Asked:
    args = request.args
    text = args.get("q", "").strip()[:200]
    name = args.get("view", "")
    values = {key: args.get(key, "").strip() for key in FILTERS}
    fallback = "all" if text or values["organisation"] or values["contact"] else DEFAULT
    chosen = BY_NAME.get(name) or BY_NAME[fallback]
    known: dict[str, list[str]] = {
        "state": [state.value for state in State] if chosen.takes_state else [],
        "priority": list(words.PRIORITIES),
        "kind": list(words.KINDS),
    }
    for key, allowed in known.items():
        values[key] = values[key] if values[key] in allowed else ""
    for key in ("organisation", "contact"):
        values[key] = values[key] if _number(values[key]) else ""
    values["executor"] = values["executor"] if values["executor"] == "me" or _number(values["executor"]) else ""
    sort = args.get("sort", "")
    trail = tuple(part for part in args.get("trail", "").split("~") if part)[-MOST_TRAIL:]
    return Asked(
        queue=chosen,
        q=text,
        sort=sort if sort in {key for key, _title in SORTS} else "activity",
        cursor=args.get("cursor") or None,
        trail=trail,
        values={key: value for key, value in values.items() if value} | asked_values(known_fields),
    )


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _page(actor: staff.Actor, asked: Asked, known_fields: tuple[TicketField, ...]) -> tickets.Page:
    values, base = asked.values, dict(asked.queue.filters)
    if "state" in values:
        base["states"] = (State(values["state"]),)
    executor: int | Literal["me"] | None = None
    if "executor" in values:
        executor = "me" if values["executor"] == "me" else int(values["executor"])
    filters = tickets.TicketFilters(
        **base,
        priorities=(int(tickets.Priority.from_word(values["priority"])),) if "priority" in values else (),
        executor=executor,
        organisation_id=int(values["organisation"]) if "organisation" in values else None,
        contact_id=int(values["contact"]) if "contact" in values else None,
        kind=values.get("kind"),
        channel=values.get("channel"),
        text=asked.q,
        fields=field_filters(known_fields, values),
    )
    return tickets.ticket_list(actor, filters, sort=tickets.Sort(asked.sort), cursor=asked.cursor, limit=ROWS)


def _paging(asked: Asked, following: str | None) -> dict[str, str | None]:
    """Return the addresses of the older and the newer page; `trail` remembers the way that was come."""
    older = newer = None
    if following:
        trail = (*asked.trail, asked.cursor or "-")[-MOST_TRAIL:]
        older = asked.address(cursor=following, trail="~".join(trail))
    if asked.cursor:
        back = asked.trail[-1] if asked.trail else "-"
        rest = "~".join(asked.trail[:-1])
        newer = asked.address() if back == "-" else asked.address(cursor=back, trail=rest)
    return {"older": older, "newer": newer, "here": asked.address(cursor=asked.cursor, trail="~".join(asked.trail))}


def _choices(actor: staff.Actor, asked: Asked) -> dict[str, Any]:
    people: list[tuple[str, Any]] = [("me", _l("I take part"))]
    people += [(str(one.id), one.name) for one in tickets.staff_choices(actor)]
    channels = words.channel_titles()
    own = {name: words.channel_title(name) for name in ("web", "api")}
    return {
        "state": list(words.STATES.items())[: None if asked.queue.name == "all" else -1],
        "priority": list(words.PRIORITIES.items()),
        "executor": people,
        "kind": list(words.KINDS.items()),
        "channel": [*channels.items(), *own.items()],
    }


def _organisation_name(actor: staff.Actor, asked: Asked) -> str:
    if "organisation" not in asked.values:
        return ""
    try:
        return parties.get_organisation(actor, int(asked.values["organisation"])).name
    except NotFound:
        return ""
