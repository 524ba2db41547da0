# SPDX-License-Identifier: Apache-2.0
"""Sessions of the web UI: who is signed in, from the cookie and one query per request."""

from __future__ import annotations

from flask import Flask, has_request_context, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from dialog_core.staff.actor import Actor, ActorKind
from dialog_core.staff.actors import SignedIn, signed_in


class SessionUser(UserMixin):  # type: ignore[misc]
    """What Flask-Login knows as the current user; `known` has the actor and the preferences."""

    def __init__(self, known: SignedIn) -> None:
        self.known = known

    def get_id(self) -> str:
        """Return what the cookie holds: the account and its epoch, which a switch-off or a new password ends."""
        return f"{self.known.staff_id}:{self.known.epoch}"


class _Cookies(SecureCookieSessionInterface):
    """A session that began over HTTPS (the trusted proxies tell so) is never sent in the clear."""

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 - the base's signature
        return request.is_secure


def init_sign_in(app: Flask) -> None:
    """Attach Flask-Login; which page asks people to sign in is said by whoever has that page (`login_view`)."""
    app.session_interface = _Cookies()
    manager = LoginManager()
    manager.session_protection = None  # it compares addresses and browsers, which change under mobile workers
    manager.user_loader(_load)
    manager.init_app(app)


def start_session(person: SignedIn) -> None:
    """Sign this browser in; nothing of an earlier session is carried over."""
    session.clear()
    session.permanent = True
    login_user(SessionUser(person))


def end_session() -> None:
    """Sign this browser out."""
    logout_user()
    session.clear()


def current_person() -> SignedIn | None:
    """Return who is signed in, or None (also outside of a request)."""
    if not has_request_context():
        return None
    user = current_user._get_current_object()
    return user.known if isinstance(user, SessionUser) else None


def current_actor() -> Actor:
    """Return the actor of the request; an anonymous one may do nothing.

    Views of staff mounts can rely on a member of staff: the mount lets nobody else in.
    """
    person = current_person()
    if person is None:
        return Actor(kind=ActorKind.STAFF, name="", channel="web")
    return person.actor


def _load(user_id: str) -> SessionUser | None:
    staff_id, _, epoch = user_id.partition(":")
    if not (staff_id.isdigit() and epoch.isdigit() and len(user_id) < 40):
        return None
    person = signed_in(int(staff_id), channel="web")
    if person is None or person.epoch != int(epoch):
        return None
    return SessionUser(person)
