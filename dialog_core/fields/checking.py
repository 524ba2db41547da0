# SPDX-License-Identifier: Apache-2.0
"""Whether a field can be as it is described, by an administrator or by a module."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from dialog_core.errors import WrongValue
from dialog_core.fields.conditions import SUBJECTS
from dialog_core.fields.values import LARGEST
from dialog_core.hookspecs.fields import Clause, Comparison, FieldOption, FieldType, TicketField
from dialog_core.text import clean_line
from dialog_core.tickets import Kind

KEY = re.compile(r"[a-z][a-z0-9_]{1,79}")
CODE = re.compile(r"[a-z0-9][a-z0-9_]{0,59}")
CURRENCY = re.compile(r"[A-Z]{3}")
WITH_OPTIONS = frozenset({FieldType.CHOICE, FieldType.MULTI_CHOICE, FieldType.TREE})
WITHOUT_DEFAULT = frozenset({FieldType.PERSON, FieldType.FILE})
ONLY_SET = frozenset({FieldType.MONEY, FieldType.FILE})
"""Types of which a condition can only ask whether there is a value."""
TITLE_LENGTH = 120
HELP_LENGTH = 300
MOST_OPTIONS = 500
MOST_CLAUSES = 10
MOST_VALUES = 50
DEEPEST = 8


def check_field(field: TicketField) -> None:
    """Let only a field pass that can be shown, filled in and stored; what its conditions name is not looked at.

    Raises:
        WrongValue: the field names the attribute; of an option `options.<code>`.
    """
    if not KEY.fullmatch(field.key):
        raise WrongValue("key", "Use lower-case Latin letters, digits and _, beginning with a letter; at most 80.")
    _check_titles("title", field.title, TITLE_LENGTH, required=True)
    _check_titles("help", field.help, HELP_LENGTH)
    for kind in field.kinds:
        if kind not in {*Kind}:
            raise WrongValue("kinds", "There is no kind of request “%(kind)s”.", kind=kind)
    _check_bounds(field)
    if field.type in WITH_OPTIONS:
        _check_options(field)
    elif field.options:
        raise WrongValue("options", "A field of this type has no options.")
    if field.type is FieldType.MONEY:
        if not field.currencies or len(field.currencies) > 20 or not all(map(CURRENCY.fullmatch, field.currencies)):
            raise WrongValue("currencies", "Name the currencies by three capital letters each, for example RUB.")
        if len(set(field.currencies)) < len(field.currencies):
            raise WrongValue("currencies", "A currency stands twice.")
    if field.default is not None and field.type in WITHOUT_DEFAULT:
        raise WrongValue("default", "A field of this type has no default.")
    for name in ("visible_when", "required_when"):
        _check_condition(name, getattr(field, name) or ())


def check_subjects(field: TicketField, known: Mapping[str, TicketField]) -> None:
    """Let only conditions pass that ask for something that there is, other than the field itself.

    Raises:
        WrongValue: the field is `visible_when` or `required_when`.
    """
    for name in ("visible_when", "required_when"):
        for clause in getattr(field, name) or ():
            if clause.subject == field.key:
                raise WrongValue(name, "A field cannot depend on itself.")
            if clause.subject in SUBJECTS:
                continue
            other = known.get(clause.subject)
            if other is None:
                raise WrongValue(name, "There is no field “%(key)s”.", key=clause.subject)
            if other.type in ONLY_SET and clause.test is not Comparison.SET:
                raise WrongValue(name, "Of “%(key)s” it can only be asked whether it is set.", key=clause.subject)


def _check_titles(name: str, titles: Mapping[str, str], limit: int, *, required: bool = False) -> None:
    for language in ("ru", "en"):
        text = titles.get(language, "")
        if required and not clean_line(text):
            raise WrongValue(f"{name}_{language}", "This must not be empty.")
        if len(text) > limit:
            raise WrongValue(f"{name}_{language}", "Use at most %(limit)s characters.", limit=limit)


def _check_bounds(field: TicketField) -> None:
    for name in ("low", "high"):
        bound = getattr(field, name)
        if bound is None:
            continue
        if field.type not in {FieldType.NUMBER, FieldType.MONEY}:
            raise WrongValue(name, "Only numbers and amounts have bounds.")
        if not bound.is_finite() or abs(bound) >= LARGEST:
            raise WrongValue(name, "This number is too large.")
    if field.low is not None and field.high is not None and field.low > field.high:
        raise WrongValue("high", "The upper bound lies below the lower one.")


def _check_options(field: TicketField) -> None:
    if len(field.options) > MOST_OPTIONS:
        raise WrongValue("options", "Use at most %(limit)s options.", limit=MOST_OPTIONS)
    by_code: dict[str, FieldOption] = {}
    for option in field.options:
        if not CODE.fullmatch(option.code):
            raise WrongValue(
                "options", "“%(code)s” is no code: use lower-case Latin letters, digits and _.", code=option.code[:80]
            )
        if option.code in by_code:
            raise WrongValue("options", "The code “%(code)s” stands twice.", code=option.code)
        by_code[option.code] = option
        for language in ("ru", "en"):
            if not clean_line(option.title.get(language, "")) or len(option.title[language]) > TITLE_LENGTH:
                raise WrongValue(
                    "options", "Each option needs a title of at most %(limit)s characters.", limit=TITLE_LENGTH
                )
    if not any(not option.is_archived for option in field.options):
        raise WrongValue("options", "Give at least one option.")
    for option in field.options:
        _check_parent(field, option, by_code)


def _check_parent(field: TicketField, option: FieldOption, by_code: Mapping[str, FieldOption]) -> None:
    if option.parent is None:
        return
    if field.type is not FieldType.TREE:
        raise WrongValue("options", "Only the options of a tree stand under one another.")
    level, above = 1, option
    while above.parent is not None:
        if above.parent not in by_code:
            raise WrongValue("options", "There is no option “%(code)s” to stand under.", code=above.parent)
        above, level = by_code[above.parent], level + 1
        if level > DEEPEST or above is option:
            raise WrongValue("options", "The options stand in a circle, or more than %(limit)s deep.", limit=DEEPEST)


def _check_condition(name: str, condition: Iterable[Clause]) -> None:
    clauses = tuple(condition)
    if len(clauses) > MOST_CLAUSES:
        raise WrongValue(name, "Use at most %(limit)s conditions.", limit=MOST_CLAUSES)
    for clause in clauses:
        wanted = {Comparison.EQUALS: 1, Comparison.SET: 0}.get(clause.test)
        count = len(clause.values)
        if (wanted is None and not 1 <= count <= MOST_VALUES) or (wanted is not None and count != wanted):
            raise WrongValue(name, "Say what “%(subject)s” is compared with.", subject=clause.subject)
        if any(not value or len(value) > 300 for value in clause.values):
            raise WrongValue(name, "Say what “%(subject)s” is compared with.", subject=clause.subject)
