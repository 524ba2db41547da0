# SPDX-License-Identifier: Apache-2.0
"""A field while it is edited: what the form holds, from what is stored and back to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask import request

from admin_ui.fields_pages.option_rows import OptionRow, as_options, entered_rows, rows_of, slug
from dialog_core.plugin import Clause, Comparison, FieldType, PeopleOf, TicketField, WrongValue, fields

WITH_OPTIONS = frozenset({FieldType.CHOICE, FieldType.MULTI_CHOICE, FieldType.TREE})
PLAIN = ("title_ru", "title_en", "help_ru", "help_en", "low", "high", "currencies", "default_currency", "key")
MOST_CLAUSES = 11


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """One test of a condition as the form has it."""

    subject: str = "kind"
    test: str = Comparison.EQUALS.value
    values: tuple[str, ...] = ()


@dataclass(slots=True)
class Draft:
    """Everything in the form.

    Attributes:
        values: what stands in the plain inputs, by their names.
        required: `never`, `always` or `when`.
    """

    type: FieldType
    values: dict[str, Any] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    people: PeopleOf = PeopleOf.STAFF
    in_list: bool = False
    options: list[OptionRow] = field(default_factory=list)
    visible_when: list[ClauseRow] = field(default_factory=list)
    required: str = "never"
    required_when: list[ClauseRow] = field(default_factory=list)
    default: Any = ""

    @property
    def has_options(self) -> bool:
        """Whether there are options to choose from."""
        return self.type in WITH_OPTIONS


def draft_of(one: TicketField) -> Draft:
    """Return the draft of a stored field."""
    default: Any = one.default
    currency = ""
    if isinstance(default, dict):
        default, currency = default.get("amount"), default.get("currency")
    return Draft(
        type=one.type,
        values={
            "title_ru": one.title.get("ru", ""), "title_en": one.title.get("en", ""),
            "help_ru": one.help.get("ru", ""), "help_en": one.help.get("en", ""),
            "low": "" if one.low is None else fields.plain_number(one.low),
            "high": "" if one.high is None else fields.plain_number(one.high),
            "currencies": ", ".join(one.currencies), "default_currency": currency, "key": one.key,
        },
        kinds=one.kinds,
        people=one.people,
        in_list=one.in_list,
        options=rows_of(one.options),
        visible_when=_rows(one.visible_when),
        required="never" if one.required_when is None else "when" if one.required_when else "always",
        required_when=_rows(one.required_when or ()),
        default="" if default is None else default,
    )  # fmt: skip


def entered_draft(kind: FieldType) -> Draft:
    """Return the draft that the submitted form holds."""
    form = request.form
    several = kind is FieldType.MULTI_CHOICE
    required = form.get("required", "never")
    return Draft(
        type=kind,
        values={name: form.get(name, "")[:2000] for name in PLAIN},
        kinds=tuple(form.getlist("kinds")),
        people=PeopleOf.CONTACTS if form.get("people") == PeopleOf.CONTACTS.value else PeopleOf.STAFF,
        in_list="in_list" in form,
        options=entered_rows() if kind in WITH_OPTIONS else [],
        visible_when=_entered_rows("visible"),
        required=required if required in {"never", "always", "when"} else "never",
        required_when=_entered_rows("required"),
        default=form.getlist("default") if several else form.get("default", ""),
    )


def as_field(draft: Draft, key: str) -> TicketField:
    """Return the field that a draft describes.

    Raises:
        WrongValue: a bound is no number, or it is not said when the field is required.
    """
    values = draft.values
    options, given = as_options(draft.options)
    default: Any = draft.default
    if isinstance(default, list):
        default = [given.get(code, code) for code in default if code]
    elif draft.has_options:
        default = given.get(default, default)
    elif draft.type is FieldType.MONEY and default:
        default = {"amount": default, "currency": values.get("default_currency", "").strip().upper() or None}
    required = {"never": None, "always": ()}.get(draft.required, _clauses(draft.required_when))
    if draft.required == "when" and not required:
        raise WrongValue("required_when", "Say when it is required.")
    currencies = (part.strip().upper() for part in str(values.get("currencies", "")).replace(";", ",").split(","))
    return TicketField(
        key=key,
        type=draft.type,
        title={"ru": values.get("title_ru", ""), "en": values.get("title_en", "")},
        help={language: text for language in ("ru", "en") if (text := values.get(f"help_{language}", "").strip())},
        kinds=draft.kinds,
        visible_when=_clauses(draft.visible_when),
        required_when=required,
        options=options,
        currencies=tuple(filter(None, currencies)) if draft.type is FieldType.MONEY else (),
        people=draft.people,
        low=_bound(draft, "low"),
        high=_bound(draft, "high"),
        default=default or None,
        in_list=draft.in_list,
    )


def new_key(draft: Draft) -> str:
    """Return the key that a new field is to have: as entered, else made of the English title."""
    entered = draft.values.get("key", "").strip().removeprefix(fields.PREFIX)
    return fields.PREFIX + (entered or slug(draft.values.get("title_en", "")) or "field")


def _bound(draft: Draft, name: str) -> Decimal | None:
    text = str(draft.values.get(name, "")).strip()
    if not text or draft.type not in {FieldType.NUMBER, FieldType.MONEY}:
        return None
    try:
        return fields.read_number(text)
    except WrongValue as error:
        raise WrongValue(name, error.message, **error.values) from None


def _rows(condition: Iterable[Clause]) -> list[ClauseRow]:
    return [ClauseRow(one.subject, one.test.value, one.values) for one in condition]


def _clauses(rows: Iterable[ClauseRow]) -> tuple[Clause, ...]:
    found = []
    for row in rows:
        test = Comparison(row.test)
        values = () if test is Comparison.SET else tuple(value.strip() for value in row.values if value.strip())
        found.append(Clause(row.subject, test, values[:1] if test is Comparison.EQUALS else values))
    return tuple(found)


def _entered_rows(name: str) -> list[ClauseRow]:
    form = request.form
    found = []
    for place in range(MOST_CLAUSES):
        subject = form.get(f"{name}-{place}-subject")
        if subject is None:
            continue
        test = form.get(f"{name}-{place}-test", "")
        values = form.getlist(f"{name}-{place}-value")
        if f"{name}-{place}-text" in form:
            text = form[f"{name}-{place}-text"]
            values = text.split(",") if test == Comparison.ONE_OF.value else [text]
        known = test if test in {*Comparison} else Comparison.EQUALS.value
        found.append(ClauseRow(subject[:80], known, tuple(value[:300] for value in values)))
    return found
