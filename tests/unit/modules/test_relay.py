# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from dialog_core.hookspecs.channels import Channel, RawInbound
from dialog_core.hookspecs.lifecycle import TicketEvent
from dialog_core.modules import Contribution, HookFailed
from tests.unit.modules.conftest import hooks


def channel(name: str) -> Channel:
    return Channel(name, {"ru": name, "en": name}, 100, 100)


def test_collects_in_the_order_of_registration_with_names() -> None:
    made = hooks(b={"channels": lambda: [channel("b")]}, a={"channels": lambda: (channel("a"), channel("a2"))})
    assert [(item.module, item.value.name) for item in made.collect("channels")] == [
        ("b", "b"),
        ("a", "a"),
        ("a", "a2"),
    ]
    assert made.implementations("channels") == ("b", "a")


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(3), MemoryError(), RecursionError()])
def test_a_failing_module_is_skipped_and_recorded(error: BaseException, incidents: Callable[..., list[Any]]) -> None:
    def broken() -> Iterable[Channel]:
        raise error

    made = hooks(bad={"channels": broken}, good={"channels": lambda: [channel("good")]})
    assert [item.module for item in made.collect("channels")] == ["good"]
    assert made.collect("channels") != []
    [(module, place, summary, count)] = incidents()
    assert (module, place, count) == ("bad", "hook channels", 2)
    assert summary.startswith(type(error).__name__)


def test_a_generator_that_fails_half_way_contributes_nothing(incidents: Callable[..., list[Any]]) -> None:
    def half() -> Iterator[Channel]:
        yield channel("half")
        raise OSError("gone")

    assert hooks(bad={"channels": half}).collect("channels") == []
    assert incidents()[0][2] == "OSError: gone"


def test_a_wrong_type_is_a_failure(incidents: Callable[..., list[Any]]) -> None:
    assert hooks(bad={"channels": lambda: ["telegram"]}).collect("channels") == []
    assert "returns Channel, not str" in incidents()[0][2]


@pytest.mark.parametrize("error", [KeyboardInterrupt, GeneratorExit])
def test_lets_through_what_is_not_the_module_s(error: type[BaseException]) -> None:
    def interrupted() -> Iterable[Channel]:
        raise error

    with pytest.raises(error):
        hooks(any={"channels": interrupted}).collect("channels")


def raw(clock: Any) -> RawInbound:
    return RawInbound("b", "1", {}, clock)


def test_first_answer_counts_and_asking_one_module_tells_of_failure(incidents: Callable[..., list[Any]]) -> None:
    from dialog_core.clock import now

    def broken(item: RawInbound) -> None:
        raise ValueError("no")

    made = hooks(
        a={"channel_receive": broken}, b={"channel_receive": lambda item: []}, c={"channel_receive": lambda item: None}
    )
    assert made.first("channel_receive", item=raw(now())) == Contribution("b", [])
    assert made.ask("channel_receive", module="c", item=raw(now())) is None
    assert made.ask("channel_receive", module="nobody", item=raw(now())) is None
    with pytest.raises(HookFailed):
        made.ask("channel_receive", module="a", item=raw(now()))
    assert incidents()[0][3] == 2


def test_notify_tells_whether_it_was_taken() -> None:
    from dialog_core.clock import now

    taken: list[int] = []
    event = TicketEvent(1, "ticket_opened", now(), 1, "1", "system", None, "x", None, {})

    def broken(event: TicketEvent) -> None:
        raise ValueError("no")

    made = hooks(a={"ticket_event": lambda event: taken.append(event.id)}, b={"ticket_event": broken})
    assert made.notify("ticket_event", module="a", event=event)
    assert not made.notify("ticket_event", module="b", event=event)
    assert taken == [1]


def test_an_overrun_of_the_budget_is_recorded(incidents: Callable[..., list[Any]]) -> None:
    def slow() -> list[Channel]:
        time.sleep(0.06)
        return []

    hooks(slow={"channels": slow}).collect("channels")
    [(module, place, summary, count)] = incidents(slow=True)
    assert (module, place, summary, count) == ("slow", "hook channels", "slow: over 0.05 s", 1)


def test_tokens_do_not_get_into_incidents(incidents: Callable[..., list[Any]]) -> None:
    def leaking() -> None:
        raise ValueError("https://api.example.org/bot1234567:AAE-abcdefghijklmnopqrstuvwxyz0123456/getMe failed")

    hooks(bad={"channels": leaking}).collect("channels")
    assert "AAE-" not in incidents()[0][2]
    assert "[secret]" in incidents()[0][2]


class _Unspeakable(Exception):
    def __str__(self) -> str:
        raise SystemExit(7)


def test_an_error_whose_text_is_none_is_recorded_all_the_same(incidents: Callable[..., list[Any]]) -> None:
    def broken(error: Exception) -> Callable[[], None]:
        def channels() -> None:
            raise error

        return channels

    unspeakable, torn, plain = broken(_Unspeakable()), broken(ValueError("\ud800\0torn")), broken(ValueError("plain"))
    made = hooks(a={"channels": unspeakable}, b={"channels": torn}, c={"channels": plain})
    assert made.collect("channels") == []
    assert {(module, summary) for module, _, summary, _ in incidents()} == {
        ("a", "_Unspeakable: (the error has no readable text)"),
        ("b", "ValueError: torn"),
        ("c", "ValueError: plain"),
    }
