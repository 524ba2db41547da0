# SPDX-License-Identifier: Apache-2.0
"""Settings of the module: the form on its page, the validation and the API come from this schema.

Every field has a default, so that the module can be enabled at once; what is not filled in is not done.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import marshmallow as ma
from dialog_core.plugin import mark
from marshmallow import fields, validate

_URL = validate.URL(schemes={"http", "https"}, require_tld=False)


def _address(value: str) -> None:
    if not value:
        return
    _URL(value)
    parts = urlsplit(value)
    if "@" in parts.netloc or parts.query or parts.fragment:  # addresses are logged, secrets are not
        raise ma.ValidationError(mark("Give only a host and a path; a password has a field of its own."))


class Settings(ma.Schema):
    """What an administrator can set."""

    prefix = fields.String(
        load_default="",
        validate=validate.Regexp(
            r"[A-Z0-9-]{0,8}\Z", error=mark("Use at most 8 capital Latin letters, digits and hyphens.")
        ),
        metadata={
            "title": {"ru": "Начало номера", "en": "How a number begins"},
            "help": {"ru": "Например, K-; можно оставить пустым.", "en": "For example K-; may be empty."},
        },
    )
    digits = fields.Integer(
        load_default=6,
        validate=validate.Range(min=3, max=20),
        metadata={"title": {"ru": "Сколько цифр дальше", "en": "How many digits follow"}},
    )
    directory = fields.String(
        load_default="",
        validate=_address,
        metadata={
            "title": {"ru": "Адрес справочника", "en": "Address of the directory"},
            "help": {
                "ru": "Модуль спрашивает GET АДРЕС/customers/НОМЕР. Пусто — номера не проверяются.",
                "en": "The module asks GET ADDRESS/customers/NUMBER. Empty: numbers are not verified.",
            },
            "host": True,
        },
    )
    token = fields.String(
        load_default="",
        validate=validate.Length(max=500),
        metadata={
            "title": {"ru": "Токен справочника", "en": "Token of the directory"},
            "help": {
                "ru": "Идёт в заголовке Authorization: Bearer …",
                "en": "Stands in the header Authorization: Bearer …",
            },
            "secret": True,
        },
    )
    known_days = fields.Integer(
        load_default=30,
        validate=validate.Range(min=1, max=365),
        metadata={
            "title": {"ru": "Сколько дней верить, что номер есть", "en": "Days for which a number counts as known"},
            "help": {
                "ru": "Потом ответ и имя клиента забываются.",
                "en": "Afterwards the answer and the customer's name are forgotten.",
            },
        },
    )
    unknown_minutes = fields.Integer(
        load_default=60,
        validate=validate.Range(min=1, max=10_080),
        metadata={
            "title": {
                "ru": "Сколько минут верить, что номера нет",
                "en": "Minutes for which a number counts as unknown",
            },
            "help": {
                "ru": "Недолго: клиента могут завести завтра.",
                "en": "Not long: the customer may be entered tomorrow.",
            },
        },
    )
    refuses_unknown = fields.Boolean(
        load_default=True,
        metadata={
            "title": {"ru": "Не принимать неизвестные номера", "en": "Refuse numbers that are not known"},
            "help": {
                "ru": "Иначе они только отмечены в заявке и в списке.",
                "en": "Otherwise they are only marked in the ticket and in the list.",
            },
        },
    )
