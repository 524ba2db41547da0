# SPDX-License-Identifier: Apache-2.0
"""This installation: facts about it, its first set-up, one-time links, and its key."""

# What other rooms read while they are still being imported comes first; operations, which need those rooms, after it.
from dialog_core.installation.facts import get_fact, set_fact
from dialog_core.installation.links import (
    LinkGone,
    LinkProblem,
    LinkView,
    check_link,
    create_link,
    open_links,
    use_link,
    withdraw_link,
)
from dialog_core.installation.numbers import Numbering, checked_numbering, numbering
from dialog_core.installation.profiles import (
    LANGUAGES,
    Profile,
    checked_language,
    checked_timezone,
    intake_window,
    phone_regions,
    profile,
    timezones,
)
from dialog_core.installation.secrets import SecretKey, load_or_create

# isort: split
from dialog_core.installation.changes import save_numbering, save_profile, set_intake_window
from dialog_core.installation.defaults import ensure_defaults
from dialog_core.installation.demonstration import Demonstration, demonstration, load_demonstration
from dialog_core.installation.setup import (
    SetupEntries,
    check_setup_link,
    complete_setup,
    create_setup_link,
    is_set_up,
    keep_setup_account,
    keep_setup_profile,
)

__all__ = [
    "LANGUAGES",
    "Demonstration",
    "LinkGone",
    "LinkProblem",
    "LinkView",
    "Numbering",
    "Profile",
    "SecretKey",
    "SetupEntries",
    "check_link",
    "check_setup_link",
    "checked_language",
    "checked_numbering",
    "checked_timezone",
    "complete_setup",
    "create_link",
    "create_setup_link",
    "demonstration",
    "ensure_defaults",
    "get_fact",
    "intake_window",
    "is_set_up",
    "keep_setup_account",
    "keep_setup_profile",
    "load_demonstration",
    "load_or_create",
    "numbering",
    "open_links",
    "phone_regions",
    "profile",
    "save_numbering",
    "save_profile",
    "set_fact",
    "set_intake_window",
    "timezones",
    "use_link",
    "withdraw_link",
]
