# SPDX-License-Identifier: Apache-2.0
"""The organisation's own index: its address and key are an administrator's decision, its list is checked and kept.

A list that is older than one seen before, is expired, or was not signed with the key that was entered, is refused; what
was accepted before stays. Nothing that an index says or does not say touches what is installed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Update, insert, select, update
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.database import db, write
from dialog_core.errors import DialogError, NotAllowedNow, NotFound, WrongValue
from dialog_core.events import record
from dialog_core.modules.models import ModuleIndex
from dialog_core.modules.sources.index_client import IndexClient
from dialog_core.modules.sources.index_document import (
    DOCUMENT,
    MAX_DOCUMENT,
    IndexDocument,
    IndexFile,
    document_from_json,
    parse_document,
)
from dialog_core.modules.trust.confirming import Confirmation, require_confirmation
from dialog_core.modules.trust.signing import (
    INDEX,
    MAX_BYTES,
    SUFFIX,
    fits,
    key_id,
    parse_signature,
    public_text,
    read_public_key,
)
from dialog_core.staff import Actor, system_actor
from dialog_core.staff.permissions import MODULE_MANAGE

ONLY_ROW = 1
CHECK_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class IndexView:
    """The index as it stands.

    Attributes:
        key_id: fingerprint of the key that its list must be signed with.
        serial: of the last list that was accepted, 0 before the first.
        problem: message (a gettext id) and values of the last check if it failed, None if it did not.
    """

    url: str
    host: str
    key_id: str
    serial: int
    expires_at: datetime | None
    checked_at: datetime | None
    problem: tuple[str, dict[str, Any]] | None
    modules: int
    libraries: int

    @property
    def is_expired(self) -> bool:
        """Whether the list that was accepted last has expired since."""
        return self.expires_at is not None and self.expires_at <= now()


def index_view(actor: Actor) -> IndexView | None:
    """Return the index, None when there is none."""
    actor.require(MODULE_MANAGE)
    with db.engine.connect() as connection:
        row = _row(connection)
    if row is None:
        return None
    files = _files(row.document)
    modules = {item.distribution for item in files if item.manifest}
    return IndexView(
        url=row.url,
        host=urlsplit(row.url).hostname or "",
        key_id=key_id(row.public_key),
        serial=row.serial,
        expires_at=row.expires_at,
        checked_at=row.checked_at,
        problem=(row.problem["message"], row.problem["values"]) if row.problem else None,
        modules=len(modules),
        libraries=len({item.distribution for item in files} - modules),
    )


def set_index(actor: Actor, *, url: str, public_key: str, confirmation: Confirmation | None = None) -> None:
    """Take modules from this index from now on; its list is not fetched yet, see `check_index`.

    Raises:
        WrongValue: field `url` or `public_key`; or `password`, the step was not confirmed.
    """
    actor.require(MODULE_MANAGE)
    address = _checked_url(url)
    key = public_text(read_public_key(public_key))
    require_confirmation(actor, confirmation)
    with write() as session:
        before = session.execute(select(ModuleIndex.public_key)).one_or_none()
        values: dict[str, Any] = {"url": address, "public_key": key, "checked_at": None, "problem": {}}
        if before is None or before.public_key != key:  # serials count per key: another key begins anew
            values |= {"serial": 0, "digest": "", "document": {}, "expires_at": None}
        if before is None:
            session.execute(insert(ModuleIndex).values(id=ONLY_ROW, **values))
        else:
            session.execute(update(ModuleIndex).values(**values))
        record(session, actor, "module_index_set", url=address, key=key_id(key))


def remove_index(actor: Actor) -> None:
    """Take nothing from the index any more; what was installed from it goes on.

    Raises:
        NotFound: there is none.
    """
    actor.require(MODULE_MANAGE)
    with write() as session:
        row = _row(session)
        if row is None:
            raise NotFound("No index is set.")
        session.execute(update(ModuleIndex).values(url="", document={}, digest="", expires_at=None, problem={}))
        record(session, actor, "module_index_removed", url=row.url)


def check_index(actor: Actor) -> None:
    """Fetch the list of the index and keep it.

    Raises:
        NotFound: there is none.
        NotAllowedNow: it cannot be had or is refused; the reason is kept for the page, and so is the list before.
    """
    actor.require(MODULE_MANAGE)
    with db.engine.connect() as connection:
        row = _row(connection)
    if row is None:
        raise NotFound("No index is set.")
    try:
        content, document = _fetch(row)
    except DialogError as error:
        problem = {"message": error.message, "values": {name: str(value) for name, value in error.values.items()}}
        with write() as session:
            session.execute(_unchanged(row).values(problem=problem, checked_at=now()))
        raise
    digest = hashlib.sha256(content).hexdigest()
    with write() as session:
        values = {"serial": document.serial, "digest": digest, "expires_at": document.expires_at}
        kept = json.loads(content)
        session.execute(_unchanged(row).values(**values, document=kept, problem={}, checked_at=now()))
        if digest != row.digest:
            record(session, actor, "module_index_accepted", serial=document.serial, sha256=digest)


def check_index_when_due() -> bool:
    """Fetch the list if the last look at it is an hour old; tell whether it was fetched (a job of the platform)."""
    with db.engine.connect() as connection:
        row = _row(connection)
    if row is None or (row.checked_at is not None and row.checked_at > now() - CHECK_EVERY):
        return False
    try:
        check_index(system_actor())
    except DialogError:
        return False  # the reason is kept where the administrator looks
    return True


def index_files(connection: Connection | Session) -> tuple[IndexFile, ...]:
    """Return what the list that was accepted last has; nothing when there is no index."""
    row = _row(connection)
    return _files(row.document) if row is not None else ()


def index_address(connection: Connection | Session) -> str:
    """Return the address of the index, empty when there is none."""
    return connection.execute(select(ModuleIndex.url)).scalar() or ""


def usable_index(connection: Connection | Session) -> tuple[str, str]:
    """Return address and key of the index if something may be taken from it now.

    Raises:
        NotAllowedNow: there is none, or its list has expired.
    """
    row = _row(connection)
    if row is None:
        raise NotAllowedNow("No index is set.")
    _require_fresh(row.expires_at)
    return row.url, row.public_key


def _row(connection: Connection | Session) -> Any:
    return connection.execute(select(ModuleIndex.__table__).where(ModuleIndex.url != "")).one_or_none()


def _fetch(row: Any) -> tuple[bytes, IndexDocument]:
    with IndexClient(row.url) as client:
        content = client.document(DOCUMENT, MAX_DOCUMENT)
        signature = client.document(DOCUMENT + SUFFIX, MAX_BYTES)
    made = parse_signature(DOCUMENT + SUFFIX, signature)
    if made.key != key_id(row.public_key):
        raise NotAllowedNow(
            "The list of the index is signed with the key %(key)s…, not with the one that was entered.",
            key=made.key[:16],
        )
    digest = hashlib.sha256(content).hexdigest()
    if made.sha256 != digest or not fits(row.public_key, made.signature, INDEX, digest):
        raise NotAllowedNow("The signature does not fit the list of the index: it was changed after it was signed.")
    document = parse_document(content)
    _require_fresh(document.expires_at)
    if document.serial < row.serial:
        raise NotAllowedNow(
            "The index sends list %(serial)s, but list %(known)s was seen before: an old list is not accepted again.",
            serial=document.serial,
            known=row.serial,
        )
    if document.serial == row.serial and row.digest not in {"", digest}:
        raise NotAllowedNow(
            "The index sends another list under the same number %(serial)s; a changed list needs a higher one.",
            serial=document.serial,
        )
    return content, document


def _require_fresh(expires_at: datetime | None) -> None:
    if expires_at is None:
        raise NotAllowedNow("The list of the index was not fetched yet.")
    if expires_at <= now():
        raise NotAllowedNow(
            "The list of the index expired on %(date)s: whoever keeps the index must sign a new one.",
            date=expires_at.date().isoformat(),
        )


def _unchanged(row: Any) -> Update:
    """Return an update of the index that does nothing when it was set anew or checked by another meanwhile."""
    same = (ModuleIndex.url == row.url, ModuleIndex.public_key == row.public_key, ModuleIndex.serial == row.serial)
    return update(ModuleIndex).where(*same)


@lru_cache(maxsize=4)
def _parsed(text: str) -> tuple[IndexFile, ...]:
    return document_from_json(json.loads(text)).files


def _files(document: Any) -> tuple[IndexFile, ...]:
    return _parsed(json.dumps(document, sort_keys=True)) if document else ()


def _checked_url(url: str) -> str:
    address = url.strip()
    try:
        parts = urlsplit(address)
        is_right = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_right = False
    if not is_right or len(address) > 500 or not address.isascii() or not address.isprintable() or " " in address:
        raise WrongValue("url", "Enter an address that starts with https:// or http://.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise WrongValue("url", "The address must have neither a user name nor a password, nor ? or # in it.")
    return address
