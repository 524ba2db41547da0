# SPDX-License-Identifier: Apache-2.0
"""The module's answers to the platform's hooks; the entry point names this file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import marshmallow as ma

from dialog_core.plugin import (
    Audience,
    Channel,
    ConnectionResult,
    FetchedFile,
    FileRef,
    Outbound,
    RawInbound,
    Received,
    SendResult,
    SendState,
    Service,
    WebMount,
    hookimpl,
    http_client,
    mark,
    module_settings,
)
from dialog_telegram import NAME, poller, registration
from dialog_telegram.client import MAX_UPLOAD, BotApi
from dialog_telegram.connection import check
from dialog_telegram.fetch import fetch
from dialog_telegram.receive import translate
from dialog_telegram.send import send
from dialog_telegram.settings import Account, TelegramSettings
from dialog_telegram.webhook import blueprint

MAX_TEXT = 4096
_NO_TOKEN = mark("The bot token is missing in the module's settings.")


@hookimpl
def channels() -> Iterable[Channel]:
    """Declare the channel."""
    title = {"ru": "Telegram", "en": "Telegram"}
    return [Channel(name=NAME, title=title, max_text=MAX_TEXT, max_file_bytes=MAX_UPLOAD)]


@hookimpl
def channel_receive(item: RawInbound) -> Sequence[Received] | None:
    """Translate an update."""
    return translate(item.payload, item.received_at) if item.channel == NAME else None


@hookimpl
def channel_send(message: Outbound) -> SendResult | None:
    """Send one message."""
    if message.channel != NAME:
        return None
    account = Account.of(module_settings(NAME))
    if not account.token:
        return SendResult(SendState.FAILED, error=_NO_TOKEN, whole_channel=True)
    with http_client(NAME) as http:
        return send(BotApi(http, account), message)


@hookimpl
def channel_fetch(channel: str, file: FileRef) -> FetchedFile | None:
    """Fetch one file."""
    if channel != NAME:
        return None
    account = Account.of(module_settings(NAME))
    if not account.token:
        return FetchedFile(error=_NO_TOKEN, retry=True)
    with http_client(NAME) as http:
        return fetch(BotApi(http, account), file)


@hookimpl
def services() -> Iterable[Service]:
    """Declare the poller and the web hook's registration; the mode wants one of them."""
    return [
        Service(name="poller", run=poller.run, wanted=poller.is_wanted),
        Service(name="webhook", run=registration.run, wanted=registration.is_wanted),
    ]


@hookimpl
def settings_schema() -> type[ma.Schema]:
    """Return the settings form."""
    return TelegramSettings


@hookimpl
def check_settings(settings: Mapping[str, Any]) -> ConnectionResult:
    """Ask the Bot API who the bot is."""
    account = Account.of(settings)
    with http_client(NAME) as http:
        return check(BotApi(http, account), account)


@hookimpl
def web_mounts() -> Iterable[WebMount]:
    """Add the web hook's route."""
    return [WebMount(blueprint=blueprint, audience=Audience.MACHINE)]
