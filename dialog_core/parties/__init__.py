# SPDX-License-Identifier: Apache-2.0
"""Organisations, their people and their contracts: who asks, what they may do, and whether they are entitled."""

from dialog_core.parties.cards import (
    ChatRow,
    ContactCard,
    IdentityRow,
    Member,
    OrganisationCard,
    contact_card,
    identity_contact,
    organisation_card,
)
from dialog_core.parties.contacts import create_contact, remove_membership, set_membership, update_contact
from dialog_core.parties.contracts import CONTRACT_KINDS, create_contract, update_contract
from dialog_core.parties.emails import email_key
from dialog_core.parties.entitlement import Coverage, Entitlement, coverage
from dialog_core.parties.intake import KnownIdentity, ResolvedContact, ensure_identity, find_contact, resolve_contact
from dialog_core.parties.names import name_key
from dialog_core.parties.organisations import (
    create_organisation,
    find_or_create_organisation,
    find_organisation,
    update_organisation,
)
from dialog_core.parties.pages import Order, Page, Position, page_of, paged
from dialog_core.parties.phones import Phone, PhoneKind, phone_key, read_phone, show_phone
from dialog_core.parties.queries import (
    CONTACT_SORTS,
    CONTRACT_SORTS,
    ORGANISATION_SORTS,
    ContactRow,
    ContractRow,
    MembershipRow,
    OrganisationRow,
    Point,
    contacts_by_phone,
    get_contact,
    get_contract,
    get_organisation,
    list_contacts,
    list_contracts,
    list_organisations,
)

__all__ = [
    "CONTACT_SORTS",
    "CONTRACT_KINDS",
    "CONTRACT_SORTS",
    "ORGANISATION_SORTS",
    "ChatRow",
    "ContactCard",
    "ContactRow",
    "ContractRow",
    "Coverage",
    "Entitlement",
    "IdentityRow",
    "KnownIdentity",
    "Member",
    "MembershipRow",
    "Order",
    "OrganisationCard",
    "OrganisationRow",
    "Page",
    "Phone",
    "PhoneKind",
    "Point",
    "Position",
    "ResolvedContact",
    "contact_card",
    "contacts_by_phone",
    "coverage",
    "create_contact",
    "create_contract",
    "create_organisation",
    "email_key",
    "ensure_identity",
    "find_contact",
    "find_or_create_organisation",
    "find_organisation",
    "get_contact",
    "get_contract",
    "get_organisation",
    "identity_contact",
    "list_contacts",
    "list_contracts",
    "list_organisations",
    "name_key",
    "organisation_card",
    "page_of",
    "paged",
    "phone_key",
    "read_phone",
    "remove_membership",
    "resolve_contact",
    "set_membership",
    "show_phone",
    "update_contact",
    "update_contract",
    "update_organisation",
]
