# SPDX-License-Identifier: Apache-2.0
"""Data that removed modules have left behind, and files with exported data."""

from __future__ import annotations

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from admin_ui.modules_pages.blueprint import modules
from dialog_core.modules import list_exports, list_kept_data, open_export
from dialog_core.plugin import staff


@modules.get("/data")
def kept() -> ResponseReturnValue:
    """List what is kept, and the files that can be downloaded."""
    actor = staff.current_actor()
    return render_template("admin_ui/modules/kept.html", kept=list_kept_data(actor), exports=list_exports(actor))


@modules.get("/data/exports/<int:number>")
def download(number: int) -> ResponseReturnValue:
    """Send the file of an export, part by part."""
    view, parts = open_export(staff.current_actor(), export=number)
    response = Response(parts, mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{view.filename}"'
    response.headers["Content-Length"] = str(view.size)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
