# SPDX-License-Identifier: Apache-2.0
"""Wheels and their signatures that an administrator uploads together: looked into and stored, nothing of them runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from packaging.tags import sys_tags
from packaging.utils import canonicalize_name, parse_wheel_filename
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from dialog_core.database import write
from dialog_core.errors import NotAllowedNow, WrongValue
from dialog_core.events import record
from dialog_core.modules.environment import platform_packages, platform_versions
from dialog_core.modules.generations.wanted import read_current
from dialog_core.modules.models import StoredWheel
from dialog_core.modules.settings.stored import this_config
from dialog_core.modules.sources.one_source import bundled_hashes, installed_sources, require_source
from dialog_core.modules.trust.signing import SUFFIX, WHEEL, DetachedSignature, fits, parse_signature
from dialog_core.modules.trust.vouching import CATALOG, UPLOAD, trusted_keys
from dialog_core.modules.wheels.catalog import catalog_wheels
from dialog_core.modules.wheels.lookalikes import refuse_lookalike
from dialog_core.modules.wheels.requirements import active_requirements
from dialog_core.modules.wheels.store import keep_wheel
from dialog_core.modules.wheels.wheel import WheelInfo, inspect_wheel
from dialog_core.staff import Actor
from dialog_core.staff.permissions import MODULE_MANAGE

MOST_FILES = 40


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as it was uploaded: a wheel, or the signature of one."""

    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What was stored; `missing` are pairs of a wheel's distribution and a requirement that nothing here fulfils."""

    wheels: tuple[WheelInfo, ...]
    missing: tuple[tuple[str, str], ...]


def uploads_allowed() -> bool:
    """Tell whether this deployment takes uploads (`DIALOG_UPLOADS`)."""
    return this_config().uploads


def upload_wheel(actor: Actor, *, filename: str, content: bytes) -> WheelInfo:
    """Check and keep one wheel; see `upload_wheels`."""
    return upload_wheels(actor, files=[GivenFile(filename, content)]).wheels[0]


def upload_wheels(actor: Actor, *, files: Sequence[GivenFile]) -> Uploaded:
    """Check uploaded wheels with their signatures and keep all of them, or none.

    Raises:
        NotAllowedNow: this deployment forbids uploads.
        WrongValue, TooLarge: a file cannot be accepted; field `wheel`, the message names the file.
    """
    actor.require(MODULE_MANAGE)
    require_uploads()
    wheels = [file for file in files if not file.filename.endswith(SUFFIX)]
    if not wheels:
        raise WrongValue("wheel", "Choose at least one file whose name ends in .whl.")
    if len(files) > MOST_FILES:
        raise WrongValue("wheel", "There can be at most %(limit)s.", limit=MOST_FILES)
    infos = [(inspect_wheel(file.filename, file.content), file.content) for file in wheels]
    for info, _ in infos:
        _refuse_foreign(info)
    signatures = _signatures(files, [info for info, _ in infos])
    with write() as session:
        installed = installed_sources(session, read_current(session).lock)
        keys = trusted_keys(session)
        for info, content in infos:
            source = CATALOG if info.sha256 in bundled_hashes() else UPLOAD
            _require_source(info.distribution, source, installed)
            signature = signatures.get(info.sha256)
            if signature is not None and signature.key in keys:
                _require_valid(info, signature, keys[signature.key])
            keep_wheel(session, info, content, source=source, signature=signature)
        stored = [{"wheel": info.filename, "sha256": info.sha256} for info, _ in infos]
        record(session, actor, "wheels_uploaded", wheels=stored)
        missing = _missing(session, [info for info, _ in infos])
    return Uploaded(tuple(info for info, _ in infos), missing)


def require_uploads() -> None:
    """Let nothing uploaded pass where uploads are forbidden.

    Raises:
        NotAllowedNow: they are.
    """
    if not uploads_allowed():
        raise NotAllowedNow(
            "This deployment takes no uploads: whoever runs it has set DIALOG_UPLOADS=off. Install from the catalog "
            "or from the organisation's index."
        )


def _require_source(distribution: str, source: str, installed: dict[str, str]) -> None:
    try:
        require_source(distribution, source, installed)
    except NotAllowedNow as error:
        raise WrongValue("wheel", error.message, **error.values) from error


def _refuse_foreign(info: WheelInfo) -> None:
    if info.distribution in platform_versions():
        raise WrongValue(
            "wheel",
            "“%(name)s” is a part of the platform itself and cannot be replaced by an upload.",
            name=info.distribution,
        )
    refuse_lookalike(info.distribution, platform_versions())
    if not parse_wheel_filename(info.filename)[3] & frozenset(sys_tags()):
        raise WrongValue(
            "wheel", "%(name)s is made for another system or another version of Python.", name=info.filename
        )
    for package in info.top_level:
        if package in platform_packages():
            raise WrongValue(
                "wheel",
                "%(name)s brings the package “%(member)s”, which belongs to the platform.",
                name=info.filename,
                member=package,
            )


def _signatures(files: Sequence[GivenFile], infos: Sequence[WheelInfo]) -> dict[str, DetachedSignature]:
    """Return the signatures by the SHA-256 of the wheel that each was uploaded for."""
    by_name = {info.filename: info for info in infos}
    found: dict[str, DetachedSignature] = {}
    for file in files:
        if not file.filename.endswith(SUFFIX):
            continue
        signature = parse_signature(file.filename, file.content)
        info = by_name.get(file.filename.removesuffix(SUFFIX))
        if info is None:
            raise WrongValue(
                "wheel",
                "%(name)s belongs to none of these wheels: a signature is named like its wheel, with .sig after it.",
                name=file.filename[:120],
            )
        if info.sha256 != signature.sha256:
            raise WrongValue(
                "wheel",
                "%(name)s was made for other content: the wheel was changed after it was signed, or the two do not "
                "belong together.",
                name=file.filename[:120],
            )
        found[info.sha256] = signature
    return found


def _require_valid(info: WheelInfo, signature: DetachedSignature, publisher: tuple[str, str]) -> None:
    name, public_key = publisher
    if not fits(public_key, signature.signature, WHEEL, info.sha256):
        raise WrongValue(
            "wheel",
            "The signature of %(name)s names the key of “%(publisher)s”, but was not made with it.",
            name=info.filename,
            publisher=name,
        )


def _missing(connection: Connection | Session, infos: Sequence[WheelInfo]) -> tuple[tuple[str, str], ...]:
    rows = connection.execute(select(StoredWheel.distribution, StoredWheel.version)).all()
    had = [(row[0], row[1]) for row in rows] + [(wheel.name, wheel.version) for wheel in catalog_wheels()]
    had += platform_versions().items()
    missing = []
    for info in infos:
        for requirement in active_requirements(info):
            name = canonicalize_name(requirement.name)
            if not any(
                known == name and requirement.specifier.contains(version, prereleases=True) for known, version in had
            ):
                missing.append((info.distribution, f"{requirement.name}{requirement.specifier}"))
    return tuple(missing)
