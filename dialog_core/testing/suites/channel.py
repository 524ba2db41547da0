# SPDX-License-Identifier: Apache-2.0
"""What holds for every channel: nothing is lost, nothing is recorded or delivered twice, whatever the far side does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import sqlalchemy as sa

from dialog_core import tickets
from dialog_core.clock import now
from dialog_core.conversations import bind_chat
from dialog_core.conversations.models import Entry
from dialog_core.database import read
from dialog_core.hookspecs.channels import (
    Button,
    ButtonPressed,
    Channel,
    ChatChanged,
    FileRef,
    NothingToDo,
    NotUnderstood,
    Outbound,
    OutgoingFile,
    PressAnswer,
    RawInbound,
    Received,
    SendResult,
    SendState,
    TextEdited,
    TextReceived,
)
from dialog_core.modules import hook_terms
from dialog_core.plugin import store_inbound
from dialog_core.runtime import runtime
from dialog_core.staff import system_actor
from dialog_core.testing.far_side import FarSide, Request
from dialog_core.testing.guards import NetworkRefused
from dialog_core.testing.hurry import FACTOR, hurried
from dialog_core.testing.platform import ModulePlatform, Sent
from dialog_core.testing.suites.mangling import mangled

_NEUTRAL = (TextReceived, TextEdited, ButtonPressed, ChatChanged, NotUnderstood, NothingToDo)
HOSTILE_TEXT = "<b>&amp; *bold* _it_ [x](http://e.org) `c` \\ \u202e ё 😀 \"quoted\" 'single'\nsecond line"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message of a customer, as the channel's module stores it in the inbox.

    Attributes:
        payload: what `channel_receive` gets as `RawInbound.payload`.
        external_id: what the module stores it under.
        text: what the customer wrote.
    """

    payload: dict[str, Any]
    external_id: str
    text: str


class ChannelSuite:
    """Inherit it once for a channel, and say how its far side speaks."""

    chat: ClassVar[str] = "1001"
    """The channel's id of a chat that can be written to."""

    def settings(self, far_side: FarSide) -> dict[str, Any]:
        """Return settings with which the channel sends to the far side."""
        raise NotImplementedError

    def incoming(self) -> Incoming:
        """Return a message of a customer in a private chat."""
        raise NotImplementedError

    def accept(self, far_side: FarSide) -> None:
        """Let the far side take messages."""
        far_side.answer()

    def refuse(self, far_side: FarSide) -> None:
        """Let the far side refuse messages for good."""
        far_side.answer(400)

    def busy(self, far_side: FarSide) -> None:
        """Let the far side ask to try again later."""
        far_side.answer(503)

    def arrived(self, request: Request) -> str | None:
        """Return the text of the message that a request to the far side carries, None when it carries none."""
        raise NotImplementedError

    # --- in ---------------------------------------------------------------------------------------------------------

    def test_a_message_is_understood(self, platform: ModulePlatform) -> None:
        """The text, its writer, its chat and its time come out, and reading it again gives the same."""
        incoming = self.incoming()
        raw = self._raw(platform, incoming.payload)
        events = self._read(platform, raw)
        texts = [event for event in events if isinstance(event, TextReceived)]
        assert len(texts) == 1, f"one message is meant; it gave {events}"
        assert texts[0].text == incoming.text
        assert texts[0].at.tzinfo is not None, "the time needs a time zone"
        assert texts[0].external_id, "replies need the message's id"
        assert texts[0].chat.external_id
        assert self._read(platform, raw) == events, "reading it again gives something else"

    def test_a_message_makes_one_ticket_however_often_it_comes(self, platform: ModulePlatform) -> None:
        """The far side repeats what it is not sure of; the customer's request is registered once."""
        incoming = self.incoming()
        channel = platform.module.name
        assert store_inbound(channel, incoming.external_id, incoming.payload) is True
        assert store_inbound(channel, incoming.external_id, incoming.payload) is False
        platform.receive()
        assert store_inbound(channel, incoming.external_id, incoming.payload) is False
        platform.receive()
        opened = [event for event in platform.events if event.kind == "ticket_opened"]
        assert len(opened) == 1, f"{len(opened)} tickets were made of one message"
        assert incoming.text in self._texts(opened[0].ticket_id)

    def test_what_is_mangled_is_no_failure(self, platform: ModulePlatform) -> None:
        """Whatever JSON comes, the answer is neutral events: what cannot be read is NotUnderstood."""
        for payload in mangled(self.incoming().payload):
            for event in self._receive(platform, payload):
                assert isinstance(event, _NEUTRAL), f"{event!r} is none of the neutral events"

    def test_reading_uses_neither_network_nor_database(self, platform: ModulePlatform, far_side: FarSide) -> None:
        """`channel_receive` translates; it is called while messages wait behind it."""
        platform.settings(**self.settings(far_side))
        with platform.statements() as seen:
            self._receive(platform, self.incoming().payload)
        assert seen == [], f"it sends statements: {seen}"
        assert far_side.requests == []

    def test_what_is_not_its_own_it_leaves_alone(self, platform: ModulePlatform) -> None:
        """Every channel's module is asked; each answers for its own channel only."""
        hooks, other = runtime().hooks, "another_channel"
        raw = RawInbound(other, "1", self.incoming().payload, now())
        assert hooks.ask("channel_receive", module=platform.module.name, item=raw) is None
        message = Outbound(delivery_id=1, channel=other, chat=self.chat, text="x")
        assert hooks.ask("channel_send", module=platform.module.name, message=message) is None
        if platform.module.name in hooks.implementations("channel_fetch"):
            file = FileRef(reference="1", name="a.txt")
            assert hooks.ask("channel_fetch", module=platform.module.name, channel=other, file=file) is None

    # --- out --------------------------------------------------------------------------------------------------------

    def test_a_text_arrives_as_it_was_written(self, platform: ModulePlatform, far_side: FarSide) -> None:
        """Signs that mean something to the far side's protocol arrive as signs."""
        result = self._send(platform, far_side, HOSTILE_TEXT)
        assert result.state is SendState.SENT, result
        assert self._arrived(far_side) == [HOSTILE_TEXT]

    def test_the_longest_text_goes_out_whole(self, platform: ModulePlatform, far_side: FarSide) -> None:
        """A text of `max_text` UTF-16 units is one message."""
        longest = "😀" * (self._channel(platform).max_text // 2)
        assert self._send(platform, far_side, longest).state is SendState.SENT
        assert "".join(self._arrived(far_side)) == longest

    def test_busy_means_again_later(self, platform: ModulePlatform, far_side: FarSide) -> None:
        """A far side that asks for time gets it: the message waits, and arrives once when its time has come."""
        self._ready(platform, far_side)
        self.busy(far_side)
        self._queue(platform, "Wait for me")
        platform.deliver()
        assert self._last(platform).state == "queued", "RETRY is meant"
        self.accept(far_side)
        asked = len(far_side.requests)
        platform.clock.advance(hours=1)
        platform.deliver()
        assert self._last(platform).state == "sent"
        assert self._times(far_side.requests[asked:], "Wait for me") == 1

    def test_nobody_listening_means_again_later(self, platform: ModulePlatform, far_side: FarSide) -> None:
        """What was never written to anybody may be sent again."""
        self._ready(platform, far_side)
        far_side.close()
        self._queue(platform, "Knock knock")
        platform.deliver()
        assert self._last(platform).state == "queued", "nothing was written: RETRY is meant"
        far_side.open()
        platform.clock.advance(hours=1)
        platform.deliver()
        assert self._last(platform).state == "sent"
        assert self._times(far_side.requests, "Knock knock") == 1

    def test_no_answer_is_never_repeated_blindly(self, platform: ModulePlatform, far_side: FarSide) -> None:
        """The request was written and no answer came: it may have arrived, so a person decides."""
        self._ready(platform, far_side)
        far_side.hang_up()
        self._queue(platform, "Did you get this?")
        platform.deliver()
        assert self._last(platform).state == "unconfirmed"
        asked = len(far_side.requests)
        self.accept(far_side)
        platform.clock.advance(days=1)
        platform.deliver()
        assert len(far_side.requests) == asked, "it was sent again"

    def test_a_far_side_that_is_too_slow_is_given_up_in_time(self, platform: ModulePlatform, far_side: FarSide) -> None:
        """The module's own time-outs run out before the platform would interrupt the call, so that it can tell.

        They are made a hundred times shorter for this test.
        """
        limit = hook_terms("channel_send").hard_limit
        self._ready(platform, far_side)
        far_side.stall(limit / FACTOR)
        self._queue(platform, "Are you there?")
        with hurried() as chosen:
            platform.deliver()
        assert self._last(platform).state == "unconfirmed", "the request was written, and nobody knows"
        for timeouts in chosen:
            reading = timeouts.get("read")
            assert reading is not None, "a request without a time-out waits for ever"
            assert reading < limit, f"it waits {reading:g} s for an answer, and is interrupted after {limit:g} s"

    def test_all_that_the_platform_sends_has_an_honest_result(
        self, platform: ModulePlatform, far_side: FarSide
    ) -> None:
        """Buttons, answers to a press, removals of buttons, replies and files: sent, or told why not; never raised."""
        self._ready(platform, far_side)
        name = platform.module.name
        buttons = ((Button("c:1", "Да"), Button("d:1", "No <b>")),)
        file = OutgoingFile("отчёт <1>.txt", "text/plain", b"content")
        for message in (
            Outbound(2, name, self.chat, text="Is it solved?", buttons=buttons),
            Outbound(3, name, self.chat, press_answer=PressAnswer("9", "Thank you", alert=True)),
            Outbound(4, name, self.chat, clear_buttons_of="7"),
            Outbound(5, name, self.chat, text="About that", reply_to="7", thread="3"),
            Outbound(6, name, self.chat, text="", files=(file,)),
            Outbound(7, name, self.chat, text=""),
        ):
            result = runtime().hooks.ask("channel_send", module=name, message=message)
            assert isinstance(result, SendResult), f"{message} is answered with {result!r}"
            assert result.state is SendState.SENT or result.error, f"{message} is not sent, and nobody is told why"

    def test_a_refusal_is_told_without_secrets(self, platform: ModulePlatform, far_side: FarSide) -> None:
        """A message that the far side will not have fails with a reason, in which no secret stands."""
        self._ready(platform, far_side)
        self.refuse(far_side)
        self._queue(platform, "Please")
        platform.deliver()
        last = self._last(platform)
        assert last.state in {"failed", "unreachable"}, last
        assert last.error, "say why, for the specialist who reads it"
        values = self.settings(far_side)
        for name in platform.module.manifest.capabilities.secrets:
            assert not values.get(name) or str(values[name]) not in last.error, f"the secret {name} stands in the error"

    def test_messages_wait_while_the_module_is_off(self, platform: ModulePlatform, far_side: FarSide) -> None:
        """Switched off between writing and sending, the module sends the message once when it is on again."""
        self._ready(platform, far_side)
        incoming = self.incoming()
        self._queue(platform, "See you later")
        with platform.off():
            store_inbound(platform.module.name, incoming.external_id, incoming.payload)
            platform.deliver()
            platform.receive()
            assert self._last(platform).state == "queued"
            assert far_side.requests == []
        platform.clock.advance(hours=1)
        platform.work()
        assert self._times(far_side.requests, "See you later") == 1
        assert [event.kind for event in platform.events].count("ticket_opened") == 2, "what came meanwhile was lost"

    def test_sending_without_settings_is_told(self, platform: ModulePlatform) -> None:
        """A channel that nobody has set up yet says so instead of raising; the network is not asked."""
        message = Outbound(delivery_id=1, channel=platform.module.name, chat=self.chat, text="Hello")
        try:
            result = runtime().hooks.ask("channel_send", module=platform.module.name, message=message)
        except NetworkRefused as error:
            raise AssertionError(f"it reaches out without settings: {error}") from error
        assert isinstance(result, SendResult)
        assert result.state in {SendState.FAILED, SendState.RETRY}
        assert result.error

    # --- helpers ----------------------------------------------------------------------------------------------------

    def _receive(self, platform: ModulePlatform, payload: dict[str, Any]) -> Sequence[Received]:
        return self._read(platform, self._raw(platform, payload))

    def _raw(self, platform: ModulePlatform, payload: dict[str, Any]) -> RawInbound:
        return RawInbound(platform.module.name, "1", payload, platform.clock.now)

    def _read(self, platform: ModulePlatform, raw: RawInbound) -> Sequence[Received]:
        found = runtime().hooks.ask("channel_receive", module=platform.module.name, item=raw)
        assert found is not None, "None says that the item is another channel's"
        events: Sequence[Received] = list(found)
        return events

    def _ready(self, platform: ModulePlatform, far_side: FarSide) -> None:
        platform.settings(**self.settings(far_side))
        self.accept(far_side)

    def _send(self, platform: ModulePlatform, far_side: FarSide, text: str) -> SendResult:
        self._ready(platform, far_side)
        message = Outbound(delivery_id=1, channel=platform.module.name, chat=self.chat, text=text)
        result = runtime().hooks.ask("channel_send", module=platform.module.name, message=message)
        assert isinstance(result, SendResult)
        return result

    def _queue(self, platform: ModulePlatform, text: str) -> None:
        """Let an answer to a ticket of the chat wait for its sending."""
        organisation = platform.make.organisation()
        chat = platform.make.chat(self.chat, organisation_id=organisation)
        bind_chat(system_actor("test"), chat, organisation_id=organisation)
        made = platform.make.ticket(chat_id=chat, organisation_id=organisation)
        tickets.transition(platform.actor("specialist"), made.id, "answer", tickets.Act(text=text))

    def _last(self, platform: ModulePlatform) -> Sent:
        mine = [sent for sent in platform.deliveries if sent.chat == self.chat]
        assert mine, "nothing was to be sent"
        return mine[0]

    def _arrived(self, far_side: FarSide) -> list[str]:
        found = [self.arrived(request) for request in far_side.requests]
        return [text for text in found if text is not None]

    def _times(self, requests: Sequence[Request], text: str) -> int:
        """Return how many messages carry a text; the platform writes the ticket's number before an answer."""
        return sum(text in (self.arrived(request) or "") for request in requests)

    def _channel(self, platform: ModulePlatform) -> Channel:
        found = [item.value for item in runtime().hooks.collect("channels") if item.module == platform.module.name]
        assert len(found) == 1, f"the module declares {len(found)} channels"
        channel: Channel = found[0]
        return channel

    def _texts(self, ticket_id: int | None) -> list[str]:
        with read() as session:
            return list(session.scalars(sa.select(Entry.text).where(Entry.ticket_id == ticket_id)))
