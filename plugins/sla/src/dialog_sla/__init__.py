# SPDX-License-Identifier: Apache-2.0
"""Solution deadlines in working time."""

NAME = "sla"
