# SPDX-License-Identifier: Apache-2.0
"""The blueprint of the pages of customers."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("parties", __name__)
