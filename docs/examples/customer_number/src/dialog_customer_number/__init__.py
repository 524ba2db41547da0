# SPDX-License-Identifier: Apache-2.0
"""The module customer_number of the Dialog platform."""

NAME = "customer_number"
