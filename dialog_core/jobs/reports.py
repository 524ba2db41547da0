# SPDX-License-Identifier: Apache-2.0
"""What services say of themselves, one line each, for the administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from dialog_core.clock import now
from dialog_core.database import db, insert_new, write
from dialog_core.installation.models import InstallationFact

_PREFIX = "service:"


@dataclass(frozen=True, slots=True)
class ServiceReport:
    """The newest line of a service: `service` is `<module>.<name>`."""

    service: str
    is_healthy: bool
    text: str
    at: datetime

    @property
    def module(self) -> str:
        """The module that the service belongs to."""
        return self.service.partition(".")[0]


def report_service(service: str, is_healthy: bool, text: str) -> None:
    """Keep the newest line of a service; at most 300 characters."""
    key = f"{_PREFIX}{service}"[:64]
    value = {"healthy": is_healthy, "text": text.replace("\0", "")[:300]}
    with write() as session:
        if not insert_new(session, InstallationFact, key=key, value=value, changed_at=now()):
            change = update(InstallationFact).where(InstallationFact.key == key)
            session.execute(change.values(value=value, changed_at=now()).execution_options(synchronize_session=False))


def forget_service(service: str) -> None:
    """Remove the line of a service that runs no more."""
    key = f"{_PREFIX}{service}"[:64]
    with write() as session:
        session.execute(
            delete(InstallationFact).where(InstallationFact.key == key).execution_options(synchronize_session=False)
        )


def service_reports(module: str | None = None) -> list[ServiceReport]:
    """Return the newest line of each service, of one module or of all."""
    start = _PREFIX if module is None else f"{_PREFIX}{module}."
    rows = db.session.execute(
        select(InstallationFact.key, InstallationFact.value, InstallationFact.changed_at)
        .where(InstallationFact.key.startswith(start, autoescape=True))
        .order_by(InstallationFact.key)
    )
    found = []
    for key, value, at in rows:
        values = value if isinstance(value, dict) else {}
        text = str(values.get("text", ""))
        found.append(ServiceReport(key.removeprefix(_PREFIX), bool(values.get("healthy")), text, at))
    return found
