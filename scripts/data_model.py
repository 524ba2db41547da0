# SPDX-License-Identifier: Apache-2.0
"""Write docs/data-model.md from the tables of the core; `--check` only says whether it is as the code has it.

What a table is for is the first line of its class. Who reads and writes it for a module stands here, and every name is
one that `dialog_core.plugin` has.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ForeignKey, Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dialog_core import models  # noqa: E402, F401 - the checkout is put on the path first; it loads every table
from dialog_core.database import Base, db  # noqa: E402

PAGE = ROOT / "docs" / "data-model.md"


@dataclass(frozen=True, slots=True)
class Doors:
    """How a module changes what is in a table, and learns of it: names in `dialog_core.plugin`, hooks as `@name`."""

    changed_by: tuple[str, ...] = ()
    read_by: tuple[str, ...] = ()


SUBJECTS: dict[str, dict[str, Doors]] = {
    "Parties": {
        "organisation": Doors(
            ("parties.create_organisation", "parties.update_organisation"),
            ("parties.get_organisation", "parties.find_organisation", "parties.list_organisations"),
        ),
        "contact": Doors(
            ("parties.create_contact", "parties.update_contact"), ("parties.get_contact", "parties.find_contact")
        ),
        "contact_point": Doors(("parties.update_contact",), ("parties.contacts_by_phone", "parties.get_contact")),
        "identity": Doors(("@channel_receive",), ("parties.identity_contact",)),
        "membership": Doors(
            ("parties.set_membership", "parties.remove_membership"), ("parties.get_organisation", "parties.get_contact")
        ),
        "contract": Doors(
            ("parties.create_contract", "parties.update_contract"), ("parties.coverage", "parties.list_contracts")
        ),
    },
    "Tickets": {
        "ticket": Doors(
            ("tickets.open_ticket", "tickets.update_ticket", "tickets.transition", "tickets.assign"),
            ("tickets.ticket_by_id", "tickets.ticket_by_number", "tickets.ticket_list"),
        ),
        "ticket_executor": Doors(("tickets.assign",), ("tickets.ticket_by_id",)),
        "ticket_link": Doors(("tickets.transition", "tickets.open_ticket"), ("tickets.ticket_by_id",)),
        "category": Doors((), ("tickets.category_choices",)),
        "ticket_field": Doors(("fields.create_field", "fields.change_field"), ("fields.list_fields",)),
        "ticket_field_value": Doors(
            ("@ticket_fields", "tickets.update_ticket"), ("fields.values_of", "fields.values_of_many")
        ),
    },
    "Conversations": {
        "chat": Doors(("@channel_receive", "conversations.bind_chat"), ("conversations.get_chat",)),
        "entry": Doors(("tickets.add_entry", "tickets.transition"), ("tickets.entries", "tickets.timeline")),
        "attachment": Doors(("tickets.add_entry", "@channel_fetch"), ("conversations.read_file",)),
        "inbox_item": Doors(("store_inbound",), ("@channel_receive", "conversations.inbox_rows")),
        "prompt": Doors(("@channel_receive",), ()),
        "delivery": Doors(("tickets.transition", "tickets.add_entry"), ("@channel_send", "tickets.entries")),
    },
    "Events": {
        "event": Doors((), ("@ticket_event", "tickets.timeline", "live_response")),
        "subscriber": Doors((), ()),
    },
    "Staff": {
        "staff": Doors(("staff.create_staff", "staff.switch_off"), ("staff.current_actor", "staff.colleagues")),
        "role": Doors(("@permissions",), ("staff.list_roles",)),
        "staff_role": Doors(("staff.set_role",), ("staff.get_staff",)),
        "team": Doors(("staff.create_team", "staff.change_team"), ("staff.list_teams",)),
        "team_member": Doors(("staff.set_teams",), ("staff.list_teams",)),
        "api_token": Doors(("staff.create_token", "staff.revoke_token"), ("api_actor",)),
    },
}
INTRODUCTION = """# The data model of the core

<!-- Made by scripts/data_model.py from the tables in dialog_core; do not edit by hand. -->

What the tables of the platform are for, and the doors to them. A module reads and writes **none of them by SQL**:
tables change between versions, the functions and hooks named here stay
([what goes away](modules.md#what-goes-away)). They check permissions, record events and keep the numbers right, too.
A module's own tables begin with its name and have no foreign keys to these
([tables of one's own](modules.md#tables-of-ones-own)).

All of the functions are in `dialog_core.plugin`; what changes something takes the actor on whose behalf it happens
first. Hooks are told and asked by the platform ([reference](hooks.md)).

Beside these the core has tables of its own workings (generations of modules, wheels, settings, jobs, leases, links),
which no module needs.
"""


def subjects() -> Iterator[tuple[str, dict[str, Doors]]]:
    """Give each subject and its tables, in the order of the page."""
    yield from SUBJECTS.items()


def shown() -> set[str]:
    """Return the names of all tables on the page."""
    return {table for tables in SUBJECTS.values() for table in tables}


def purpose(table: str) -> str:
    """Return what a table is for."""
    for mapper in Base.registry.mappers:
        if isinstance(mapper.local_table, Table) and mapper.local_table.name == table:
            return (inspect.getdoc(mapper.class_) or "").partition("\n")[0]
    return "Which belongs to which."


def relations() -> Iterator[str]:
    """Give a line of the diagram for each foreign key between two tables of the page."""
    for name in sorted(shown()):
        keys = sorted(db.metadata.tables[name].foreign_keys, key=lambda key: key.parent.name)
        for key in keys:
            if key.column.table.name in shown():
                yield _relation(name, key)


def diagram() -> str:
    """Return all tables and what connects them, as Mermaid draws it."""
    return "\n".join(["erDiagram", *(f"    {line}" for line in relations())])


def page() -> str:
    """Return the whole page."""
    parts = [INTRODUCTION, "## How they are connected\n", f"```mermaid\n{diagram()}\n```\n"]
    for subject, tables in subjects():
        parts.append(f"## {subject}\n")
        parts.append("| table | what it is for | changed by | read by |\n|-|-|-|-|")
        parts += [
            f"| `{name}` | {purpose(name)} | {_named(doors.changed_by)} | {_named(doors.read_by)} |"
            for name, doors in tables.items()
        ]
        parts[-1] += "\n"
    return "\n".join(parts)


def _relation(table: str, key: ForeignKey) -> str:
    parent = "o|" if key.parent.nullable else "||"
    child = "o|" if key.parent.unique else "o{"
    label = key.parent.name.removesuffix("_id").replace("_", " ")
    return f'{key.column.table.name} {parent}--{child} {table} : "{label}"'


def _named(names: tuple[str, ...]) -> str:
    return ", ".join(_door(name) for name in names) or "the platform alone"


def _door(name: str) -> str:
    return f"[`{name[1:]}`](hooks.md#{name[1:]})" if name.startswith("@") else f"`{name}`"


if __name__ == "__main__":
    wanted = page()
    if "--check" not in sys.argv:
        PAGE.write_text(wanted)
    elif not PAGE.exists() or PAGE.read_text() != wanted:
        sys.exit(f"{PAGE.name} is not what the tables say: run scripts/data_model.py")
