# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from dialog_core.errors import WrongValue
from dialog_core.modules.wheels.manifest import manifest_from_json, parse_manifest

GOOD = """
name = "sample"
icon = "note"
category = "channel"
hooks = ["channels"]
routes = ["/callback"]
[title]
ru = "Проба"
en = "Sample"
[description]
ru = "Для испытаний"
en = "For tests"
[capabilities]
hosts = ["api.example.org", "setting:address"]
tables = ["sample_row"]
services = ["poller"]
secrets = ["token"]
pages = ["/sample/"]
personal_data = ["names"]
"""


def test_reads_everything_and_survives_json() -> None:
    manifest = parse_manifest(GOOD.encode())
    assert manifest.title == {"ru": "Проба", "en": "Sample"}
    assert manifest.capabilities.hosts == ("api.example.org", "setting:address")
    assert manifest.routes == ("/callback",)
    assert manifest_from_json(manifest.as_json()) == manifest


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('name = "sample"', 'name = "Sample"', "name"),
        ('name = "sample"', "", "name"),
        ('icon = "note"', 'icon = "<script>"', "icon"),
        ('category = "channel"', 'category = "games"', "category"),
        ('hooks = ["channels"]', "", "hooks"),
        ('hooks = ["channels"]', 'hooks = "channels"', "hooks"),
        ('hooks = ["channels"]', 'hooks = ["channels", "channels"]', "hooks"),
        ('ru = "Проба"', "", "title"),
        ('en = "For tests"', 'en = ""', "description"),
        ('hosts = ["api.example.org"', 'hosts = ["https://api.example.org/x"', "capabilities.hosts"),
        ('"setting:address"', '"setting:../x"', "capabilities.hosts"),
        ('tables = ["sample_row"]', 'tables = ["ticket"]', "capabilities.tables"),
        ('pages = ["/sample/"]', 'pages = ["/tickets/"]', "capabilities.pages"),
        ('personal_data = ["names"]', 'personal_data = ["dreams"]', "capabilities.personal_data"),
        ('services = ["poller"]', "services = [1]", "capabilities.services"),
        ('services = ["poller"]', 'daemons = ["poller"]', "capabilities.daemons"),
        ('icon = "note"', 'icon = "note"\ncolour = "red"', "colour"),
        ("[title]", "[title", "module.toml"),
    ],
)
def test_names_the_key_that_is_wrong(old: str, new: str, field: str) -> None:
    text = GOOD.replace(old, new, 1)
    assert text != GOOD
    with pytest.raises(WrongValue) as caught:
        parse_manifest(text.encode())
    assert caught.value.field == field


def test_refuses_a_huge_file() -> None:
    with pytest.raises(WrongValue, match="64 KiB"):
        parse_manifest(b"#" * 70_000)
