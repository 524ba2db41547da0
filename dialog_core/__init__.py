# SPDX-License-Identifier: Apache-2.0
"""The core of Dialog: organisations, contracts, tickets, conversations and the support regulation."""

__version__ = "0.1.0"
