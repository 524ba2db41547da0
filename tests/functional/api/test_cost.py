# SPDX-License-Identifier: Apache-2.0
"""How many statements an answer costs, however much it holds."""

from __future__ import annotations

from tests.functional.api.conftest import Caller, Callers


def selects(statements: list[str]) -> int:
    """Count them but for facts of the installation, which each process looks at once a second at most."""
    return sum(statement.startswith("SELECT") and "installation_fact" not in statement for statement in statements)


def test_a_list_costs_the_same_whatever_its_length(callers: Callers, statements: list[str]) -> None:
    caller = callers.specialist
    counts = []
    for _ in range(2):
        for _ in range(5):
            caller.ticket()
        caller.get("/tickets?limit=25")
        statements.clear()
        caller.get("/tickets?limit=25")
        counts.append(selects(statements))
    assert counts == [1, 1]


def test_a_ticket_costs_a_fixed_number(caller: Caller, statements: list[str]) -> None:
    made = caller.ticket()
    for turn in range(3):
        caller.post(f"/tickets/{made['number']}/entries", {"text": f"{turn}"})
    caller.get(f"/tickets/{made['number']}")
    statements.clear()
    caller.get(f"/tickets/{made['number']}")
    assert selects(statements) == 4
    statements.clear()
    caller.get(f"/tickets/{made['number']}/entries")
    assert selects(statements) == 4


def test_contacts_cost_three(caller: Caller, statements: list[str]) -> None:
    for turn in range(5):
        caller.post("/contacts", {"full_name": f"Анна {turn}", "phones": [f"8912345678{turn}"]})
    caller.get("/contacts")
    statements.clear()
    caller.get("/contacts")
    assert selects(statements) == 3
