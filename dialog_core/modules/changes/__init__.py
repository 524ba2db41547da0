# SPDX-License-Identifier: Apache-2.0
"""A change of modules from the wish to the last step: plan, consent, request, application, history."""
