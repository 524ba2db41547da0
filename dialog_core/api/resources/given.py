# SPDX-License-Identifier: Apache-2.0
"""Parties named in a request, by id or by what they are; and the version that a change is based on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from dialog_core.api.blueprint import actor
from dialog_core.database import db
from dialog_core.errors import NotFound, WrongValue
from dialog_core.parties import find_contact, find_or_create_organisation, find_organisation, resolve_contact
from dialog_core.parties.models import Organisation

_ETAG = re.compile(r'"(\d{1,9})"')


def known_parties(
    organisation: int | dict[str, Any] | None, contact: int | dict[str, Any]
) -> tuple[int | None, int] | None:
    """Return organisation and contact when both are known as they are given; None when one of them is to be written.

    Looked up before the write transaction, so that the usual request holds the database for its ticket alone.
    """
    session = db.session()
    if isinstance(organisation, dict):
        with named_under("organisation"):
            found = find_organisation(session, **organisation)
        if found is None:
            return None
        organisation = found
    if isinstance(contact, dict):
        with named_under("contact"):
            person = find_contact(session, organisation_id=organisation, **contact)
        if person is None:
            return None
        contact = person
    return organisation, contact


def organisation_id(session: Session, given: int | dict[str, Any] | None) -> int | None:
    """Return the id of an organisation given by id or by name and address, inside an open `write()`."""
    if isinstance(given, int) and session.get(Organisation, given) is None:
        raise WrongValue("organisation", "There is no organisation %(id)s.", id=given)
    if not isinstance(given, dict):
        return given
    with named_under("organisation"):
        return find_or_create_organisation(session, actor(), **given)


def contact_id(session: Session, given: int | dict[str, Any], organisation: int | None) -> int:
    """Return the id of a contact given by id or by name with phone or e-mail, inside an open `write()`."""
    if isinstance(given, int):
        return given
    with named_under("contact"):
        return resolve_contact(session, actor(), organisation_id=organisation, **given).id


@contextmanager
def named_under(field: str) -> Iterator[None]:
    """Name a wrong value by where it stands in the request: `contact.phone`."""
    try:
        yield
    except WrongValue as error:
        raise WrongValue(f"{field}.{error.field}", error.message, **error.values) from None


@contextmanager
def refers_to(field: str) -> Iterator[None]:
    """Tell of something unknown that the body refers to as a wrong value of that field, not as a wrong address."""
    try:
        yield
    except NotFound as error:
        raise WrongValue(field, error.message, **error.values) from None


def based_on(values: dict[str, Any]) -> int | None:
    """Take the version out of a change: `version` in the body, or the header `If-Match` with an ETag.

    Raises:
        WrongValue: the header holds no ETag of this API.
    """
    version: int | None = values.pop("version", None)
    header = request.headers.get("If-Match")
    if version is not None or header is None or header.strip() == "*":
        return version
    found = _ETAG.fullmatch(header.strip())
    if found is None:
        raise WrongValue("If-Match", "Send the ETag that came with what you change.")
    return int(found[1])


def etag(version: int) -> dict[str, str]:
    """Return the header that names a version."""
    return {"ETag": f'"{version}"'}
