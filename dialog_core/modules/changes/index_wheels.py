# SPDX-License-Identifier: Apache-2.0
"""Bring wheels of the organisation's index into the store when a plan or a change needs them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from packaging.requirements import Requirement
from packaging.tags import sys_tags
from packaging.utils import canonicalize_name, parse_wheel_filename
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from dialog_core.database import db, write
from dialog_core.errors import NotAllowedNow
from dialog_core.modules.changes.actions import Action, Verb
from dialog_core.modules.environment import platform_versions
from dialog_core.modules.generations.wanted import read_current
from dialog_core.modules.models import StoredWheel
from dialog_core.modules.sources.index import index_files, usable_index
from dialog_core.modules.sources.index_client import IndexClient
from dialog_core.modules.sources.index_document import IndexFile, newest
from dialog_core.modules.sources.one_source import installed_sources, may_come_from, require_source
from dialog_core.modules.trust.signing import DetachedSignature, key_id
from dialog_core.modules.trust.vouching import INDEX
from dialog_core.modules.wheels.catalog import catalog_modules
from dialog_core.modules.wheels.requirements import active_requirements
from dialog_core.modules.wheels.store import StoredFile, describe_stored, keep_wheel
from dialog_core.modules.wheels.wheel import WheelInfo, inspect_wheel


def newest_in_index(connection: Connection | Session, name: str) -> IndexFile | None:
    """Return the newest version of a module that the index has, None when it has none."""
    return newest(item for item in index_files(connection) if item.manifest and item.manifest.name == name)


def bring_modules(actions: Sequence[Action]) -> None:
    """Download what is to be installed from the index and is not in the store yet.

    Raises:
        NotAllowedNow: the index cannot be used, sends something else than its list says, or the name belongs elsewhere.
    """
    bundled = {info.manifest.name for info in catalog_modules() if info.manifest}
    for action in actions:
        if action.verb is not Verb.INSTALL or (action.sha256 is None and action.name in bundled):
            continue
        with db.engine.connect() as connection:
            if action.sha256 is None:
                file = newest_in_index(connection, action.name)
            else:
                file = next((item for item in index_files(connection) if item.sha256 == action.sha256), None)
            installed = installed_sources(connection, read_current(connection).lock)
        if file is not None:
            require_source(file.distribution, INDEX, installed)
            _bring(file)


def bring_libraries(modules: Iterable[WheelInfo], have: Sequence[StoredFile]) -> bool:
    """Download libraries that modules need, nothing at hand fulfils and the index has; tell whether there were any.

    Raises:
        NotAllowedNow: the index cannot be used, or sends something else than its list says.
    """
    with db.engine.connect() as connection:
        offered = [item for item in index_files(connection) if item.manifest is None]
        installed = installed_sources(connection, read_current(connection).lock)
    offered = [item for item in offered if may_come_from(item.distribution, INDEX, installed) and _fits_here(item)]
    at_hand = {(item.distribution, item.version) for item in have}
    waiting, seen, brought = list(modules) if offered else [], set[str](), False
    while waiting:
        info = waiting.pop()
        for requirement in active_requirements(info):
            name = canonicalize_name(requirement.name)
            if str(requirement) in seen or name in platform_versions():
                continue
            seen.add(str(requirement))
            file = newest(item for item in offered if item.distribution == name and _fulfils(item.version, requirement))
            if file is None:
                continue
            if not any(known == name and _fulfils(version, requirement) for known, version in at_hand):
                _bring(file)
                brought = True
                at_hand.add((file.distribution, file.version))
            waiting += _described([file.sha256])
    return brought


def _bring(file: IndexFile) -> None:
    with db.engine.connect() as connection:
        row = connection.execute(
            select(StoredWheel.source, StoredWheel.index_key).where(StoredWheel.sha256 == file.sha256)
        ).one_or_none()
        url, public_key = usable_index(connection)
    key = key_id(public_key)
    if row is not None and (row.source != INDEX or row.index_key == key):
        return
    with IndexClient(url) as client:
        content = client.wheel(file.distribution, file.filename, file.sha256, file.size)
        host = client.host
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise NotAllowedNow(
            "The index sends %(name)s with other content than its signed list says. It is not installed.",
            name=file.filename,
        )
    info = inspect_wheel(file.filename, content)
    if info.manifest != file.manifest:
        raise NotAllowedNow(
            "The list of the index describes %(name)s otherwise than the wheel itself. It is not installed.",
            name=file.filename,
        )
    signature = None
    if file.signature is not None:
        signature = DetachedSignature(file.signature["key"], file.sha256, file.signature["signature"])
    with write() as session:
        keep_wheel(session, info, content, source=INDEX, signature=signature, index=(host, key))


def _described(hashes: Iterable[str]) -> list[WheelInfo]:
    with write() as session:
        stored = set(session.scalars(select(StoredWheel.sha256).where(StoredWheel.sha256.in_(list(hashes)))))
        return [describe_stored(session, sha256) for sha256 in stored]


def _fulfils(version: str, requirement: Requirement) -> bool:
    return requirement.specifier.contains(version, prereleases=True)


def _fits_here(file: IndexFile) -> bool:
    return bool(parse_wheel_filename(file.filename)[3] & frozenset(sys_tags()))
