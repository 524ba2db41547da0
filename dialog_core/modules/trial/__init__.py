# SPDX-License-Identifier: Apache-2.0
"""Try a set of modules out in a fresh process, before anything depends on it."""
