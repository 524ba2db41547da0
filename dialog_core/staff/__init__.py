# SPDX-License-Identifier: Apache-2.0
"""Who works in the desk: accounts, roles, teams, sign-in, API tokens, and the actors made of them."""

# What other rooms import while this file is still being read comes first; operations, which need those rooms, after it.
from dialog_core.staff.actor import Actor, ActorKind, system_actor
from dialog_core.staff.actors import SignedIn, actor_for_staff, signed_in
from dialog_core.staff.declared import declare_permissions, declared_permissions
from dialog_core.staff.queries import (
    RoleView,
    StaffName,
    StaffView,
    TeamView,
    colleagues,
    get_staff,
    list_roles,
    list_staff,
    list_teams,
    staff_id_by_email,
)
from dialog_core.staff.values import SHORTEST_PASSWORD, checked_email, checked_name, checked_password

# isort: split
from dialog_core.staff.invitations import (
    InvitationView,
    accept_invitation,
    create_access_link,
    invitation,
    invite_staff,
    open_invitations,
    withdraw_invitation,
)
from dialog_core.staff.own import change_own_password, change_own_profile
from dialog_core.staff.passwords import hash_password
from dialog_core.staff.people import (
    create_staff,
    has_administrator,
    set_password,
    set_role,
    set_teams,
    switch_off,
    switch_on,
)
from dialog_core.staff.roles import ensure_roles
from dialog_core.staff.session import current_actor, current_person, end_session, init_sign_in, start_session
from dialog_core.staff.sign_in import SignInRefused, TooManyAttempts, authenticate, check_own_password
from dialog_core.staff.submissions import Submitted, do_once
from dialog_core.staff.teams import change_team, create_team, remove_team
from dialog_core.staff.tokens import Bearer, TokenView, actor_by_token, create_token, list_tokens, revoke_token

__all__ = [
    "SHORTEST_PASSWORD",
    "Actor",
    "ActorKind",
    "Bearer",
    "InvitationView",
    "RoleView",
    "SignInRefused",
    "SignedIn",
    "StaffName",
    "StaffView",
    "Submitted",
    "TeamView",
    "TokenView",
    "TooManyAttempts",
    "accept_invitation",
    "actor_by_token",
    "actor_for_staff",
    "authenticate",
    "change_own_password",
    "change_own_profile",
    "change_team",
    "check_own_password",
    "checked_email",
    "checked_name",
    "checked_password",
    "colleagues",
    "create_access_link",
    "create_staff",
    "create_team",
    "create_token",
    "current_actor",
    "current_person",
    "declare_permissions",
    "declared_permissions",
    "do_once",
    "end_session",
    "ensure_roles",
    "get_staff",
    "has_administrator",
    "hash_password",
    "init_sign_in",
    "invitation",
    "invite_staff",
    "list_roles",
    "list_staff",
    "list_teams",
    "list_tokens",
    "open_invitations",
    "remove_team",
    "revoke_token",
    "set_password",
    "set_role",
    "set_teams",
    "signed_in",
    "staff_id_by_email",
    "start_session",
    "switch_off",
    "switch_on",
    "system_actor",
    "withdraw_invitation",
]
