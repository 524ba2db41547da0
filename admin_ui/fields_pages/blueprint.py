# SPDX-License-Identifier: Apache-2.0
"""The blueprint of the constructor of fields."""

from __future__ import annotations

from flask import Blueprint

fields_pages = Blueprint("fields", __name__, url_prefix="/fields")
