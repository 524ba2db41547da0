# SPDX-License-Identifier: Apache-2.0
"""The blueprints of the inbox desk and of the chats."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("inbox", __name__)
chat_pages = Blueprint("chats", __name__)
