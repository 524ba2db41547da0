# SPDX-License-Identifier: Apache-2.0
"""The contract between the core and its modules: every hook, its kind and its types."""

from dialog_core.hookspecs import (
    api,
    channels,
    fields,
    health,
    jobs,
    lifecycle,
    lists,
    notices,
    permissions,
    settings,
    ui,
    validation,
)
from dialog_core.hookspecs.markers import (
    PROJECT,
    Deprecation,
    HookKind,
    HookTerms,
    Refusal,
    hookimpl,
    hookspec,
    terms_of,
)

SPECIFICATIONS = (channels, fields, validation, lifecycle, notices, ui, lists, api, permissions, settings, jobs, health)

__all__ = [
    "PROJECT",
    "SPECIFICATIONS",
    "Deprecation",
    "HookKind",
    "HookTerms",
    "Refusal",
    "hookimpl",
    "hookspec",
    "terms_of",
]
