# SPDX-License-Identifier: Apache-2.0
"""Suites that a module's tests inherit: each checks what the platform promises of that kind of module."""
