# SPDX-License-Identifier: Apache-2.0
"""Every call of a module's code: the relay, its limits and breakers, how long calls take, and what became of them."""
