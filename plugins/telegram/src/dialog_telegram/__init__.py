# SPDX-License-Identifier: Apache-2.0
"""The Telegram channel: translates the Bot API into neutral messages and back, and keeps nothing itself."""

NAME = "telegram"
