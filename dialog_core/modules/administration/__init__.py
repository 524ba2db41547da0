# SPDX-License-Identifier: Apache-2.0
"""The modules as administrators see them: the overview, the doctor, and JSON for API and command line."""
