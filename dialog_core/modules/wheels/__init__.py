# SPDX-License-Identifier: Apache-2.0
"""What a wheel is, read without running any of it, and where its bytes lie: the catalog, the store."""
