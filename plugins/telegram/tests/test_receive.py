# SPDX-License-Identifier: Apache-2.0
"""The table of translations: which update means what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from dialog_core.plugin import (
    ButtonPressed,
    ChatChange,
    ChatChanged,
    ChatKind,
    ChatRef,
    FileRef,
    Intent,
    NothingToDo,
    NotUnderstood,
    PersonRef,
    Received,
    TextEdited,
    TextReceived,
)
from dialog_telegram.receive import translate

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SENT_AT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
DATE = int(SENT_AT.timestamp())
IVAN = {"id": 5_000_000_001, "is_bot": False, "first_name": "Иван", "last_name": "Петров", "language_code": "ru"}
GROUP = {"id": -1001234567890, "type": "supergroup", "title": "ООО «Ромашка»"}
BOT = {"id": 123456789, "is_bot": True, "first_name": "Support"}

PERSON = PersonRef("5000000001", "Иван Петров", "ru")
CHAT = ChatRef("-1001234567890", ChatKind.GROUP, "ООО «Ромашка»")


def message(**parts: Any) -> dict[str, Any]:
    """Return an update with a message by Ivan in the group."""
    given = {"message_id": 77, "date": DATE, "chat": GROUP, "from": IVAN} | parts
    return {"update_id": 1, "message": {key: value for key, value in given.items() if value is not None}}


def one(update: dict[str, Any]) -> Received:
    """Translate an update that means one thing."""
    events = translate(update, NOW)
    assert len(events) == 1
    return events[0]


def received(update: dict[str, Any]) -> TextReceived:
    """Translate an update that brings a message."""
    event = one(update)
    assert isinstance(event, TextReceived), event
    return event


def test_a_text_in_a_group_comes_with_who_where_and_when() -> None:
    assert one(message(text="Не работает касса")) == TextReceived(
        chat=CHAT, person=PERSON, external_id="77", text="Не работает касса", at=SENT_AT
    )


def test_a_private_chat_is_called_as_its_person() -> None:
    private = {"id": 5_000_000_001, "type": "private", "first_name": "Иван", "last_name": "Петров"}
    assert received(message(chat=private, text="?")).chat == ChatRef("5000000001", ChatKind.PRIVATE, "Иван Петров")


@pytest.mark.parametrize(
    ("text", "intent", "rest"),
    [
        ("/start", Intent.START, ""),
        ("/start invite-42", Intent.START, "invite-42"),
        ("/new", Intent.NEW_TICKET, ""),
        ("/new@dialog_support_bot Нет связи", Intent.NEW_TICKET, "Нет связи"),
        ("/NEW\nНет связи\nвторой день", Intent.NEW_TICKET, "Нет связи\nвторой день"),
        ("/help", Intent.HELP, ""),
        ("/newest idea", Intent.NONE, "/newest idea"),
        ("/other", Intent.NONE, "/other"),
        ("see /new", Intent.NONE, "see /new"),
    ],
)
def test_commands_become_intents(text: str, intent: Intent, rest: str) -> None:
    event = received(message(text=text))
    assert (event.intent, event.text) == (intent, rest)


def test_a_command_in_a_caption_counts_too() -> None:
    event = received(message(caption="/new Экран", photo=[{"file_id": "p", "width": 1, "height": 1}]))
    assert (event.intent, event.text, len(event.files)) == (Intent.NEW_TICKET, "Экран", 1)


def test_a_thread_counts_only_in_a_topic() -> None:
    assert received(message(text="a", message_thread_id=9, is_topic_message=True)).chat.thread == "9"
    assert received(message(text="a", message_thread_id=9)).chat.thread is None


def test_a_reply_names_the_message_it_answers() -> None:
    assert received(message(text="a", reply_to_message={"message_id": 12})).reply_to == "12"


@pytest.mark.parametrize(
    "earlier",
    [{"message_id": 9}, {"message_id": 8, "forum_topic_created": {}}, {"message_id": 0}, {"message_id": "9"}, "9", []],
)
def test_what_is_no_reply_is_not_taken_for_one(earlier: Any) -> None:
    """In a topic everything points to the service message that opened it."""
    event = received(message(text="a", message_thread_id=9, is_topic_message=True, reply_to_message=earlier))
    assert event.reply_to is None


@pytest.mark.parametrize(
    "parts",
    [
        {"sender_chat": GROUP, "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}},
        {"is_automatic_forward": True, "from": {"id": 777000, "is_bot": False, "first_name": "Telegram"}},
        {"from": {"id": 136817688, "is_bot": True, "first_name": "Channel"}},
        {"from": None},
        {"from": {"id": "5"}},
        {"from": "Ivan"},
    ],
)
def test_who_cannot_be_identified_is_nobody(parts: dict[str, Any]) -> None:
    assert received(message(text="Добрый день", **parts)).person is None


@pytest.mark.parametrize(
    ("user", "name"),
    [
        ({"id": 7, "first_name": "A\u202eB\n C"}, "AB C"),
        ({"id": 7, "username": "nick"}, "nick"),
        ({"id": 7, "first_name": "\x00"}, "7"),
        ({"id": 7, "first_name": "я" * 500}, "я" * 200),
    ],
)
def test_names_are_one_clean_line(user: dict[str, Any], name: str) -> None:
    assert received(message(text="a", **{"from": user})).person == PersonRef("7", name, None)


def test_a_strange_language_is_no_language() -> None:
    person = received(message(text="a", **{"from": IVAN | {"language_code": "ru; DROP"}})).person
    assert person is not None
    assert person.language is None


PHOTO = [
    {"file_id": "small", "width": 90, "height": 60, "file_size": 900},
    {"file_id": "large", "width": 1280, "height": 960, "file_size": 120_000},
    {"file_id": "middle", "width": 320, "height": 240, "file_size": 9_000},
]


@pytest.mark.parametrize(
    ("parts", "file"),
    [
        ({"photo": PHOTO}, FileRef("large", "photo_77.jpg", "image/jpeg", 120_000)),
        (
            {"document": {"file_id": "d", "file_name": "отчёт.pdf", "mime_type": "application/pdf", "file_size": 5}},
            FileRef("d", "отчёт.pdf", "application/pdf", 5),
        ),
        ({"document": {"file_id": "d"}}, FileRef("d", "document_77", "application/octet-stream", None)),
        ({"voice": {"file_id": "v", "mime_type": "audio/ogg"}}, FileRef("v", "voice_77.ogg", "audio/ogg")),
        ({"video": {"file_id": "v", "file_name": "a.mov"}}, FileRef("v", "a.mov", "video/mp4")),
        ({"audio": {"file_id": "a"}}, FileRef("a", "audio_77.mp3", "audio/mpeg")),
        ({"video_note": {"file_id": "n"}}, FileRef("n", "video_note_77.mp4", "video/mp4")),
        ({"live_photo": {"file_id": "l"}}, FileRef("l", "live_photo_77.mp4", "video/mp4")),
        ({"sticker": {"file_id": "s"}}, FileRef("s", "sticker_77.webp", "image/webp")),
        ({"sticker": {"file_id": "s", "is_animated": True}}, FileRef("s", "sticker_77.tgs", "application/gzip")),
        ({"sticker": {"file_id": "s", "is_video": True}}, FileRef("s", "sticker_77.webm", "video/webm")),
        (
            {"animation": {"file_id": "g", "file_name": "a.mp4"}, "document": {"file_id": "g", "file_name": "a.mp4"}},
            FileRef("g", "a.mp4", "video/mp4"),
        ),
        (
            {"document": {"file_id": "d", "mime_type": "text/html\r\nX: y", "file_size": -1}},
            FileRef("d", "document_77", "application/octet-stream", None),
        ),
        (
            {"document": {"file_id": "d", "file_name": "exe.\u202egpj\x00.exe", "file_size": 20 * 2**20}},
            FileRef("d", "exe.gpj.exe", "application/octet-stream", 20 * 2**20),
        ),
        (
            {"document": {"file_id": "d", "file_name": "dump.zip", "file_size": 20 * 2**20 + 1}},
            FileRef("d", "dump.zip", "application/octet-stream", 20 * 2**20 + 1, too_large=True),
        ),
    ],
)
def test_files_become_references(parts: dict[str, Any], file: FileRef) -> None:
    """A file alone is a message, whatever its size: a picture without a text must open a ticket."""
    event = received(message(**parts))
    assert (event.text, event.files) == ("", (file,))


def test_each_item_of_an_album_is_a_message_of_its_own() -> None:
    items = [message(message_id=70 + n, media_group_id="13", document={"file_id": f"f{n}"}) for n in range(3)]
    assert [received(item).external_id for item in items] == ["70", "71", "72"]


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ({"location": {"latitude": 56.8389, "longitude": 60.6057}}, "📍 56.838900, 60.605700"),
        (
            {"venue": {"title": "Склад", "address": "Мира, 1"}, "location": {"latitude": 1, "longitude": 2.5}},
            "🏢 Склад, Мира, 1\n📍 1.000000, 2.500000",
        ),
        ({"contact": {"first_name": "Анна", "phone_number": "+79001234567"}}, "👤 Анна +79001234567"),
        (
            {"poll": {"question": "Когда?", "options": [{"text": "Сегодня"}, {"text": "Завтра"}]}},
            "📊 Когда?\n– Сегодня\n– Завтра",
        ),
        ({"dice": {"emoji": "🎲", "value": 4}}, "🎲 4"),
        ({"text": "Тут", "location": {"latitude": 1, "longitude": 2}}, "Тут\n📍 1.000000, 2.000000"),
    ],
)
def test_what_is_neither_text_nor_file_is_put_into_words(parts: dict[str, Any], text: str) -> None:
    assert received(message(**parts)).text == text


@pytest.mark.parametrize(
    "parts",
    [
        {"new_chat_members": [IVAN]},
        {"left_chat_member": IVAN},
        {"pinned_message": {"message_id": 3}},
        {"new_chat_title": "Другая"},
        {"forum_topic_created": {"name": "Кассы"}},
        {"migrate_from_chat_id": -4},
        {"video_chat_ended": {"duration": 3}},
        {"text": ""},
        {"text": " \n\x00 "},
        {"text": "beep", "from": BOT},
        {"text": "news", "chat": GROUP | {"type": "channel"}},
    ],
)
def test_what_asks_for_nothing_is_left_alone(parts: dict[str, Any]) -> None:
    assert isinstance(one(message(**parts)), NothingToDo)


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"chat": None, "text": "a"}, "chat"),
        ({"chat": {"id": "1", "type": "private"}, "text": "a"}, "chat"),
        ({"chat": {"id": True, "type": "private"}, "text": "a"}, "chat"),
        ({"chat": {"id": 2**63, "type": "private"}, "text": "a"}, "chat"),
        ({"chat": {"id": 1, "type": "secret"}, "text": "a"}, "chat"),
        ({"message_id": None, "text": "a"}, "number"),
        ({"message_id": -1, "text": "a"}, "number"),
        ({"message_id": 0, "text": "a"}, "number"),
        ({}, "no content"),
        ({"text": 5}, "no content"),
        ({"photo": [{"width": 3}]}, "damaged: photo"),
        ({"document": {"file_id": "x" * 501}}, "damaged: document"),
        ({"location": {"latitude": "56", "longitude": 60}}, "damaged: location"),
        ({"venue": {"title": 5}}, "damaged: venue"),
        ({"hologram": {"size": 3}}, "hologram"),
        ({"story": {"id": 3}}, "story"),
    ],
)
def test_what_cannot_be_read_is_kept_with_the_reason(parts: dict[str, Any], reason: str) -> None:
    event = one(message(**parts))
    assert isinstance(event, NotUnderstood)
    assert reason in event.reason


def test_a_message_that_only_one_member_sees_has_a_key_of_its_own() -> None:
    assert received(message(message_id=0, ephemeral_message_id=31, text="a")).external_id == "hidden-31"


@pytest.mark.parametrize("date", [None, 0, -5, "now", True, 10**15])
def test_a_message_without_a_time_has_that_of_its_arrival(date: Any) -> None:
    assert received(message(text="a", date=date)).at == NOW


def test_html_stays_text_and_control_characters_go() -> None:
    event = received(message(text="<b>a</b>&amp;\x00\x1b[31m\r\nb\u0085\tc\x7f"))
    assert event.text == "<b>a</b>&amp;[31m\nb\tc"


def test_a_lone_surrogate_is_replaced_and_a_pair_is_joined() -> None:
    event = received(message(text="a\ud800b \ud83d\ude00"))
    assert event.text == "a\ufffdb 😀"


def test_a_text_of_60_000_characters_stays_whole() -> None:
    text = "Ошибка 😀 " * 6_000
    assert received(message(text=text)).text == text.strip()
    assert len(text) > 50_000


def test_a_group_that_becomes_a_supergroup_moves() -> None:
    old = {"id": -4_000_123, "type": "group", "title": "ООО «Ромашка»"}
    assert one(message(chat=old, migrate_to_chat_id=-1009876543210)) == ChatChanged(
        chat=ChatRef("-4000123", ChatKind.GROUP, "ООО «Ромашка»"),
        change=ChatChange.MOVED,
        new_external_id="-1009876543210",
    )


def edit(**parts: Any) -> dict[str, Any]:
    """Return an update with an edited message."""
    return {"update_id": 2, "edited_message": message(edit_date=DATE + 60, **parts)["message"]}


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ({"text": "Теперь так"}, "Теперь так"),
        ({"text": "/new Теперь так"}, "Теперь так"),
        ({"photo": PHOTO, "caption": "подпись"}, "подпись"),
        ({"photo": PHOTO}, ""),
    ],
)
def test_an_edit_brings_the_new_text(parts: dict[str, Any], text: str) -> None:
    at = datetime.fromtimestamp(DATE + 60, UTC)
    assert one(edit(**parts)) == TextEdited(chat=CHAT, person=PERSON, external_id="77", text=text, at=at)


def test_edits_without_a_text_mean_nothing() -> None:
    assert isinstance(one(edit(location={"latitude": 1.0, "longitude": 2.0, "live_period": 60})), NothingToDo)
    assert isinstance(one(edit(text="a", **{"from": BOT})), NothingToDo)
    assert isinstance(one(edit(text="a", chat=GROUP | {"type": "channel"})), NothingToDo)
    assert isinstance(one(edit(text="a", message_id=None)), NotUnderstood)


def press(**parts: Any) -> dict[str, Any]:
    """Return an update with the press of a button."""
    card = {"message_id": 12, "date": DATE, "chat": GROUP, "from": BOT, "text": "Решено?"}
    query = {"id": "4382", "from": IVAN, "chat_instance": "1", "data": "r:7Fh2k9:ok", "message": card} | parts
    return {"update_id": 3, "callback_query": {key: value for key, value in query.items() if value is not None}}


def test_a_press_says_who_pressed_what_and_where() -> None:
    expected = ButtonPressed(chat=CHAT, person=PERSON, button="r:7Fh2k9:ok", press="4382", message="12")
    assert one(press()) == expected
    assert one(press(message={"message_id": 12, "date": 0, "chat": GROUP})) == expected
    assert one(press(message={"message_id": 0, "date": 0, "chat": GROUP})) == ButtonPressed(
        chat=CHAT, person=PERSON, button="r:7Fh2k9:ok", press="4382", message=None
    )


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ({"id": None}, NotUnderstood),
        ({"id": 4382}, NotUnderstood),
        ({"from": None}, NotUnderstood),
        ({"message": None}, NotUnderstood),
        ({"message": {"chat": {"id": 1, "type": "channel"}}}, NothingToDo),
        ({"data": None, "game_short_name": "chess"}, NothingToDo),
    ],
)
def test_presses_that_lead_nowhere(parts: dict[str, Any], kind: type) -> None:
    assert isinstance(one(press(**parts)), kind)


def member(old: Any, new: Any, chat: dict[str, Any] = GROUP) -> dict[str, Any]:
    """Return an update about the bot's membership."""
    change = {"chat": chat, "from": IVAN, "date": DATE, "old_chat_member": old, "new_chat_member": new}
    return {"update_id": 4, "my_chat_member": change}


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ({"status": "left"}, {"status": "member"}, ChatChange.JOINED),
        ({"status": "kicked"}, {"status": "administrator"}, ChatChange.JOINED),
        (None, {"status": "member"}, ChatChange.JOINED),
        ({"status": "left"}, {"status": "restricted", "is_member": True}, ChatChange.JOINED),
        ({"status": "member"}, {"status": "kicked"}, ChatChange.LEFT),
        ({"status": "administrator"}, {"status": "left"}, ChatChange.LEFT),
        ({"status": "member"}, {"status": "restricted", "is_member": False}, ChatChange.LEFT),
    ],
)
def test_membership(old: Any, new: Any, change: ChatChange) -> None:
    assert one(member(old, new)) == ChatChanged(chat=CHAT, change=change, person=PERSON)


def test_membership_that_changes_nothing_or_says_nothing() -> None:
    promoted = member({"status": "member"}, {"status": "administrator"})
    assert isinstance(one(promoted), NothingToDo)
    assert isinstance(one(member({"status": "member"}, {"status": "ghost"})), NotUnderstood)
    assert isinstance(one(member({}, {"status": "member"}, {"id": 1, "type": "channel"})), NothingToDo)
    assert isinstance(one(member({}, {"status": "member"}, {})), NotUnderstood)


def test_other_updates() -> None:
    assert isinstance(one({"update_id": 5, "message_reaction": {}}), NothingToDo)
    assert isinstance(one({"update_id": 5, "invented_2031": {"a": 1}}), NothingToDo)
    assert isinstance(one({"update_id": 5}), NotUnderstood)
    assert isinstance(one({}), NotUnderstood)
    assert isinstance(one({"hello": "world"}), NotUnderstood)
    assert isinstance(one({"update_id": 5, "message": "text"}), NotUnderstood)
    assert isinstance(one({"update_id": 5, "message": None}), NotUnderstood)
