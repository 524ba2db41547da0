# SPDX-License-Identifier: Apache-2.0
"""What processes have to tell of their modules, as rows: incidents, strikes, log lines."""
