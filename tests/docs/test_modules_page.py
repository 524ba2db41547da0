# SPDX-License-Identifier: Apache-2.0
"""docs/modules.md names the keys of module.toml, and its advice is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy.orm import Mapped, mapped_column

from dialog_core import plugin
from dialog_core.modules.wheels import manifest

PAGE = (Path(__file__).parent.parent.parent / "docs" / "modules.md").read_text()


def test_every_key_of_the_manifest_is_explained_and_no_other() -> None:
    cells = re.findall(r"^\| (`[^|]+`) \|", PAGE, re.MULTILINE)
    found = {key for cell in cells for key in re.findall(r"`([^`]+)`", cell)}
    capabilities = {f"capabilities.{key}" for key in manifest.CAPABILITY_KEYS}
    assert found == (manifest.KEYS - {"capabilities"}) | capabilities


@pytest.mark.parametrize("known", [manifest.CATEGORIES, manifest.PERSONAL_DATA])
def test_vocabularies_are_told_whole(known: tuple[str, ...]) -> None:
    assert any(set(known) <= set(re.findall(r"`(\w+)`", line)) for line in PAGE.splitlines())


def test_what_authors_are_told_to_use_is_there() -> None:
    for name in ("module_base", "read", "write", "insert_new", "UtcDateTime", "JsonDocument", "hookimpl"):
        assert name in PAGE
        assert hasattr(plugin, name)


def test_a_table_without_the_prefix_is_refused() -> None:
    base = plugin.module_base("sample")
    with pytest.raises(TypeError, match="sample_"):
        type("Row", (base,), {"__tablename__": "ticket", "__annotations__": {"id": Mapped[int]},
                              "id": mapped_column(primary_key=True)})  # fmt: skip
    with pytest.raises(TypeError, match="sample_"):
        type("Other", (base,), {"__tablename__": "samples_row"})
