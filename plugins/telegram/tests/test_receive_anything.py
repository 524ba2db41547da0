# SPDX-License-Identifier: Apache-2.0
"""Whatever comes, the translation answers, and what it answers can be stored."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_core.plugin import (
    ButtonPressed,
    ChatChanged,
    NothingToDo,
    NotUnderstood,
    TextEdited,
    TextReceived,
)
from dialog_telegram.contents import CIRCUMSTANCES, SERVICE
from dialog_telegram.receive import translate
from dialog_telegram.storing import external_id
from dialog_telegram.texts import clean_line, clean_text, storable, utf16_length

NOW = datetime(2026, 11, 23, tzinfo=UTC)
EVENTS = (TextReceived, TextEdited, ButtonPressed, ChatChanged, NotUnderstood, NothingToDo)

texts = st.text(alphabet=st.characters(codec=None, categories=None), max_size=40)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | texts
anything = st.recursive(leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4))

ids = st.sampled_from([0, 1, -1, 5, 777000, -1001234567890, 2**63 - 1, 2**63, True, "5", None, 1.5])
users = st.fixed_dictionaries(
    {"id": ids}, optional={"is_bot": st.booleans() | anything, "first_name": texts | anything, "language_code": texts}
)
chats = st.fixed_dictionaries(
    {"id": ids, "type": st.sampled_from(["private", "group", "supergroup", "channel", "x", None])},
    optional={"title": texts | anything, "first_name": texts},
)
members = st.fixed_dictionaries({"status": st.sampled_from(["member", "left", "kicked", "restricted", "?"])})
contents = ["photo", "document", "voice", "sticker", "location", "poll", "contact", "dice"]
parts = [*sorted(CIRCUMSTANCES | SERVICE), *contents]
messages = st.builds(
    lambda frame, rest: rest | frame,
    st.fixed_dictionaries(
        {"message_id": ids, "chat": chats | anything},
        optional={"from": users | anything, "date": ids, "text": texts | anything, "reply_to_message": anything},
    ),
    st.dictionaries(st.sampled_from(parts), anything, max_size=4),
)
queries = st.fixed_dictionaries(
    {"id": texts | anything, "from": users | anything, "data": texts | anything, "message": messages | anything}
)
memberships = st.fixed_dictionaries(
    {"chat": chats | anything, "new_chat_member": members | anything, "old_chat_member": members | anything}
)
updates = st.fixed_dictionaries(
    {},
    optional={
        "update_id": ids | anything,
        "message": messages | anything,
        "edited_message": messages | anything,
        "callback_query": queries | anything,
        "my_chat_member": memberships | anything,
        "channel_post": anything,
    },
)


@settings(max_examples=400, deadline=None)
@given(updates | st.dictionaries(texts, anything, max_size=5))
def test_no_update_raises_and_every_event_can_be_stored(update: dict[str, Any]) -> None:
    # What channel_receive gets went through storage.
    stored = json.loads(json.dumps(storable(update), allow_nan=False))
    events = translate(stored, NOW)
    assert events
    for event in events:
        assert isinstance(event, EVENTS)
        _check(dataclasses.asdict(event))
    assert len(external_id("123", stored)) <= 160


def _check(value: Any) -> None:
    """Every text can be encoded, has no NUL, and every id fits its column."""
    if isinstance(value, str):
        value.encode()
        assert "\x00" not in value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key == "external_id":
                assert len(inner) <= 120
            _check(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner)


@given(anything)
def test_what_is_storable_is_strict_json_that_can_be_encoded(value: Any) -> None:
    text = json.dumps(storable(value), allow_nan=False, ensure_ascii=False)
    assert "\\u0000" not in text
    text.encode()


@given(texts)
def test_cleaned_text_is_stable(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert "\n" not in clean_line(text)
    assert utf16_length(cleaned) >= len(cleaned)


def test_length_counts_utf16_units() -> None:
    assert utf16_length("я") == 1
    assert utf16_length("😀") == 2
