# SPDX-License-Identifier: Apache-2.0
"""Rules about languages: the Russian catalogue is complete, certain and has the same places for values."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from typing import Any

from dialog_core.modules.quality.codes import Flaw
from dialog_core.modules.quality.files import MAX_PARSED, ModuleFiles
from dialog_core.modules.quality.names import literal
from dialog_core.modules.quality.texts import texts
from dialog_core.modules.wheels.manifest import LANGUAGES

SOURCE_LANGUAGE = "en"
PLACE = re.compile(r"%(?:\((\w+)\))?[-+ #0]*\d*(?:\.\d+)?([a-zA-Z%])")
CYRILLIC = re.compile(r"[А-Яа-яЁё]")
COLLECT = "bring it into the catalogue and translate it"


def translations(module: ModuleFiles) -> Iterator[Flaw]:
    """Find texts that a reader would see in the wrong language, or with places that are not filled."""
    catalogues = _catalogues(module)
    known: set[tuple[str, str | None]] = set()
    for path in catalogues:
        catalogue, flaw = _read(module, path)
        if flaw is not None:
            yield flaw
            return
        if f"/{'ru'}/" in path:
            known = {(_ids(message)[0], message.context) for message in catalogue if message.id}
        for message in catalogue:
            if message.id:
                yield from _message(module, path, message)
        compiled = path.removesuffix(".po") + ".mo"
        if module.is_built and compiled not in module.files:
            what = "the wheel has this catalogue without its compiled form, so that nobody sees the translations"
            yield Flaw(
                "translation-file",
                module.shown(path),
                1,
                what,
                "build with `dialog module build`; let *.mo be artifacts of the wheel",
            )
    yield from _missing(module, known)


def _catalogues(module: ModuleFiles) -> list[str]:
    folder = f"{module.package}/translations/"
    return sorted(path for path in module.files if path.startswith(folder) and path.endswith(".po"))


def _read(module: ModuleFiles, path: str) -> tuple[Any, Flaw | None]:
    from babel.messages.pofile import PoFileError, read_po  # only modules with translations need it

    content = module.files[path]
    try:
        if len(content) > MAX_PARSED:
            raise ValueError(f"it is larger than {MAX_PARSED // 1024} KiB")
        return read_po(io.BytesIO(content), abort_invalid=True), None
    except (PoFileError, ValueError, LookupError, IndexError) as error:
        return None, Flaw("translation-file", module.shown(path), 1, f"it cannot be read: {error}", "correct the file")


def _ids(message: Any) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (message.id,)


def _message(module: ModuleFiles, path: str, message: Any) -> Iterator[Flaw]:
    file, line, name = module.shown(path), message.lineno or 1, f"“{_ids(message)[0][:60]}”"
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    if message.fuzzy:
        yield Flaw(
            "translation-fuzzy",
            file,
            line,
            f"{name} is marked as fuzzy and not shown",
            "check it and take the mark away",
        )
    if not all(strings):
        yield Flaw(
            "translation-empty", file, line, f"{name} has no translation", "translate it, each plural form of it"
        )
        return
    wanted = set().union(*map(_places, _ids(message)))
    for string in strings:
        if _places(string) != wanted and not (len(strings) > 1 and _places(string) < wanted):
            told = ", ".join(sorted(wanted)) or "none"
            has = ", ".join(sorted(_places(string))) or "none"
            what = f"the translation of {name} has other places than its text: {has}"
            yield Flaw("translation-places", file, line, what, f"give it the same ones: {told}")


def _places(text: str) -> set[str]:
    return {f"%({name}){kind}" if name else f"%{kind}" for name, kind in PLACE.findall(text) if kind != "%"}


def _missing(module: ModuleFiles, known: set[tuple[str, str | None]]) -> Iterator[Flaw]:
    for text in texts(module):
        if (text.id, text.context) not in known:
            what = f"“{text.id[:60]}” is not in the Russian catalogue"
            place = f"translations/ru/LC_MESSAGES/messages.po of {module.package}"
            yield Flaw("translation-missing", module.shown(text.path), text.line, what, f"{COLLECT}: {place}")


def titles(module: ModuleFiles) -> Iterator[Flaw]:
    """Find titles in the code that lack a language."""
    for file in module.code:
        for node in file.nodes:
            if isinstance(node, ast.Dict) and node.keys:
                yield from _title(module, file.path, node)


def _title(module: ModuleFiles, path: str, node: ast.Dict) -> Iterator[Flaw]:
    keys = [literal(key) if key is not None else None for key in node.keys]
    if not set(keys) <= set(LANGUAGES):
        return
    for language in LANGUAGES:
        value = node.values[keys.index(language)] if language in keys else None
        if value is None or (isinstance(value, ast.Constant) and not str(value.value or "").strip()):
            what = f"this title has no text in “{language}”"
            yield Flaw("title-language", module.shown(path), node.lineno, what, f"write one, with the key “{language}”")
