# SPDX-License-Identifier: Apache-2.0
"""The module as the platform sees it: its manifest, its hooks, and the wheel."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from importlib import resources
from typing import Any

import httpx
import pluggy
import pytest

from dialog_core.hookspecs import PROJECT, SPECIFICATIONS
from dialog_core.modules.wheels.manifest import parse_manifest
from dialog_core.plugin import Audience, FileRef, Outbound, RawInbound, SendState, TextReceived
from dialog_telegram import hooks, poller, registration
from dialog_telegram.settings import TelegramSettings
from tests.telegram_emulator import Emulator

MANIFEST = resources.files("dialog_telegram").joinpath("module.toml").read_bytes()
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def manager() -> pluggy.PluginManager:
    """Return a plugin manager with the module in it, every implementation checked against its specification."""
    manager = pluggy.PluginManager(PROJECT)
    for specification in SPECIFICATIONS:
        manager.add_hookspecs(specification)
    manager.register(hooks, "telegram")
    manager.check_pending()
    return manager


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch, values: dict[str, Any]) -> dict[str, Any]:
    """Let the hooks have settings, and a client that needs no running platform; return the settings."""
    monkeypatch.setattr(hooks, "module_settings", lambda name: values)
    monkeypatch.setattr(hooks, "http_client", lambda name: httpx.Client(trust_env=False))
    return values


def test_the_manifest_tells_the_truth(manager: pluggy.PluginManager) -> None:
    manifest = parse_manifest(MANIFEST)
    callers = manager.get_hookcallers(hooks) or []
    assert set(manifest.hooks) == {caller.name for caller in callers}
    assert set(manifest.capabilities.services) == {service.name for service in hooks.services()}
    secrets = {name for name, field in TelegramSettings().fields.items() if field.metadata.get("secret")}
    assert set(manifest.capabilities.secrets) == secrets
    hosts = {f"setting:{name}" for name, field in TelegramSettings().fields.items() if field.metadata.get("host")}
    assert set(manifest.capabilities.hosts) == hosts | {"api.telegram.org"}
    assert manifest.capabilities.tables == ()
    assert tomllib.loads(MANIFEST.decode())["name"] == "telegram"


def test_one_channel_and_one_route_for_machines() -> None:
    (channel,) = hooks.channels()
    assert (channel.name, channel.max_text, channel.max_file_bytes) == ("telegram", 4096, 50 * 2**20)
    (mount,) = hooks.web_mounts()
    assert (mount.blueprint.name, mount.audience) == ("telegram", Audience.MACHINE)
    assert hooks.settings_schema() is TelegramSettings
    wanted = [service.name for service in hooks.services() if service.wanted({"token": "1:a", "mode": "polling"})]
    assert wanted == ["poller"]


def test_what_belongs_to_others_is_not_touched(platform: dict[str, Any], telegram: Emulator) -> None:
    assert hooks.channel_receive(RawInbound("phone", "1", {}, NOW)) is None
    assert hooks.channel_send(Outbound(delivery_id=1, channel="phone", chat="1", text="a")) is None
    assert hooks.channel_fetch("phone", FileRef("a", "a")) is None
    assert telegram.requests() == []


def test_the_way_in_out_and_back(platform: dict[str, Any], telegram: Emulator) -> None:
    user = telegram.add_user("Иван Петров")
    telegram.say(user, user, "Не работает", file={"content": b"log", "name": "log.txt"})
    (update,) = telegram.bot.updates
    (event,) = hooks.channel_receive(RawInbound("telegram", "1:1", update, NOW)) or ()
    assert isinstance(event, TextReceived)
    fetched = hooks.channel_fetch("telegram", event.files[0])
    assert fetched is not None
    assert fetched.content == b"log"
    answer = Outbound(delivery_id=1, channel="telegram", chat=str(user), text="Заявка", reply_to=event.external_id)
    result = hooks.channel_send(answer)
    assert result is not None
    assert result.state is SendState.SENT
    assert telegram.sent(user)[0]["reply_to"] == 1


def test_without_a_token_nothing_is_sent(platform: dict[str, Any], telegram: Emulator) -> None:
    platform.clear()
    result = hooks.channel_send(Outbound(delivery_id=1, channel="telegram", chat="1", text="a"))
    assert result is not None
    assert (result.state, result.whole_channel) == (SendState.FAILED, True)
    fetched = hooks.channel_fetch("telegram", FileRef("a", "a"))
    assert fetched is not None
    assert (fetched.retry, "token" in fetched.error) == (True, True)
    assert telegram.requests() == []


@pytest.mark.parametrize("service", [poller, registration])
def test_services_run_with_the_platforms_client(
    service: Any, platform: dict[str, Any], monkeypatch: pytest.MonkeyPatch, start: Any
) -> None:
    monkeypatch.setattr(service, "http_client", lambda name: httpx.Client(trust_env=False))
    running = start(service.run, mode="polling", public_url="http://127.0.0.1:1")
    running.wait_for_report("@dialog_support_bot", healthy=True)
