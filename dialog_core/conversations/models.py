# SPDX-License-Identifier: Apache-2.0
"""Chats, entries of tickets, attachments, the inbox (in) and deliveries (out)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialog_core.database import Base, JsonDocument
from dialog_core.parties.models import Organisation


class Chat(Base):
    """A chat of a channel. A group brings tickets only once it is bound to an organisation."""

    __tablename__ = "chat"
    __table_args__ = (UniqueConstraint("channel", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(40))
    external_id: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(300), default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    is_reachable: Mapped[bool] = mapped_column(default=True)
    unreachable_reason: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    organisation: Mapped[Organisation | None] = relationship()


class Entry(Base):
    """One thing said or noted in a ticket; kinds in `dialog_core.conversations.kinds`."""

    __tablename__ = "entry"
    __table_args__ = (
        Index("ix_entry_timeline", "ticket_id", "id"),
        Index("ix_entry_external", "channel", "chat_id", "external_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    author_kind: Mapped[str] = mapped_column(String(10))
    author_id: Mapped[int | None]
    author_name: Mapped[str] = mapped_column(String(300))
    channel: Mapped[str] = mapped_column(String(40))
    chat_id: Mapped[int | None] = mapped_column(ForeignKey("chat.id"))
    external_id: Mapped[str | None] = mapped_column(String(120))
    delivered_by: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    earlier_texts: Mapped[list[dict[str, str]]] = mapped_column(JsonDocument, default=list)
    attachments: Mapped[list[Attachment]] = relationship(back_populates="entry", order_by="Attachment.id")
    deliveries: Mapped[list[Delivery]] = relationship(back_populates="entry", order_by="Delivery.id")


class FileContent(Base):
    """Content of a file in parts of at most 1 MiB, kept once per SHA-256."""

    __tablename__ = "file_content"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class Attachment(Base):
    """A file of an entry. `state`: `stored`, `waiting` (to be fetched), `missing` (`problem` says why)."""

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_due", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int | None]
    digest: Mapped[str | None] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(10))
    problem: Mapped[str] = mapped_column(String(300), default="")
    source: Mapped[dict[str, object] | None] = mapped_column(JsonDocument)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    entry: Mapped[Entry] = relationship(back_populates="attachments")


class InboxItem(Base):
    """Raw input, stored before it is understood.

    `state`: `pending`, `done`, `ignored`, `held` (its group is not bound), `asked` (the writer chooses a ticket),
    `dead` (cannot be understood; `problem` says why).
    """

    __tablename__ = "inbox_item"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("ix_inbox_item_due", "state", "channel", "id"),
        Index("ix_inbox_item_chat", "chat_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(40))
    external_id: Mapped[str] = mapped_column(String(160))
    payload: Mapped[dict[str, object]] = mapped_column(JsonDocument)
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(Text, default="")
    chat_id: Mapped[int | None] = mapped_column(ForeignKey("chat.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    settled_at: Mapped[datetime | None]


class Prompt(Base):
    """Something a person in a chat was asked and has not answered yet.

    `kind`: `reason` (why they disagree with ticket `ticket_id`), `route` (to which ticket a held message belongs).
    """

    __tablename__ = "prompt"
    __table_args__ = (Index("ix_prompt_open", "chat_id", "identity_id", "settled_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chat.id"))
    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id"))
    kind: Mapped[str] = mapped_column(String(10))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    inbox_item_id: Mapped[int | None] = mapped_column(ForeignKey("inbox_item.id"))
    data: Mapped[dict[str, object]] = mapped_column(JsonDocument)
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class Delivery(Base):
    """One message on its way out; `state` as in `DeliveryState`.

    `purpose`: `entry` (text of an entry), `notice` (for example the registration number), `press` (answer to a press),
    `clear` (removal of buttons).
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_due", "state", "due_at", "id"),
        Index("ix_delivery_chat", "chat_id", "state", "id"),
        Index("ix_delivery_external", "chat_id", "external_id"),
        Index(
            "uq_delivery_once_key",
            "once_key",
            unique=True,
            sqlite_where=text("once_key IS NOT NULL"),
            postgresql_where=text("once_key IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"), index=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chat.id"))
    purpose: Mapped[str] = mapped_column(String(10))
    once_key: Mapped[str | None] = mapped_column(String(120))
    message: Mapped[dict[str, object]] = mapped_column(JsonDocument)
    state: Mapped[str] = mapped_column(String(12), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(120))
    external_id: Mapped[str | None] = mapped_column(String(120))
    problem: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    entry: Mapped[Entry | None] = relationship(back_populates="deliveries")
    chat: Mapped[Chat] = relationship()
