# SPDX-License-Identifier: Apache-2.0
"""The blueprint of the modules pages."""

from __future__ import annotations

from flask import Blueprint

modules = Blueprint("modules", __name__, url_prefix="/modules")
