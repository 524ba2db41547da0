# SPDX-License-Identifier: Apache-2.0
"""Sets of modules that run together: which is wanted, what it consists of, its folder, and earlier ones."""
