# SPDX-License-Identifier: Apache-2.0
"""Boot a process with a set of modules, and say what it runs."""
