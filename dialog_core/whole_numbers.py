# SPDX-License-Identifier: Apache-2.0
"""Whole numbers in addresses and forms: none is greater than a row's id can be, so that none reaches a query."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2_147_483_647


class _RowNumber(IntegerConverter):
    """`<int:…>` of a route: a greater number is no address of ours (404)."""

    def __init__(self, map: Map, **options: Any) -> None:  # noqa: A002 - the base's name
        super().__init__(map, **{"max": LARGEST, **options})


class _Values(ImmutableMultiDict[str, str]):
    """Parameters of which a number that is too great counts as one that cannot be read."""

    def get(self, key: str, default: Any = None, type: Any = None) -> Any:  # type: ignore[override]
        return super().get(key, default, _bounded if type is int else type)

    def getlist(self, key: str, type: Any = None) -> Any:
        return super().getlist(key, _bounded if type is int else type)


class _Request(Request):
    parameter_storage_class = _Values


def bound_whole_numbers(app: Flask) -> None:
    """Hold the application's routes and parameters to numbers that a database can compare with an id."""
    app.url_map.converters = {**app.url_map.converters, "int": _RowNumber}
    app.request_class = _Request


def _bounded(text: str) -> int:
    number = int(text)
    if not -LARGEST <= number <= LARGEST:
        raise ValueError(text)
    return number
