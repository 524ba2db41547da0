# SPDX-License-Identifier: Apache-2.0
"""What services say of themselves, one line each, for the administrator."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.database import db, insert_new, write
from dialog_core.errors import NotAllowedNow
from dialog_core.events import record
from dialog_core.installation.models import InstallationFact
from dialog_core.language import mark
from dialog_core.staff.actor import Actor
from dialog_core.staff.permissions import MODULE_MANAGE

_PREFIX = "service:"
GIVEN_UP = mark(
    "Given up after five deaths within five minutes. It is tried again later by itself, or at once on its page."
)
TRIED_AGAIN = mark("It is being started again.")


@dataclass(frozen=True, slots=True)
class ServiceReport:
    """The newest line of a service: `service` is `<module>.<name>`; one that died too often was given up."""

    service: str
    is_healthy: bool
    text: str
    at: datetime
    is_given_up: bool = False

    @property
    def module(self) -> str:
        """The module that the service belongs to."""
        return self.service.partition(".")[0]


def report_service(service: str, is_healthy: bool, text: str, *, is_given_up: bool = False) -> None:
    """Keep the newest line of a service; at most 300 characters."""
    value = {"healthy": is_healthy, "text": text.replace("\0", "")[:300], "given_up": is_given_up}
    with write() as session:
        _put(session, f"{_PREFIX}{service}", value)


def retry_service(actor: Actor, *, module: str, service: str) -> None:
    """Let a service that was given up be started again within some seconds, on whichever node it was.

    Raises:
        NotPermitted: `module.manage` is missing.
        NotAllowedNow: it was not given up.
    """
    actor.require(MODULE_MANAGE)
    name = f"{module}.{service}"
    if not any(report.service == name and report.is_given_up for report in service_reports(module)):
        raise NotAllowedNow("The service “%(name)s” was not given up; there is nothing to start again.", name=name[:60])
    with write() as session:
        _put(session, wish_key(name), True)
        _put(session, f"{_PREFIX}{name}", {"healthy": False, "text": TRIED_AGAIN, "given_up": False})
        record(session, actor, "module_service_retried", module=module, service=service)


def wish_key(service: str) -> str:
    """Return the name of the fact by which an administrator has a service tried again."""
    return f"retry:{service}"[:64]


def _put(session: Session, key: str, value: Any) -> None:
    if not insert_new(session, InstallationFact, key=key[:64], value=value, changed_at=now()):
        change = update(InstallationFact).where(InstallationFact.key == key[:64])
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
        report = ServiceReport(key.removeprefix(_PREFIX), bool(values.get("healthy")), text, at)
        found.append(replace(report, is_given_up=bool(values.get("given_up"))))
    return found
