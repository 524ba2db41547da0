# SPDX-License-Identifier: Apache-2.0
"""Organisations, contacts and contracts."""

from __future__ import annotations

import marshmallow as ma

from dialog_core.api.fields import Day, Flag, Id, Input, Items, Line, Number, Word
from dialog_core.api.paging import Paging, sorted_by
from dialog_core.parties import CONTACT_SORTS, CONTRACT_KINDS, CONTRACT_SORTS, ORGANISATION_SORTS
from dialog_core.tickets import Kind

VERSION = {"description": "The version that the change is based on; 409 when there is a later one."}


class OrganisationQuery(Paging):
    """How organisations are listed."""

    search = Line(load_default="", metadata={"description": "Part of the name, or the beginning of an INN."})
    inn = Line(high=12, load_default="")
    sort = sorted_by(*ORGANISATION_SORTS)


class OrganisationChange(Input):
    """What can be changed of an organisation."""

    name = Line(low=1, high=300)
    address = Line(high=500)
    inn = Line(high=20)
    language = Line(high=8)
    timezone = Line(high=60)
    notes = Line(high=10_000)
    version = Number(1, 2_147_483_647, metadata=VERSION)


class OrganisationNew(OrganisationChange):
    """A new organisation."""

    name = Line(low=1, high=300, required=True)

    class Meta(Input.Meta):
        """A new one has no version yet."""

        exclude = ("version",)


class Organisation(ma.Schema):
    """An organisation."""

    id = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)
    address = ma.fields.String(required=True)
    inn = ma.fields.String(required=True)
    language = ma.fields.String(required=True)
    timezone = ma.fields.String(required=True)
    notes = ma.fields.String(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    version = ma.fields.Integer(required=True)
    _links = ma.fields.Dict(required=True)


class OrganisationPage(ma.Schema):
    """A page of organisations."""

    items = ma.fields.List(ma.fields.Nested(Organisation), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class Rights(Input):
    """What a contact may do in an organisation."""

    may_open = Flag(load_default=True)
    may_confirm = Flag(load_default=False)
    may_represent = Flag(load_default=False)


class MembershipNew(Rights):
    """A place in an organisation."""

    organisation = Id(required=True)


class Membership(ma.Schema):
    """A contact's place in an organisation."""

    organisation = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)
    may_open = ma.fields.Boolean(required=True)
    may_confirm = ma.fields.Boolean(required=True)
    may_represent = ma.fields.Boolean(required=True)


class ContactQuery(Paging):
    """How contacts are listed."""

    search = Line(load_default="", metadata={"description": "Part of the name, a whole phone number or an e-mail."})
    phone = Line(high=60, load_default="")
    email = Line(high=254, load_default="")
    organisation = Id(strict=False, load_default=None)
    sort = sorted_by(*CONTACT_SORTS)


class ContactChange(Input):
    """What can be changed of a contact; phones and e-mails are replaced as whole lists."""

    full_name = Line(low=1, high=300)
    phones = Items(Line(high=120), high=20)
    emails = Items(Line(high=254), high=20)
    language = Line(high=8)
    notes = Line(high=10_000)
    version = Number(1, 2_147_483_647, metadata=VERSION)


class ContactNew(ContactChange):
    """A new contact."""

    full_name = Line(low=1, high=300, required=True)
    memberships = Items(ma.fields.Nested(MembershipNew), high=50, load_default=list)

    class Meta(Input.Meta):
        """A new one has no version yet."""

        exclude = ("version",)


class Contact(ma.Schema):
    """A contact."""

    id = ma.fields.Integer(required=True)
    full_name = ma.fields.String(required=True)
    phones = ma.fields.List(ma.fields.String(), required=True)
    emails = ma.fields.List(ma.fields.String(), required=True)
    language = ma.fields.String(required=True)
    notes = ma.fields.String(required=True)
    memberships = ma.fields.List(ma.fields.Nested(Membership), required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    version = ma.fields.Integer(required=True)
    _links = ma.fields.Dict(required=True)


class ContactPage(ma.Schema):
    """A page of contacts."""

    items = ma.fields.List(ma.fields.Nested(Contact), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class ContractQuery(Paging):
    """How contracts are listed."""

    organisation = Id(strict=False, load_default=None)
    in_force_on = Day(load_default=None, metadata={"description": "Only contracts in force on this day."})
    sort = sorted_by(*CONTRACT_SORTS)


class ContractChange(Input):
    """What can be changed of a contract."""

    number = Line(low=1, high=80)
    kind = Word(CONTRACT_KINDS)
    starts_on = Day()
    ends_on = Day(allow_none=True)
    kinds = Items(Word(Kind), high=10, metadata={"description": "Kinds of request that it covers; empty: all."})
    silence_days = Number(
        1, 365, allow_none=True, metadata={"description": "Days after which silence counts as consent; null: never."}
    )
    notes = Line(high=10_000)
    version = Number(1, 2_147_483_647, metadata=VERSION)


class ContractNew(ContractChange):
    """A new contract."""

    organisation = Id(required=True)
    number = Line(low=1, high=80, required=True)
    starts_on = Day(required=True)

    class Meta(Input.Meta):
        """A new one has no version yet."""

        exclude = ("version",)


class Contract(ma.Schema):
    """A contract."""

    id = ma.fields.Integer(required=True)
    organisation = ma.fields.Integer(required=True)
    number = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    starts_on = ma.fields.Date(required=True)
    ends_on = ma.fields.Date(required=True, allow_none=True)
    kinds = ma.fields.List(ma.fields.String(), required=True)
    silence_days = ma.fields.Integer(required=True, allow_none=True)
    notes = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)
    _links = ma.fields.Dict(required=True)


class ContractPage(ma.Schema):
    """A page of contracts."""

    items = ma.fields.List(ma.fields.Nested(Contract), required=True)
    next = ma.fields.String(required=True, allow_none=True)
