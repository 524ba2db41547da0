# SPDX-License-Identifier: Apache-2.0
"""A small module that passes every check; tests change one thing in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

HOOKS = '''"""Answers to the hooks."""

from __future__ import annotations

import logging
import os

import marshmallow as ma

from dialog_core.plugin import CustomerNotice, TicketEvent, hookimpl, mark
from dialog_sample.settings import SampleSettings

log = logging.getLogger(__name__)
DONE = mark("Counted %(count)s tickets")


@hookimpl
def ticket_event(event: TicketEvent) -> None:
    """Count it."""
    log.info(DONE, extra={"home": os.environ.get("HOME")})


@hookimpl
def customer_notice(text: str, notice: CustomerNotice) -> str:
    """Leave it as it is."""
    return text


@hookimpl
def settings_schema() -> type[ma.Schema]:
    """Return the form."""
    return SampleSettings
'''

SETTINGS = '''"""Settings."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields


class SampleSettings(ma.Schema):
    """The form."""

    limit = fields.Integer(load_default=5, metadata={"title": {"ru": "Предел", "en": "Limit"}})
    access_token = fields.String(
        load_default="", metadata={"title": {"ru": "Токен", "en": "Token"}, "secret": True}
    )
'''

MIGRATION = '''"""Rows."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Apply."""
    op.create_table("sample_row", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade() -> None:
    """Undo."""
    op.drop_table("sample_row")
'''

SECOND = '''"""Counts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Apply."""
    op.add_column("sample_row", sa.Column("count", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("sample_row") as table:
        table.drop_column("count")
'''

TOML = """name = "sample"
icon = "note"
category = "other"
hooks = ["ticket_event", "customer_notice", "settings_schema"]

[title]
ru = "Образец"
en = "Sample"

[description]
ru = "Считает заявки и больше ничего не делает."
en = "Counts tickets and does nothing beyond that."

[capabilities]
tables = ["sample_row"]
secrets = ["access_token"]
"""

PO = """msgid ""
msgstr ""
"Language: ru\\n"
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Counted %(count)s tickets"
msgstr "Сосчитано заявок: %(count)s"

msgid "Nothing yet"
msgstr "Пока ничего"
"""

PROJECT = """[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "dialog-sample"
version = "1.0"
description = "Counts tickets for the Dialog support platform"
readme = "README.md"
license = "MIT"
requires-python = ">=3.11"
dependencies = [
    "dialog-platform ~= 0.1",
    "marshmallow",
]

[project.entry-points."dialog.modules"]
sample = "dialog_sample.hooks"

[tool.hatch.build.targets.wheel]
packages = ["src/dialog_sample"]
artifacts = ["*.mo"]

[tool.hatch.build.targets.wheel.force-include]
"CHANGELOG.md" = "dialog_sample/CHANGELOG.md"
"""

PACKAGE = "src/dialog_sample"
FILES: Mapping[str, str] = {
    "pyproject.toml": PROJECT,
    "README.md": "# Sample\n\nCounts tickets.\n",
    "CHANGELOG.md": "# Changes\n\n## 1.0\n\n- It counts.\n",
    f"{PACKAGE}/__init__.py": '"""A sample."""\n',
    f"{PACKAGE}/py.typed": "",
    f"{PACKAGE}/module.toml": TOML,
    f"{PACKAGE}/hooks.py": HOOKS,
    f"{PACKAGE}/settings.py": SETTINGS,
    f"{PACKAGE}/migrations/versions/0001_row.py": MIGRATION,
    f"{PACKAGE}/migrations/versions/0002_count.py": SECOND,
    f"{PACKAGE}/templates/sample/panel.html": "<p>{{ _('Nothing yet') }}</p>\n",
    f"{PACKAGE}/translations/ru/LC_MESSAGES/messages.po": PO,
}


def write_module(root: Path, files: Mapping[str, str] = FILES) -> Path:
    """Write a module's folder."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root
