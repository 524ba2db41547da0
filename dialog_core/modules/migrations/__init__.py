# SPDX-License-Identifier: Apache-2.0
"""The tables of modules: their migration scripts, what these say of themselves, and which rows they may write."""
