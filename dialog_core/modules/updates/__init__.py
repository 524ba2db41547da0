# SPDX-License-Identifier: Apache-2.0
"""Modules that update themselves: how far, when, one at a time, and what became of it."""
