# SPDX-License-Identifier: Apache-2.0
"""Data of modules that outlive them: kept, exported, deleted."""
