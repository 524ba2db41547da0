# SPDX-License-Identifier: Apache-2.0
"""Settings of modules: their form, trying and validating them aside, revisions, and reading them as they are now."""
