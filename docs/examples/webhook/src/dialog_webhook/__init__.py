# SPDX-License-Identifier: Apache-2.0
"""The module webhook of the Dialog platform."""

NAME = "webhook"
TITLE = {"ru": "Веб-хук", "en": "Webhook"}
