# SPDX-License-Identifier: Apache-2.0
"""What the API reads and writes, as marshmallow schemas; the document at `openapi.json` is made of them."""
