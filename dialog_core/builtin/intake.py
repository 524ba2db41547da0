# SPDX-License-Identifier: Apache-2.0
"""The fields that the regulation asks for at intake, brought by the same hook as those of any module."""

from __future__ import annotations

from collections.abc import Iterable

from dialog_core.hookspecs import hookimpl
from dialog_core.hookspecs.fields import IntakeField

_FIELDS = (
    IntakeField("subject", {"ru": "Тема", "en": "Subject"}, lambda view: bool(view.subject)),
    IntakeField("description", {"ru": "Описание проблемы", "en": "Description"}, lambda view: bool(view.description)),
    IntakeField("organisation", {"ru": "Организация", "en": "Organisation"}, lambda view: bool(view.organisation_name)),
    IntakeField("address", {"ru": "Адрес", "en": "Address"}, lambda view: bool(view.organisation_address)),
    IntakeField("full_name", {"ru": "ФИО", "en": "Full name"}, lambda view: len(view.contact_name.split()) > 1),
    IntakeField(
        "contact",
        {"ru": "Контактный телефон или e-mail", "en": "Contact phone or e-mail"},
        lambda view: bool(view.contact_phones or view.contact_emails),
    ),
    IntakeField(
        "category", {"ru": "Категория ошибки", "en": "Category of the error"}, lambda view: bool(view.category)
    ),
)


@hookimpl
def intake_fields(kind: str) -> Iterable[IntakeField]:
    """Ask for the same of every kind; an administrator's own definition per kind comes with the constructor."""
    return _FIELDS if kind else ()
