# SPDX-License-Identifier: Apache-2.0
"""Settings of the module: the form on its page, the validation and the API come from this schema.

Every field has a default, so that the module can be enabled at once; what is not filled in is not done.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import marshmallow as ma
from dialog_core.plugin import mark
from marshmallow import fields, validate

SHORTEST_SECRET = 24
_URL = validate.URL(schemes={"http", "https"}, require_tld=False)


def _address(value: str) -> None:
    if not value:
        return
    _URL(value)
    if "@" in urlsplit(value).netloc:  # addresses are logged, secrets are not
        raise ma.ValidationError(mark("Put no password into the address: requests are signed with the secret."))


def _secret(value: str) -> None:
    if value and len(value) < SHORTEST_SECRET:
        raise ma.ValidationError(mark("A secret has at least 24 characters."))


class Settings(ma.Schema):
    """What an administrator can set."""

    send_to = fields.String(
        load_default="",
        validate=_address,
        metadata={
            "title": {"ru": "Куда отправлять сообщения", "en": "Where messages are sent"},
            "help": {
                "ru": "Адрес, на который платформа отправляет каждое сообщение запросом POST.",
                "en": "The address to which the platform posts each message.",
            },
            "host": True,
        },
    )
    secret = fields.String(
        load_default="",
        validate=_secret,
        metadata={
            "title": {"ru": "Общий секрет", "en": "Shared secret"},
            "help": {
                "ru": "Им подписаны запросы в обе стороны. Не короче 24 знаков. Без него ничего не принимается.",
                "en": "Signs the requests both ways. At least 24 characters. Without it nothing is taken in.",
            },
            "secret": True,
        },
    )
    window = fields.Integer(
        load_default=300,
        validate=validate.Range(min=10, max=3600),
        metadata={
            "title": {"ru": "Допустимая разница часов, секунд", "en": "How far clocks may differ, seconds"},
            "help": {
                "ru": "Запрос, подписанный раньше или позже, отклоняется: его могли записать и повторить.",
                "en": "A request signed earlier or later is refused: somebody may have recorded it.",
            },
        },
    )
