# SPDX-License-Identifier: Apache-2.0
"""The processes of the cluster: what each runs, whether all have arrived, and to have a generation ready on a node."""
