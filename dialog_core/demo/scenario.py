# SPDX-License-Identifier: Apache-2.0
"""The form of a demonstration request; the Russian and English ones stand in `content_ru` and `content_en`."""

from __future__ import annotations

from dataclasses import dataclass

from dialog_core.tickets import Kind


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is said in a request of one sort; `{place}`, `{person}`, `{host}` and the like are filled in.

    Attributes:
        category: code of a category that every installation begins with.
        additions: what the customer says without being asked.
    """

    kind: Kind
    category: str
    subjects: tuple[str, ...]
    request: tuple[str, ...]
    additions: tuple[str, ...]
    question: tuple[str, ...]
    information: tuple[str, ...]
    note: tuple[str, ...]
    answer: tuple[str, ...]
