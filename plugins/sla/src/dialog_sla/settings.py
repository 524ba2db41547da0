# SPDX-License-Identifier: Apache-2.0
"""Settings of the deadlines; every one has a default, so that the module works at once."""

from __future__ import annotations

import hashlib
import json
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from dialog_core.plugin import installation, mark, module_settings
from dialog_sla import NAME
from dialog_sla.calendar import Calendar

DAYS = {"mon_fri": range(5), "mon_sat": range(6), "sun_thu": (6, 0, 1, 2, 3), "every_day": range(7)}
GOALS = {"user_failure": 16, "outage": 4, "consultation": 24, "change_request": 80}
"""Hours of working time per kind of request."""
MOST_HOURS = 2000
_KINDS = {
    "user_failure": {"ru": "Сбой у пользователя, рабочих часов", "en": "Failure at a user, working hours"},
    "outage": {"ru": "Сбой с остановкой работы, рабочих часов", "en": "Failure that stops work, working hours"},
    "consultation": {"ru": "Консультация, рабочих часов", "en": "Consultation, working hours"},
    "change_request": {"ru": "Запрос на доработку, рабочих часов", "en": "Request for a change, working hours"},
}
_NO_DEADLINE = {"ru": "0 — без срока.", "en": "0: no deadline."}
_TIME = validate.Regexp(r"([01]\d|2[0-3]):[0-5]\d\Z|24:00\Z", error=mark("Write a time like 09:00."))


def _zone(value: str) -> None:
    if value and value not in zoneinfo.available_timezones():
        raise ma.ValidationError(mark("There is no such time zone; write it like Europe/Moscow."))


def _hours(kind: str) -> fields.Integer:
    return fields.Integer(
        load_default=GOALS[kind],
        validate=validate.Range(min=0, max=MOST_HOURS),
        metadata={"title": _KINDS[kind], "help": _NO_DEADLINE},
    )


class SlaSettings(ma.Schema):
    """The form of the module's page."""

    days = fields.String(
        load_default="mon_fri",
        validate=validate.OneOf(list(DAYS)),
        metadata={
            "title": {"ru": "Рабочие дни", "en": "Working days"},
            "choices": {
                "mon_fri": {"ru": "Понедельник — пятница", "en": "Monday to Friday"},
                "mon_sat": {"ru": "Понедельник — суббота", "en": "Monday to Saturday"},
                "sun_thu": {"ru": "Воскресенье — четверг", "en": "Sunday to Thursday"},
                "every_day": {"ru": "Каждый день", "en": "Every day"},
            },
        },
    )
    opens = fields.String(
        load_default="09:00",
        validate=_TIME,
        metadata={"title": {"ru": "Начало рабочего дня", "en": "The working day begins"}},
    )
    closes = fields.String(
        load_default="18:00",
        validate=_TIME,
        metadata={
            "title": {"ru": "Конец рабочего дня", "en": "The working day ends"},
            "help": {"ru": "24:00 — до конца суток.", "en": "24:00 is the end of the day."},
        },
    )
    time_zone = fields.String(
        load_default="",
        validate=_zone,
        metadata={
            "title": {"ru": "Часовой пояс", "en": "Time zone"},
            "help": {
                "ru": "Например, Asia/Yekaterinburg. Пусто — часовой пояс установки.",
                "en": "For example Asia/Yekaterinburg. Empty: that of the installation.",
            },
        },
    )
    holidays = fields.List(
        fields.Date(),
        load_default=list,
        validate=validate.Length(max=500),
        metadata={
            "title": {"ru": "Нерабочие дни", "en": "Holidays"},
            "help": {"ru": "Даты вида 2026-05-01.", "en": "Dates like 2026-05-01."},
        },
    )
    user_failure = _hours("user_failure")
    outage = _hours("outage")
    consultation = _hours("consultation")
    change_request = _hours("change_request")
    most_questions = fields.Integer(
        load_default=0,
        validate=validate.Range(min=0, max=100),
        metadata={
            "title": {
                "ru": "Сколько раз можно остановить часы вопросом",
                "en": "How often a question stops the clock",
            },
            "help": {
                "ru": "Столько раз сотрудник может запросить сведения по одной заявке. 0 — без ограничения.",
                "en": "So often staff may ask for information about one ticket. 0: no limit.",
            },
        },
    )
    keep_kind = fields.Boolean(
        load_default=False,
        metadata={
            "title": {"ru": "Не менять вид просроченной заявки", "en": "Keep the kind of an overdue ticket"},
            "help": {
                "ru": "От вида зависит срок: сменить его, когда срок прошёл, будет нельзя.",
                "en": "The deadline depends on the kind: it cannot be changed once the deadline has passed.",
            },
        },
    )
    tell_customer = fields.Boolean(
        load_default=False,
        metadata={
            "title": {"ru": "Сообщать срок заказчику", "en": "Tell the customer the deadline"},
            "help": {
                "ru": "Срок добавляется к сообщению о регистрации в чате.",
                "en": "It is added to the message in the chat that tells the registration number.",
            },
        },
    )

    @ma.validates_schema
    def check_hours(self, data: Mapping[str, Any], **_: Any) -> None:
        """Refuse a day that ends before it begins."""
        if minutes(data.get("opens", "09:00")) >= minutes(data.get("closes", "18:00")):
            raise ma.ValidationError(mark("The working day must end after it begins."), "closes")


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings as they are used.

    Attributes:
        goals: seconds of working time per kind; a kind that is not there has no deadline.
        mark: changes whenever deadlines have to be computed anew.
    """

    calendar: Calendar
    goals: Mapping[str, float]
    most_questions: int
    keep_kind: bool
    tell_customer: bool
    mark: str


def policy(values: Mapping[str, Any] | None = None) -> Policy:
    """Return the policy of now, or that of given settings."""
    given = {**_defaults(), **(module_settings(NAME) if values is None else values)}
    zone = str(given["time_zone"] or installation.profile().timezone)
    holidays = sorted(str(day) for day in given["holidays"])
    goals = {kind: float(given[kind]) * 3600 for kind in GOALS if float(given[kind]) > 0}
    basis = [zone, given["days"], given["opens"], given["closes"], holidays, sorted(goals.items())]
    calendar = Calendar(
        zoneinfo.ZoneInfo(zone),
        frozenset(DAYS[given["days"]]),
        minutes(given["opens"]),
        minutes(given["closes"]),
        frozenset(date.fromisoformat(day) for day in holidays),
    )
    digest = hashlib.sha256(json.dumps(basis).encode()).hexdigest()[:16]
    return Policy(
        calendar=calendar,
        goals=goals,
        most_questions=int(given["most_questions"]),
        keep_kind=bool(given["keep_kind"]),
        tell_customer=bool(given["tell_customer"]),
        mark=digest,
    )


def minutes(text: str) -> int:
    """Return `HH:MM` in minutes after midnight."""
    hours, _, rest = text.partition(":")
    return int(hours) * 60 + int(rest)


def _defaults() -> dict[str, Any]:
    values: dict[str, Any] = SlaSettings().load({})
    return values
