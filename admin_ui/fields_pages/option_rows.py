# SPDX-License-Identifier: Apache-2.0
"""The options of a choice while they are edited: rows of a form that are added, moved and taken away by buttons."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask import request

from dialog_core.plugin import FieldOption

NEW = "~"
"""What the code of an option begins with that was never saved; it gets one from its English title."""
MOST_ROWS = 501


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One option as the form has it; `level` is how deep it stands in a tree."""

    code: str
    title_ru: str = ""
    title_en: str = ""
    parent: str = ""
    is_archived: bool = False
    level: int = 0


def rows_of(options: Iterable[FieldOption]) -> list[OptionRow]:
    """Return the rows of stored options, each with what stands under it right below."""
    return in_order(
        [
            OptionRow(one.code, one.title.get("ru", ""), one.title.get("en", ""), one.parent or "", one.is_archived)
            for one in options
        ]
    )


def entered_rows() -> list[OptionRow]:
    """Return the rows of the submitted form."""
    form = request.form
    archived = set(form.getlist("option-archived"))
    columns = [form.getlist(f"option-{name}")[:MOST_ROWS] for name in ("code", "ru", "en", "parent")]
    return in_order(
        [OptionRow(code, ru, en, parent, code in archived) for code, ru, en, parent in zip(*columns, strict=False)]
    )


def in_order(rows: list[OptionRow]) -> list[OptionRow]:
    """Return the rows as a tree is read; a row whose parent is not there stands at the top."""
    codes = {row.code for row in rows}
    found: list[OptionRow] = []

    def put(parent: str, level: int) -> None:
        for row in rows:
            is_here = row.parent == parent or (not parent and row.parent not in codes)
            if is_here and row.code not in {one.code for one in found}:
                found.append(replace(row, level=level))
                if level < 12:
                    put(row.code, level + 1)

    put("", 0)
    return found + [row for row in rows if row.code not in {one.code for one in found}]


def acted(rows: list[OptionRow], act: str, code: str) -> list[OptionRow]:
    """Return the rows after a button was pressed: `add`, `under`, `up`, `down` or `remove`."""
    if act in {"add", "under"}:
        number = 1 + max((int(row.code[1:]) for row in rows if re.fullmatch(r"~[0-9]{1,6}", row.code)), default=0)
        return in_order([*rows, OptionRow(f"{NEW}{number}", parent=code if act == "under" else "")])
    if act == "remove":
        gone = {code}
        for row in rows:  # in the order of the tree: who stands under one that goes, goes too
            if row.parent in gone:
                gone.add(row.code)
        return [row for row in rows if row.code not in gone]
    found = [one for one in rows if one.code == code]
    if not found or act not in {"up", "down"}:
        return rows
    row = found[0]
    beside = [one for one in rows if one.parent == row.parent]
    place = beside.index(row) + (-1 if act == "up" else 1)
    if not 0 <= place < len(beside):
        return rows
    swapped = {row.code: beside[place], beside[place].code: row}
    return in_order([swapped.get(one.code, one) for one in rows])


def as_options(rows: Iterable[OptionRow]) -> tuple[tuple[FieldOption, ...], dict[str, str]]:
    """Return the options, and the codes that new ones got; a row without any title is left out."""
    kept = [row for row in rows if row.title_ru.strip() or row.title_en.strip() or not row.code.startswith(NEW)]
    taken = {row.code for row in kept if not row.code.startswith(NEW)}
    given: dict[str, str] = {}
    for row in kept:
        if row.code.startswith(NEW):
            given[row.code] = _free(slug(row.title_en) or "option", taken)
            taken.add(given[row.code])
    return (
        tuple(
            FieldOption(
                given.get(row.code, row.code),
                {"ru": row.title_ru, "en": row.title_en},
                given.get(row.parent, row.parent) or None,
                row.is_archived,
            )
            for row in kept
        ),
        given,
    )


def slug(title: str) -> str:
    """Return a code for a title: its Latin letters and digits."""
    return re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:50]


def _free(wanted: str, taken: set[str]) -> str:
    found, number = wanted, 1
    while found in taken:
        number += 1
        found = f"{wanted}_{number}"
    return found
