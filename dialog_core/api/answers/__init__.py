# SPDX-License-Identifier: Apache-2.0
"""How what was read becomes JSON: plain dictionaries, checked against the schemas by the tests."""
