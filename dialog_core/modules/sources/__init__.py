# SPDX-License-Identifier: Apache-2.0
"""Where wheels come from: the organisation's index, uploads, and the list of all that can be installed."""
