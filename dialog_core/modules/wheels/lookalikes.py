# SPDX-License-Identifier: Apache-2.0
"""Names that are made to be taken for others: letters of other alphabets, digits for letters, moved hyphens."""

from __future__ import annotations

from collections.abc import Iterable

from dialog_core.errors import WrongValue

PLATFORM = ("dialog-platform", "dialog-core", "dialog-plugin", "admin-ui")
_FOLDED = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "-": "", ".": "", "_": ""})


def skeleton(name: str) -> str:
    """Return what a hasty reader sees of a canonical name."""
    return name.lower().translate(_FOLDED).replace("rn", "m").replace("vv", "w")


def refuse_lookalike(distribution: str, names: Iterable[str] = ()) -> None:
    """Refuse the names of the platform itself, and names that only look like those or like `names`.

    Raises:
        WrongValue: field `wheel`.
    """
    if not distribution.isascii():
        raise WrongValue(
            "wheel", "The name “%(name)s” has letters that only look like Latin ones.", name=distribution[:120]
        )
    if distribution in PLATFORM:
        raise WrongValue("wheel", "“%(name)s” is a name of the platform itself.", name=distribution)
    seen = skeleton(distribution)
    for known in (*PLATFORM, *names):
        if known != distribution and skeleton(known) == seen:
            raise WrongValue(
                "wheel", "“%(name)s” looks like “%(known)s”, but is not it.", name=distribution, known=known
            )
