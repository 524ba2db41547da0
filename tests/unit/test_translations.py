# SPDX-License-Identifier: Apache-2.0
"""Both languages are complete: every text of the code has its Russian, and no page carries a text of its own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from jinja2 import Environment

from scripts.messages import KEYWORDS, ROOT, extract, is_translated, packages, read, translation_file

_PLACE = re.compile(r"%(?:\((\w+)\))?[a-zA-Z]")
_RUSSIAN_FORMS = 3
PACKAGES = packages()
_BY_NAME = pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)


def _key(message: Message) -> tuple[str | None, str]:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def _texts(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Yield each id, singular and plural apart, beside each of its Russian texts."""
    for message in catalog:
        if not message.id:
            continue
        strings = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        original = message.id if isinstance(message.id, str) else message.id[-1]
        for string in strings:
            yield original, string


def test_core_and_ui_are_among_the_packages() -> None:
    assert {"dialog_core", "admin_ui"} <= {package.name for package in PACKAGES}


@_BY_NAME
def test_every_text_is_in_russian(package: Path) -> None:
    russian = {_key(message): message for message in read(translation_file(package))}
    waiting = []
    for message in extract(package):
        found = russian.get(_key(message))
        if message.id and (found is None or found.fuzzy or not is_translated(found.string)):
            waiting.append(_key(message))
    assert not waiting, "run `make messages` and write the Russian"


@_BY_NAME
def test_plurals_have_all_forms_of_russian(package: Path) -> None:
    catalog = read(translation_file(package))
    assert catalog.num_plurals == _RUSSIAN_FORMS
    plurals = [message for message in catalog if isinstance(message.id, tuple)]
    assert all(len(message.string) == _RUSSIAN_FORMS for message in plurals)


@_BY_NAME
def test_nothing_is_translated_that_the_code_no_longer_says(package: Path) -> None:
    said = {_key(message) for message in extract(package)}
    kept = [_key(message) for message in read(translation_file(package)) if message.id]
    assert [key for key in kept if key not in said] == []


@_BY_NAME
def test_places_are_the_same_in_both_languages(package: Path) -> None:
    different = [
        (original, russian)
        for original, russian in _texts(read(translation_file(package)))
        if sorted(_PLACE.findall(original)) != sorted(_PLACE.findall(russian))
    ]
    assert different == []


@_BY_NAME
def test_russian_is_set_in_its_own_quotes_and_ends_like_the_original(package: Path) -> None:
    wrong = []
    for original, russian in _texts(read(translation_file(package))):
        ends = [text.rstrip()[-1] if text.rstrip()[-1] in ".:?!…" else "" for text in (original, russian)]
        if set('“”"„') & set(russian) or ends[0] != ends[1]:
            wrong.append((original, russian))
    assert wrong == []


def test_a_text_of_several_packages_has_one_translation() -> None:
    # At run time all catalogues are one, and the last to be read would win.
    seen: dict[tuple[str | None, str], object] = {}
    for package in PACKAGES:
        for message in read(translation_file(package)):
            if message.id:
                assert seen.setdefault(_key(message), message.string) == message.string


class _Page(HTMLParser):
    """Collects what a reader of a template would see or hear."""

    shown_attributes = frozenset({"title", "placeholder", "aria-label", "alt"})
    unseen = frozenset({"script", "style", "code", "kbd", "pre"})

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.unseen:
            self._hidden.append(tag)
        self.texts += [value for name, value in attrs if name in self.shown_attributes and value]

    def handle_endtag(self, tag: str) -> None:
        if self._hidden and self._hidden[-1] == tag:
            self._hidden.pop()

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)


def _literals(source: str) -> list[str]:
    """Return the words that a template shows and does not take from gettext; `{{ … }}` becomes a gap."""
    shown, is_translated_block = "", False
    for _line, token, value in Environment(extensions=["jinja2.ext.i18n"], autoescape=True).lex(source):
        if token == "name" and value in {"trans", "endtrans"}:
            is_translated_block = value == "trans"
        elif token == "data" and not is_translated_block:
            shown += value
        elif token in {"variable_end", "block_end"}:
            shown += "\x00" if token == "variable_end" else ""
    page = _Page()
    page.feed(shown)
    page.close()
    words = (text.replace("\x00", " ").strip() for text in page.texts)
    return [text for text in words if re.search(r"[^\W\d_]{2}", text) and not _is_no_text(text)]


_NAMES = {"Dialog", "Русский", "English", "SHA-256"}
"""Names are the same in every language, and a language is called by its own."""


def _is_no_text(text: str) -> bool:
    # Blocks that a page fills inside of a tag lie between tags here: classes ("page-wide") and data attributes.
    is_inside_of_a_tag = all(re.match(r"[a-z]+-[a-z-]+|data-[a-z-]+=|[\"']", part) for part in text.split())
    return text in _NAMES or is_inside_of_a_tag


TEMPLATES = sorted(file for package in PACKAGES for file in package.glob("templates/**/*.html"))


def test_templates_are_found() -> None:
    assert TEMPLATES


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_template_carries_no_text_of_its_own(template: Path) -> None:
    assert _literals(template.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Save</p>", ["Save"]),
        ("<p>{{ _('Save') }}</p>", []),
        ("<p>{% trans %}Save{% endtrans %}</p>", []),
        ("{% trans %}Save{% endtrans %}<a title='Сохранить'>{{ x }}</a>", ["Сохранить"]),
        ("<input placeholder='Find {{ what }}'>", ["Find"]),
        ("<script>var word = 1</script>", []),
        ("{% block body_class %}page-wide{% endblock %}<b>well-known way</b>", ["well-known way"]),
        ("<b>{# Save #}</b>{% if x %}Save{% endif %}", ["Save"]),
    ],
)
def test_literals_are_told_from_translated_texts(source: str, found: list[str]) -> None:
    assert _literals(source) == found


def test_no_text_hides_in_an_f_string() -> None:
    # Before Python 3.12 an f-string is one token, and what is called inside of it is not extracted.
    callers = {*KEYWORDS, "gettext", "_"}
    hidden = [
        f"{file.relative_to(ROOT)}:{call.lineno}"
        for file in SOURCES
        for text in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and getattr(call.func, "attr", getattr(call.func, "id", "")) in callers
        and any(isinstance(given, ast.Constant) and isinstance(given.value, str) for given in call.args)
    ]
    assert hidden == []


def _titles(tree: ast.AST) -> Iterator[tuple[int, set[str]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            keys = {key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}
            if keys & {"ru", "en"} and keys <= {"ru", "en"}:
                yield node.lineno, keys


SOURCES = sorted(
    file
    for folder in (
        ROOT / "dialog_core",
        ROOT / "admin_ui",
        *ROOT.glob("plugins/*/src"),
        *ROOT.glob("docs/examples/*/src"),
    )
    for file in folder.rglob("*.py")
)


def test_titles_of_the_contract_stand_in_both_languages() -> None:
    incomplete, count = [], 0
    for file in SOURCES:
        for line, keys in _titles(ast.parse(file.read_text("utf-8"))):
            count += 1
            if keys != {"ru", "en"}:
                incomplete.append(f"{file.relative_to(ROOT)}:{line}")
    assert count, "titles are written as {'ru': …, 'en': …}"
    assert incomplete == []
