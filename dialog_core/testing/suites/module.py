# SPDX-License-Identifier: Apache-2.0
"""What holds for every module: it is what its manifest says, speaks both languages, and can come and go."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from dialog_core.authoring import check
from dialog_core.database import db
from dialog_core.modules import prepare_tables, take_tables_away
from dialog_core.testing.module_under_test import ModuleUnderTest
from dialog_core.testing.platform import ModulePlatform

HOSTILE = "<script>alert(1)</script>"


class ModuleSuite:
    """Inherit it once in the tests of every module: `class TestModule(ModuleSuite): pass`."""

    def test_an_installation_would_accept_it(self, module: ModuleUnderTest) -> None:
        """`dialog module check` has nothing against it: files, texts, wheel, and the platform's own trial of it."""
        found = check(module.root).errors
        assert not found, "dialog module check says:\n" + "\n".join(map(str, found))

    def test_tables_go_up_down_and_up_again(self, platform: ModulePlatform) -> None:
        """Migrations work in both directions on this database, and leave nothing."""
        module = platform.module
        declared = set(module.manifest.capabilities.tables)
        assert prepare_tables(db.engine, module.sources, module.name) == declared
        assert take_tables_away(db.engine, module.sources, module.name) == set(), "tables are left"
        assert prepare_tables(db.engine, module.sources, module.name) == declared

    def test_models_are_what_the_migrations_make(self, platform: ModulePlatform) -> None:
        """Every table and column of the models is in the database, and the other way round."""
        found = sa.inspect(db.engine)
        for name in sorted(platform.module.manifest.capabilities.tables):
            table = _mapped_table(name)
            if table is None:
                continue
            columns = {column["name"] for column in found.get_columns(name)}
            assert columns == set(table.columns.keys()), f"{name}: models and migrations differ"

    def test_settings_can_be_shown_in_both_languages(self, platform: ModulePlatform) -> None:
        """The page of the settings has every title, in both languages."""
        fields = _form(platform)
        for language in ("ru", "en") if fields else ():
            page = platform.browser("administrator", language).text(f"/modules/{platform.module.name}/settings")
            for name, field in fields.items():
                assert field["title"][language] in page, f"{name} has no title on the page in {language}"

    def test_the_desk_works_while_it_is_off_and_when_it_is_on_again(self, platform: ModulePlatform) -> None:
        """Switching the module off in the middle of the work loses nothing, and it goes on where it was."""
        before = platform.make.ticket()
        platform.work()
        with platform.off():
            meanwhile = platform.make.ticket()
            for made in (before, meanwhile):
                assert made.number in platform.browser().text(f"/tickets/{made.number}")
            platform.work()
        platform.work()
        for made in (before, meanwhile):
            assert made.number in platform.browser().text(f"/tickets/{made.number}")

    def test_hostile_words_do_no_harm_on_the_pages_of_a_ticket(self, platform: ModulePlatform) -> None:
        """What a customer writes is shown as it was written, whatever the module adds to the page."""
        contact = platform.make.contact(f"Eve {HOSTILE}"[:60])
        made = platform.make.ticket(subject=HOSTILE, text=HOSTILE, contact_id=contact)
        platform.work()
        for language in ("ru", "en"):
            browser = platform.browser(language=language)
            for path in (f"/tickets/{made.number}", "/queue"):
                answer = browser.get(path)
                assert answer.status_code == 200
                assert HOSTILE not in answer.get_data(as_text=True), f"{path} shows a text as HTML"


def _form(platform: ModulePlatform) -> dict[str, dict[str, Any]]:
    from dialog_core import staff
    from dialog_core.modules import show_settings

    view = show_settings(staff.system_actor("test"), module=platform.module.name)
    return {field["name"]: field for field in view.form}


def _mapped_table(name: str) -> sa.Table | None:
    """Return the table that a class of the module stands for, None when none does."""
    for mapper in _mappers():
        table = mapper.local_table
        if isinstance(table, sa.Table) and table.name == name:
            return table
    return None


def _mappers() -> list[Any]:
    import gc

    from sqlalchemy.orm import registry

    return [mapper for item in gc.get_objects() if isinstance(item, registry) for mapper in item.mappers]
