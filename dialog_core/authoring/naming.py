# SPDX-License-Identifier: Apache-2.0
"""Whether a module can be called so: the name is the prefix of all that it has, for ever."""

from __future__ import annotations

import importlib.util
import keyword

import importlib_metadata
from packaging.utils import canonicalize_name

from dialog_core.authoring.problem import AuthoringProblem
from dialog_core.modules import MODULE_NAME, catalog_modules, is_cores_name

LONGEST = 40
RESERVED = frozenset(
    (
        # first parts of addresses of the platform, and names of its blueprints
        "api", "assets", "chats", "contacts", "contracts", "fields", "files", "further", "healthz", "home", "inbox",
        "installation", "invitation", "language", "live", "lookup", "modules", "organisations", "parties", "people",
        "profile", "queue", "readyz", "safe", "setup", "shell", "sign_in", "sign_out", "staff", "static", "tickets",
        # pages under /modules/, where each module has its own
        "changes", "data", "generations", "history", "incidents", "notices", "processes", "several", "sources",
        "updates", "upload", "uploads", "wheels",
        # resources under /api/v1/, where each module has its own
        "attachments", "categories", "docs", "me", "module_changes", "module_exports", "module_generations",
        "module_update_window", "module_updates", "openapi", "teams", "ticket_fields",
        # permissions of the platform, its built-in modules, fields that administrators make
        "chat", "contract", "custom", "field", "intake", "module", "party", "ticket", "token",
    )
)  # fmt: skip
"""Words of the platform; a test holds them to the running application."""
_SHAPE = "a name has lower-case Latin letters, digits and single _ between them, and begins with a letter"


def check_name(name: str) -> None:
    """Let a name pass that a new module can have.

    Raises:
        AuthoringProblem: it cannot; the text says why and what to do.
    """
    if not name:
        raise AuthoringProblem(f"A module needs a name: {_SHAPE}.")
    if len(name) > LONGEST:
        raise _refused(name[:LONGEST] + "…", f"it has {len(name)} characters, at most {LONGEST} are possible")
    if not MODULE_NAME.fullmatch(name) or name.endswith("_") or "__" in name:
        hint = name.lower().replace("-", "_").replace(" ", "_")
        better = f"; “{hint}” would do" if hint != name and MODULE_NAME.fullmatch(hint) else ""
        raise _refused(name, _SHAPE + better)
    if keyword.iskeyword(name):
        raise _refused(name, "it is a word of the language Python; choose another")
    if name in RESERVED or is_cores_name(name):
        raise _refused(name, "the platform uses it itself, for addresses, tables or permissions; choose another")
    _check_free(name)


def _check_free(name: str) -> None:
    distribution = canonicalize_name(f"dialog-{name}")
    for wheel in catalog_modules():
        if wheel.distribution == distribution:
            raise _refused(name, "a module that comes with the platform is called so; choose another")
    if importlib.util.find_spec(f"dialog_{name}") is not None or distribution in _installed():
        raise _refused(
            name, f"the package dialog_{name} or the distribution {distribution} is installed here; choose another"
        )


def _installed() -> set[str]:
    names = (found.metadata["Name"] for found in importlib_metadata.distributions())
    return {canonicalize_name(name) for name in names if name}


def _refused(name: str, reason: str) -> AuthoringProblem:
    shown = name if name.isprintable() else ascii(name)
    return AuthoringProblem(f"“{shown}” cannot be the name of a module: {reason}.")
