# SPDX-License-Identifier: Apache-2.0
"""Generations, kept data and exports as JSON values, the same for API and command line."""

from __future__ import annotations

from typing import Any

from dialog_core.modules.changes.history import GenerationView
from dialog_core.modules.data.exports import ExportView
from dialog_core.modules.data.kept_data import KeptData
from dialog_core.modules.generations.difference import LockDifference


def generation_as_json(view: GenerationView) -> dict[str, Any]:
    """Describe a generation."""
    return {
        "number": view.number,
        "change": view.change,
        "state": view.state,
        "is_active": view.is_active,
        "can_return": view.can_return,
        "obstacle": str(view.obstacle) if view.obstacle is not None else "",
        "reason": view.reason,
        "created_by": view.created_by,
        "created_at": view.created_at.isoformat(),
        "activated_at": view.activated_at.isoformat() if view.activated_at else None,
        "platform": view.platform,
        "modules": [{"name": item.name, "version": item.version, "enabled": item.is_enabled} for item in view.modules],
        "difference_to_previous": _difference(view.before),
        "difference_to_current": _difference(view.now),
    }


def kept_as_json(item: KeptData) -> dict[str, Any]:
    """Describe what a removed module has left."""
    return {
        "module": item.name,
        "title": item.manifest.title,
        "version": item.version,
        "sha256": item.sha256,
        "tables": [{"name": table.name, "rows": table.rows} for table in item.tables],
        "settings_revisions": item.revisions,
        "removed_by": item.removed_by,
        "removed_at": item.removed_at.isoformat(),
    }


def export_as_json(item: ExportView) -> dict[str, Any]:
    """Describe an export."""
    return {
        "id": item.id,
        "module": item.module,
        "why": item.why,
        "rows": item.rows,
        "size": item.size,
        "filename": item.filename,
        "created_by": item.created_by,
        "created_at": item.created_at.isoformat(),
        "expires_at": item.expires_at.isoformat(),
    }


def _difference(found: LockDifference) -> dict[str, Any]:
    return {
        "modules": [
            {
                "name": item.name,
                "what": item.kind.value,
                "old_version": item.old_version,
                "new_version": item.new_version,
                "was_enabled": item.was_enabled,
                "is_enabled": item.is_enabled,
            }
            for item in found.modules
        ],
        "libraries": [
            {"name": item.distribution, "old_version": item.old_version, "new_version": item.new_version}
            for item in found.libraries
        ],
    }
