# SPDX-License-Identifier: Apache-2.0
"""Brings the texts of the code into the translation files: what `make messages` does and what the tests compare with.

English needs no file: a message's id is its English text. A package takes part when it has a folder `translations`.
"""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]
KEYWORDS = DEFAULT_KEYWORDS | parse_keywords(
    (
        # lazy forms of Flask-Babel
        "lazy_gettext",
        "_l:1",
        "lazy_pgettext:1c,2",
        # errors for people: the class takes the message
        "DialogError:1",
        "NotFound:1",
        "NotAllowedNow:1",
        "WrongValue:2",
        "TooLarge:1",
        "SetupProblem:1",
        "_wrong:1",
        # words for people outside of a request, and texts that are translated where they are shown
        "say:2",
        "word:1",
        "mark:1",
        "Refusal:1",
        "Term:1",
        "Text:1",
        "hint:1",
    )
)


def packages() -> list[Path]:
    """Return the packages whose texts are translated."""
    modules = (*ROOT.glob("plugins/*/src/*"), *ROOT.glob("docs/examples/*/src/*"))
    candidates = [ROOT / "dialog_core", ROOT / "admin_ui", *modules]
    return sorted(folder for folder in candidates if (folder / "translations").is_dir())


def translation_file(package: Path, language: str = "ru") -> Path:
    """Return the file that people edit."""
    return package / "translations" / language / "LC_MESSAGES" / "messages.po"


def extract(package: Path) -> Catalog:
    """Return the texts that the code and the templates of a package have now."""
    catalog = Catalog(project="dialog-platform")
    options = {method: {"encoding": "utf-8", "silent": "false"} for method in ("**/templates/**.html", "**.py")}
    found = extract_from_dir(package, METHODS, options, KEYWORDS)
    for file, line, message, _comments, context in found:
        catalog.add(message, locations=[(file, line)], context=context)
    return catalog


def read(file: Path) -> Catalog:
    """Return a translation file."""
    with file.open("rb") as stream:
        return read_po(stream)


def update(package: Path, language: str = "ru") -> list[str]:
    """Bring the texts of a package into its translation file; return those that wait for a translator."""
    file = translation_file(package, language)
    catalog = read(file)
    catalog.update(extract(package), no_fuzzy_matching=True, update_creation_date=False)
    with file.open("wb") as stream:
        write_po(stream, catalog, width=120, no_location=True, sort_output=True, ignore_obsolete=True)
    return [str(message.id) for message in catalog if message.id and not is_translated(message.string)]


def is_translated(string: str | tuple[str, ...] | list[str] | None) -> bool:
    """Tell whether a translation is there, all plural forms of it."""
    return bool(string) if isinstance(string, str) else bool(string and all(string))


if __name__ == "__main__":
    for package in packages():
        waiting = update(package)
        print(f"{translation_file(package).relative_to(ROOT)}: {len(waiting)} to translate")
        for text in waiting:
            print(f"  {text}")
