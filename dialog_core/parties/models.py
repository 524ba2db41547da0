# SPDX-License-Identifier: Apache-2.0
"""Organisations, their people and the contracts under which they are supported."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialog_core.database import Base, JsonDocument


class Organisation(Base):
    """A customer. `name_key` is the normalised name that look-ups and lists use."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    name_key: Mapped[str] = mapped_column(String(300), index=True)
    address: Mapped[str] = mapped_column(String(500), default="")
    inn: Mapped[str] = mapped_column(String(12), default="", index=True)
    language: Mapped[str] = mapped_column(String(8), default="ru")
    timezone: Mapped[str] = mapped_column(String(60), default="Europe/Moscow")
    notes: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    memberships: Mapped[list[Membership]] = relationship(back_populates="organisation", cascade="all, delete-orphan")
    contracts: Mapped[list[Contract]] = relationship(
        back_populates="organisation", order_by="Contract.starts_on.desc()"
    )


class Contact(Base):
    """A person at a customer."""

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    full_name: Mapped[str] = mapped_column(String(300))
    name_key: Mapped[str] = mapped_column(String(300), index=True)
    language: Mapped[str] = mapped_column(String(8), default="ru")
    notes: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    points: Mapped[list[ContactPoint]] = relationship(
        back_populates="contact", cascade="all, delete-orphan", order_by="ContactPoint.id"
    )
    identities: Mapped[list[Identity]] = relationship(back_populates="contact")
    memberships: Mapped[list[Membership]] = relationship(back_populates="contact", cascade="all, delete-orphan")


class ContactPoint(Base):
    """A phone or an e-mail of a contact: as written, and as matched (E.164, lower-case address)."""

    __tablename__ = "contact_point"
    __table_args__ = (
        UniqueConstraint("contact_id", "kind", "key"),
        Index("ix_contact_point_lookup", "kind", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(8))
    value: Mapped[str] = mapped_column(String(254))
    key: Mapped[str] = mapped_column(String(254))
    contact: Mapped[Contact] = relationship(back_populates="points")


class Identity(Base):
    """A person in a channel (for example a Telegram user), bound to a contact once known."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("channel", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(40))
    external_id: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(300), default="")
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    contact: Mapped[Contact | None] = relationship(back_populates="identities")


class Membership(Base):
    """A contact's place in an organisation, with its rights there: to open requests, to confirm, to represent."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("organisation_id", "contact_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    may_open: Mapped[bool] = mapped_column(default=True)
    may_confirm: Mapped[bool] = mapped_column(default=False)
    may_represent: Mapped[bool] = mapped_column(default=False)
    organisation: Mapped[Organisation] = relationship(back_populates="memberships")
    contact: Mapped[Contact] = relationship(back_populates="memberships")


class Contract(Base):
    """A contract or cooperation agreement under which support is given.

    `kinds` is the scope by kind of request (empty: every kind). `silence_days` is the term after which
    silence counts as consent, or None: silence is not consent by default.
    """

    __tablename__ = "contract"
    __table_args__ = (UniqueConstraint("organisation_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    number: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20), default="contract")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    kinds: Mapped[list[str]] = mapped_column(JsonDocument, default=list)
    silence_days: Mapped[int | None]
    notes: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    organisation: Mapped[Organisation] = relationship(back_populates="contracts")
