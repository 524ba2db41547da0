# SPDX-License-Identifier: Apache-2.0
"""What every installation begins with: roles and a small tree of categories."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialog_core import staff
from dialog_core.database import insert_new, write
from dialog_core.installation.facts import get_fact, set_fact

_SEEDED = "defaults_seeded"

CATEGORIES: tuple[tuple[str, str, str, str | None], ...] = (
    ("hardware", "Оборудование", "Hardware", None),
    ("hardware.workstation", "Рабочее место", "Workstation", "hardware"),
    ("hardware.server", "Сервер", "Server", "hardware"),
    ("hardware.printer", "Печать и сканирование", "Printing and scanning", "hardware"),
    ("software", "Программы", "Software", None),
    ("software.error", "Ошибка в программе", "Error in a program", "software"),
    ("software.update", "Установка и обновление", "Installation and update", "software"),
    ("software.data", "Данные и отчёты", "Data and reports", "software"),
    ("network", "Сеть", "Network", None),
    ("network.internet", "Доступ в интернет", "Internet access", "network"),
    ("network.vpn", "VPN и удалённый доступ", "VPN and remote access", "network"),
    ("telephony", "Телефония", "Telephony", None),
    ("telephony.calls", "Звонки и качество связи", "Calls and call quality", "telephony"),
    ("telephony.numbers", "Номера и маршрутизация", "Numbers and routing", "telephony"),
    ("access", "Доступ и учётные записи", "Access and accounts", None),
    ("access.password", "Пароль и вход", "Password and sign-in", "access"),
    ("access.rights", "Права доступа", "Access rights", "access"),
    ("other", "Другое", "Other", None),
)
"""Code, Russian title, English title, code of the parent."""


def ensure_defaults() -> None:
    """Insert what every installation begins with; does nothing the second time, safe with several processes at once.

    Categories are inserted once only: one that an administrator removes does not come back.
    """
    with write() as session:
        staff.ensure_roles(session)
        if get_fact(_SEEDED) is None:
            _insert_categories(session)
            set_fact(_SEEDED, {"categories": True})


def _insert_categories(session: Session) -> None:
    from dialog_core.tickets.models import Category  # the tickets' room stands on this one

    ids: dict[str, int] = {}
    for code, title_ru, title_en, parent in CATEGORIES:
        parent_id = None if parent is None else ids[parent]
        insert_new(session, Category, code=code, title_ru=title_ru, title_en=title_en, parent_id=parent_id)
        ids[code] = session.execute(select(Category.id).where(Category.code == code)).scalar_one()
