# SPDX-License-Identifier: Apache-2.0
"""What can be said of a module from its files alone, without running any of it: flaws, and the mark made of them."""
