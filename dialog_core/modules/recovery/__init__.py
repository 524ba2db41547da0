# SPDX-License-Identifier: Apache-2.0
"""What the platform does by itself against a module that does harm: take a change back, switch the module off."""
