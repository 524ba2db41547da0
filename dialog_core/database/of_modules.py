# SPDX-License-Identifier: Apache-2.0
"""The way of a module to its own tables: a base whose tables bear its name, and a session to read with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flask import has_request_context
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase, Session, registry

from dialog_core.database.base import NAMING, JsonDocument, UtcDateTime, db
from dialog_core.database.transaction import is_writing, read_committed


def module_base(module: str) -> type[DeclarativeBase]:
    """Return a declarative base for the tables of a module; make one, in the module that holds the models.

    `datetime` columns are aware UTC, `dict[str, Any]` and `list[Any]` are JSON, on both databases. The tables are made
    by the module's migrations, never by `create_all`; they name rows of the core by id, without a foreign key.

    Args:
        module: the module's name; a table that does not begin with it and `_` is a `TypeError` at import.
    """

    class ModuleBase(DeclarativeBase):
        """Base of the tables of one module."""

        __abstract__ = True
        registry = registry(
            metadata=MetaData(naming_convention=NAMING),
            type_annotation_map={datetime: UtcDateTime, dict[str, Any]: JsonDocument, list[Any]: JsonDocument},
        )

        def __init_subclass__(cls, **options: Any) -> None:
            name = getattr(cls, "__tablename__", None)
            if name is not None and not str(name).startswith(f"{module}_"):
                raise TypeError(f"the table {name} of the module {module} must be named {module}_…")
            super().__init_subclass__(**options)

    return ModuleBase


@contextmanager
def read() -> Iterator[Session]:
    """Give a session to read with, for modules; select columns, keep no row longer than the block.

    Inside of `write()` (a veto) it is the session of that transaction, within a request the request's own; elsewhere
    it reads what is committed now and ends its transaction with the block.
    """
    if is_writing() or has_request_context():
        yield db.session()
        return
    with read_committed() as session:
        yield session
