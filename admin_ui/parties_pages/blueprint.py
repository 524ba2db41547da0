# SPDX-License-Identifier: Apache-2.0
"""The blueprints of the pages of customers."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("parties", __name__)
people = Blueprint("people", __name__)
