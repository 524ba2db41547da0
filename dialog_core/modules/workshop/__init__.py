# SPDX-License-Identifier: Apache-2.0
"""A module run from its author's folder: no wheel, no resolving, no preflight, on a home that holds nothing else."""
