# SPDX-License-Identifier: Apache-2.0
"""Values of a staff account as they come from people, checked and brought into one form."""

from __future__ import annotations

import re
import unicodedata

from dialog_core.errors import WrongValue
from dialog_core.text import clean_line

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
FEWEST_CHARACTERS = 4
LONGEST_EMAIL = 254
LONGEST_NAME = 200
_ROWS_OF_KEYS = "01234567890123456789 qwertyuiopasdfghjklzxcvbnm йцукенгшщзхъфывапролджэячсмитьбю"
_EMAIL = re.compile(r"[^@\s<>\"',;:()\[\]\\]+@[^@\s<>\"',;:()\[\]\\.]+(\.[^@\s<>\"',;:()\[\]\\.]+)*")


def checked_email(text: str) -> str:
    """Return an e-mail address in lower case, or raise `WrongValue`."""
    email = unicodedata.normalize("NFKC", clean_line(text)).lower()
    if not email:
        raise WrongValue("email", "Enter an e-mail address.")
    if len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise WrongValue("email", "This is not an e-mail address.")
    return email


def checked_name(text: str) -> str:
    """Return a person's name on one line, or raise `WrongValue`."""
    name = clean_line(text)
    if not name:
        raise WrongValue("name", "Enter a name.")
    if len(name) > LONGEST_NAME:
        raise WrongValue("name", "The name can have at most %(limit)s characters.", limit=LONGEST_NAME)
    return name


def checked_title(text: str) -> str:
    """Return a short title (of a team, of a token), or raise `WrongValue` for the field `name`."""
    title = clean_line(text)
    if not title:
        raise WrongValue("name", "Enter a title.")
    if len(title) > 120:
        raise WrongValue("name", "The title can have at most %(limit)s characters.", limit=120)
    return title


def checked_password(password: str, *, email: str) -> str:
    """Return the password, or raise `WrongValue` when it is too short, too long, or easy to guess.

    Length is what counts; no rules about the kinds of characters, which only make people write passwords down.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise WrongValue("password", "A password needs at least %(limit)s characters.", limit=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise WrongValue("password", "A password can have at most %(limit)s characters.", limit=LONGEST_PASSWORD)
    folded = password.casefold()
    if len(set(folded)) < FEWEST_CHARACTERS or folded in {email, email.partition("@")[0]} or folded in _ROWS_OF_KEYS:
        raise WrongValue("password", "This password is too easy to guess. Several unrelated words make a good one.")
    return password
