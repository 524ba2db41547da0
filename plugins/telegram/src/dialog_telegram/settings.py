# SPDX-License-Identifier: Apache-2.0
"""Settings of the Telegram channel. Only the token has to be filled in."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import marshmallow as ma
from marshmallow import fields, validate

from dialog_core.plugin import mark

DEFAULT_BASE_URL = "https://api.telegram.org"
DEFAULT_POLL_SECONDS = 25
POLLING, WEBHOOK = "polling", "webhook"
WEBHOOK_PATH = "/telegram/webhook"
WEBHOOK_PORTS = frozenset({443, 80, 88, 8443})
TOKEN_PATTERN = r"\d{6,}:[A-Za-z0-9_-]{30,}\Z"  # noqa: S105 - the shape of a token, not one
SECRET_PATTERN = r"[A-Za-z0-9_-]{16,256}\Z"  # noqa: S105 - the shape of a secret, not one
_URL = validate.URL(schemes={"http", "https"}, require_tld=False)


class TelegramSettings(ma.Schema):
    """The form of the module's page."""

    token = fields.String(
        required=True,
        validate=validate.Regexp(TOKEN_PATTERN, error=mark("This is not a bot token: it looks like 123456789:AAE…")),
        metadata={
            "title": {"ru": "Токен бота", "en": "Bot token"},
            "help": {
                "ru": "Его выдаёт @BotFather командой /newbot или /token.",
                "en": "@BotFather gives it with /newbot or /token.",
            },
            "secret": True,
        },
    )
    mode = fields.String(
        load_default=POLLING,
        validate=validate.OneOf([POLLING, WEBHOOK]),
        metadata={
            "title": {"ru": "Как получать сообщения", "en": "How messages come in"},
            "help": {
                "ru": "Опрос: платформа сама спрашивает Telegram, входящий доступ не нужен. "
                "Веб-хук: Telegram обращается к публичному адресу платформы.",
                "en": "Polling: the platform asks Telegram, no incoming access is needed. "
                "Web hook: Telegram calls the platform's public address.",
            },
            "choices": {
                POLLING: {"ru": "Опрос", "en": "Polling"},
                WEBHOOK: {"ru": "Веб-хук", "en": "Web hook"},
            },
        },
    )
    public_url = fields.String(
        load_default="",
        validate=lambda value: not value or _URL(value),
        metadata={
            "title": {"ru": "Публичный адрес платформы", "en": "Public address of the platform"},
            "help": {
                "ru": "Только для веб-хука: https, порт 443, 80, 88 или 8443, например https://support.example.org",
                "en": "Only for the web hook: https, port 443, 80, 88 or 8443, for example https://support.example.org",
            },
        },
    )
    webhook_secret = fields.String(
        load_default="",
        validate=lambda value: not value or validate.Regexp(SECRET_PATTERN)(value),
        metadata={
            "title": {"ru": "Секрет веб-хука", "en": "Web hook secret"},
            "help": {
                "ru": "16–256 знаков A-Z a-z 0-9 _ -. Пустой: платформа выводит его из токена сама.",
                "en": "16 to 256 of A-Z a-z 0-9 _ -. When empty, the platform derives one from the token.",
            },
            "secret": True,
        },
    )
    base_url = fields.Url(
        load_default=DEFAULT_BASE_URL,
        schemes={"http", "https"},
        require_tld=False,
        metadata={
            "title": {"ru": "Адрес Bot API", "en": "Bot API address"},
            "help": {
                "ru": "Меняйте, если до Telegram ходят через свой сервер Bot API или посредника.",
                "en": "Change it when Telegram is reached through your own Bot API server or a relay.",
            },
            "host": True,
        },
    )
    poll_seconds = fields.Integer(
        load_default=DEFAULT_POLL_SECONDS,
        validate=validate.Range(min=1, max=50),
        metadata={
            "title": {"ru": "Длительность одного опроса, секунд", "en": "Length of one poll, seconds"},
            "help": {
                "ru": "От 1 до 50. Уменьшите, если посредник рвёт долгие соединения.",
                "en": "From 1 to 50. Lower it when something on the way cuts long connections.",
            },
        },
    )

    @ma.validates_schema
    def check_webhook(self, data: dict[str, Any], **_: Any) -> None:
        """A web hook needs an address that Telegram accepts."""
        if data.get("mode") != WEBHOOK:
            return
        address = data.get("public_url", "")
        if not address:
            raise ma.ValidationError(mark("A web hook needs the public address of the platform."), "public_url")
        if "?" in address or "#" in address:
            raise ma.ValidationError(mark("The public address must not contain ? or #."), "public_url")
        if data.get("base_url", DEFAULT_BASE_URL).rstrip("/") != DEFAULT_BASE_URL:
            return  # a Bot API server of one's own takes plain http and any port
        if not _telegram_calls(address):
            text = mark("Telegram only calls https addresses on port 443, 80, 88 or 8443.")
            raise ma.ValidationError(text, "public_url")


def _telegram_calls(address: str) -> bool:
    parts = urlsplit(address)
    try:
        port = parts.port or 443
    except ValueError:
        return False
    return parts.scheme == "https" and port in WEBHOOK_PORTS


@dataclass(frozen=True, slots=True)
class Account:
    """The settings as the code uses them; `token` and `secret` are never shown."""

    token: str
    base_url: str = DEFAULT_BASE_URL
    mode: str = POLLING
    public_url: str = ""
    webhook_secret: str = ""
    poll_seconds: int = DEFAULT_POLL_SECONDS

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Account:
        """Read stored settings; what is absent or empty has its default."""
        return cls(
            token=str(values.get("token") or ""),
            base_url=str(values.get("base_url") or DEFAULT_BASE_URL).rstrip("/"),
            mode=str(values.get("mode") or POLLING),
            public_url=str(values.get("public_url") or "").rstrip("/"),
            webhook_secret=str(values.get("webhook_secret") or ""),
            poll_seconds=int(values.get("poll_seconds") or DEFAULT_POLL_SECONDS),
        )

    @property
    def bot_id(self) -> str:
        """The bot's id, which its token begins with."""
        return self.token.partition(":")[0]

    @property
    def webhook_url(self) -> str:
        """The address that Telegram is told."""
        return self.public_url + WEBHOOK_PATH

    @property
    def secret(self) -> str:
        """The secret of the web hook: the configured one, or one that every node derives alike from the token."""
        if self.webhook_secret:
            return self.webhook_secret
        return hmac.new(self.token.encode(), b"dialog telegram webhook", hashlib.sha256).hexdigest()

    def __repr__(self) -> str:
        """Show nothing secret."""
        return f"Account(bot_id={self.bot_id!r}, base_url={self.base_url!r}, mode={self.mode!r})"
