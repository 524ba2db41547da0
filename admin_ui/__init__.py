# SPDX-License-Identifier: Apache-2.0
"""The web UI for staff and administrators, plugged in through the same hooks as every module."""

from admin_ui.plugin import plugin

__all__ = ["plugin"]
