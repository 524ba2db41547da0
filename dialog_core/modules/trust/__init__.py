# SPDX-License-Identifier: Apache-2.0
"""Who is believed: signatures, publishers, who vouches for a wheel, and the password that confirms a grave step."""
