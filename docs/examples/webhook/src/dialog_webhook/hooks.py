# SPDX-License-Identifier: Apache-2.0
"""What the module answers to the platform's hooks; the entry point names this file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import marshmallow as ma
from dialog_core.plugin import (
    Audience,
    Channel,
    ConnectionResult,
    HealthCheck,
    Outbound,
    RawInbound,
    Received,
    SendResult,
    WebMount,
    hookimpl,
)

from dialog_webhook import (
    NAME,
    TITLE,
    channel,
    reading,
    trying,
    webhook,
)
from dialog_webhook.settings import Settings


@hookimpl
def settings_schema() -> type[ma.Schema]:
    """Return the form of the module's page."""
    return Settings


@hookimpl
def check_settings(settings: Mapping[str, Any]) -> ConnectionResult:
    """Ask the other side whether it is there and takes the signature."""
    return trying.check(settings)


@hookimpl
def channels() -> Iterable[Channel]:
    """Declare the channel."""
    return [Channel(name=NAME, title=TITLE, max_text=channel.MAX_TEXT, max_file_bytes=channel.MAX_FILES)]


@hookimpl
def channel_receive(item: RawInbound) -> Sequence[Received] | None:
    """Translate an event that came in."""
    return [reading.translate(item)] if item.channel == NAME else None


@hookimpl
def channel_send(message: Outbound) -> SendResult | None:
    """Send one message."""
    return channel.send(message) if message.channel == NAME else None


@hookimpl
def web_mounts() -> Iterable[WebMount]:
    """Add the address that the other side calls."""
    return [WebMount(webhook.blueprint, Audience.MACHINE)]


@hookimpl
def health_checks() -> Iterable[HealthCheck]:
    """Tell whether the other side answers."""
    return [HealthCheck("other_side", {"ru": "Другая сторона", "en": "The other side"}, trying.look, every=300)]
