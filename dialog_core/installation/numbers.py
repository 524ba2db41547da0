# SPDX-License-Identifier: Apache-2.0
"""The format of registration numbers."""

from __future__ import annotations

from dataclasses import dataclass

from dialog_core.clock import now
from dialog_core.errors import WrongValue
from dialog_core.installation.facts import get_fact


@dataclass(frozen=True, slots=True)
class Numbering:
    """How a registration number is written: `PREFIX-YEAR-000001`.

    Attributes:
        prefix: letters and digits in upper case; may be empty.
        with_year: numbers carry the year and begin anew each year.
        digits: least number of digits, padded with zeros.
    """

    prefix: str = ""
    with_year: bool = True
    digits: int = 6

    def sample(self) -> str:
        """Write what a number of this year looks like.

        Raises:
            WrongValue: no number can be written in this format.
        """
        from dialog_core.tickets import NumberFormat  # the tickets' room stands on this one

        return NumberFormat(prefix=self.prefix, with_year=self.with_year, digits=self.digits).write(42, now())


def numbering(*, fresh: bool = False) -> Numbering:
    """Return the format in use; `fresh` not even a second old."""
    stored = get_fact("numbering", {}, fresh=fresh)
    return Numbering(**{name: value for name, value in stored.items() if name in Numbering.__dataclass_fields__})


def checked_numbering(*, prefix: str, with_year: bool, digits: int) -> Numbering:
    """Make a format of values from outside.

    Raises:
        WrongValue: the prefix has other characters than letters and digits or is too long; digits not within 3 to 10.
    """
    if not 3 <= digits <= 10:
        raise WrongValue("digits", "Enter a number from %(low)s to %(high)s.", low=3, high=10)
    wanted = Numbering(prefix=prefix.strip().upper(), with_year=with_year, digits=digits)
    wanted.sample()
    return wanted
