# SPDX-License-Identifier: Apache-2.0
"""What `dialog module new` asks, and which answers make sense."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from dialog_core.authoring.naming import check_name
from dialog_core.authoring.problem import AuthoringProblem

BRINGS = ("channel", "fields", "lifecycle", "pages", "job", "service")
LICENCE = "Apache-2.0"


@dataclass(frozen=True, slots=True)
class Answers:
    """Checked answers; `brings` are words of `BRINGS`, in its order."""

    name: str
    title_en: str
    title_ru: str
    description_en: str
    description_ru: str
    author: str
    licence: str
    brings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask: `check` returns the answer as it is kept, or raises `AuthoringProblem`."""

    key: str
    text: str
    check: Callable[[str], str]
    default: str | None = None

    @property
    def option(self) -> str:
        """The option of the command that answers it."""
        return f"--{self.key.replace('_', '-')}"


def check_answers(given: Mapping[str, object]) -> Answers:
    """Check the answers to all questions.

    Raises:
        AuthoringProblem: one is missing, not a text, unknown, or makes no sense.
    """
    known = {question.key: question for question in QUESTIONS}
    strange = sorted(given.keys() - known.keys())
    if strange:
        raise AuthoringProblem(f"There is no question “{strange[0][:80]}”; the questions are {', '.join(known)}.")
    missing = [question for question in QUESTIONS if question.key not in given and question.default is None]
    if missing:
        options = ", ".join(question.option for question in missing)
        raise AuthoringProblem(f"Answers are missing: give {options}, or a file with --answers.")
    checked = {key: question.check(_text(question, given)) for key, question in known.items()}
    brings = tuple(checked.pop("brings").split(","))
    return Answers(**checked, brings=brings)


def _text(question: Question, given: Mapping[str, object]) -> str:
    value = given.get(question.key, question.default)
    if question.key == "brings" and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ",".join(value)
    if not isinstance(value, str):
        raise AuthoringProblem(f"The answer to “{question.key}” must be a text, not {type(value).__name__}.")
    return value


def _name(value: str) -> str:
    check_name(value.strip())
    return value.strip()


def _line(key: str, limit: int) -> Callable[[str], str]:
    def check(value: str) -> str:
        text = value.strip()
        if not text:
            raise AuthoringProblem(f"The answer to “{key}” is empty: write at least a word.")
        if not text.isprintable():
            raise AuthoringProblem(
                f"The answer to “{key}” holds a line break or another character that cannot be shown: write one line."
            )
        if len(text) > limit:
            raise AuthoringProblem(f"The answer to “{key}” has {len(text)} characters, at most {limit} are possible.")
        return text

    return check


def _licence(value: str) -> str:
    try:
        return str(canonicalize_license_expression(_line("licence", 100)(value)))
    except InvalidLicenseExpression as error:
        raise AuthoringProblem(
            f"“{value.strip()}” is no known licence: write an SPDX expression such as {LICENCE} or MIT,"
            " or LicenseRef-Proprietary."
        ) from error


def _brings(value: str) -> str:
    words = {word.strip() for word in value.split(",")} - {""}
    strange = sorted(words - set(BRINGS))
    if strange or not words:
        what = f"“{strange[0][:80]}” is none of them" if strange else "nothing is named"
        raise AuthoringProblem(f"What the module brings is any of {', '.join(BRINGS)}, parted by commas: {what}.")
    return ",".join(word for word in BRINGS if word in words)


QUESTIONS = (
    Question("name", "Name (lower-case letters, digits and _)", _name),
    Question("title_en", "Title in English", _line("title_en", 80)),
    Question("title_ru", "Title in Russian", _line("title_ru", 80)),
    Question("description_en", "Description in English, a sentence or two", _line("description_en", 1000)),
    Question("description_ru", "Description in Russian", _line("description_ru", 1000)),
    Question("author", "Author or publisher", _line("author", 100)),
    Question("licence", "Licence (SPDX)", _licence, LICENCE),
    Question("brings", f"What it brings ({', '.join(BRINGS)})", _brings),
)
