# SPDX-License-Identifier: Apache-2.0
"""Rules about secrets: none in the files, and settings that hold one are kept encrypted and are declared."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator

from dialog_core.modules.quality.codes import Flaw
from dialog_core.modules.quality.files import ModuleFiles, PythonFile, line_with
from dialog_core.modules.quality.names import literal, origin

MOST_TOLD = 5
SHAPES = {
    "a private key": (("PRIVATE KEY",), re.compile(r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----")),
    "a token of a Telegram bot": ((":AA",), re.compile(r"(?<![\w-])\d{8,10}:AA[\w-]{33}(?![\w-])")),
    "a token of GitHub or GitLab": (
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "glpat-"),
        re.compile(r"(?<!\w)(?:gh[pousr]_\w{36}|glpat-[\w-]{20})"),
    ),
    "a key of AWS": (("AKIA",), re.compile(r"(?<!\w)AKIA[0-9A-Z]{16}(?!\w)")),
    "a token of Slack": (("xox",), re.compile(r"(?<!\w)xox[abpr]-[\w-]{10}")),
    "a key of Stripe": (("k_live_",), re.compile(r"(?<!\w)[rs]k_live_\w{16}")),
    "an address with a password": (
        ("://",),
        re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@'\"{}%<>]{1,100}:[^\s/@'\"{}%<>]{3,100}@"),
    ),
}
"""What secrets look like: parts that one has in any case, which are quickly looked for, and the whole."""
TEXT_FILES = (".py", ".toml", ".json", ".yaml", ".yml", ".ini", ".cfg", ".txt", ".md", ".html", ".js", ".css", ".po")
NAME = re.compile(r"(?:^|_)(?:password|passwd|secret|token|api_?key|private_key|credentials?)$", re.IGNORECASE)
VALUE = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9+/=_.~-]{12,}")
SETTING = re.compile(r"(?:^|_)(?:password|passwd|secret|token|key|credentials?)$")
PUBLIC = re.compile(r"(?:^|_)public_key$")
KINDS = {"String", "Str", "Raw", "Field", "UUID"}
ADVICE = "take it out, make it invalid where it counts, and let administrators enter theirs in the settings"


def secrets_in_files(module: ModuleFiles) -> Iterator[Flaw]:
    """Find what looks like a secret in the files."""
    for path in sorted(module.files):
        if path.endswith(TEXT_FILES):
            text = module.text(path)
            for what, start in _shapes(text):
                line = text.count("\n", 0, start) + 1
                yield Flaw("secret-in-file", module.shown(path), line, f"this is {what}", ADVICE)
    for file in module.readable.values():
        for node in file.nodes:
            for name, value in _named(node):
                if NAME.search(name) and VALUE.fullmatch(value) and not any(_shapes(value)):
                    what = f"{name} is given a value that looks like a real one"
                    yield Flaw("secret-in-file", module.shown(file.path), getattr(node, "lineno", 1), what, ADVICE)


def _shapes(text: str) -> Iterator[tuple[str, int]]:
    """Yield what looks like a secret, and where it begins."""
    for what, (parts, shape) in SHAPES.items():
        if any(part in text for part in parts):
            for found in itertools.islice(shape.finditer(text), MOST_TOLD):
                yield what, found.start()


def _named(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield name and text of what is given a constant text here."""
    pairs: list[tuple[str, ast.expr | None]] = []
    if isinstance(node, ast.Assign):
        pairs = [(ast.unparse(target).rpartition(".")[2], node.value) for target in node.targets]
    elif isinstance(node, ast.AnnAssign):
        pairs = [(ast.unparse(node.target).rpartition(".")[2], node.value)]
    elif isinstance(node, ast.keyword):
        pairs = [(node.arg or "", node.value)]
    elif isinstance(node, ast.Dict):
        pairs = [(literal(key) or "", value) for key, value in zip(node.keys, node.values, strict=True)]
    yield from ((name, text) for name, value in pairs if (text := literal(value)) is not None)


def secret_settings(module: ModuleFiles) -> Iterator[Flaw]:
    """Find settings that hold a secret and are not kept like one, and those that the manifest does not name."""
    secret: dict[str, tuple[str, int]] = {}
    fields: set[str] = set()
    for file in module.code:
        path = file.path
        for name, call, line in _fields(file):
            fields.add(name)
            if _said_of_secrecy(call) is True:
                secret[name] = (path, line)
            elif _looks_secret(name, call):
                what = f"the setting {name} is named like a secret and is stored readable"
                advice = (
                    'write metadata={"secret": True, …} and list it in capabilities.secrets, or give it another name'
                )
                if name.endswith("key"):
                    advice += ', or say "secret": False of a key that is none'
                yield Flaw("secret-setting", module.shown(path), line, what, advice)
    if module.manifest is None:
        return
    declared, toml = set(module.manifest.capabilities.secrets), f"{module.package}/module.toml"
    for name in sorted(secret.keys() - declared):
        path, line = secret[name]
        what, advice = f"module.toml does not list the secret setting {name}", f'add "{name}" to capabilities.secrets'
        yield Flaw("secret-undeclared", module.shown(path), line, what, advice)
    for name in sorted((declared & fields) - secret.keys()):
        line, what = line_with(module.text(toml), f'"{name}"'), f"the setting {name} is listed as a secret and is none"
        advice = f'write "secret": True into the metadata of {name}, or take it out of the list'
        yield Flaw("secret-undeclared", module.shown(toml), line, what, advice)


def _fields(file: PythonFile) -> Iterator[tuple[str, ast.Call, int]]:
    """Yield the fields of marshmallow schemas."""
    for owner in file.nodes:
        if isinstance(owner, ast.ClassDef) and any(ast.unparse(base).endswith("Schema") for base in owner.bases):
            for node in owner.body:
                target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
                value = getattr(node, "value", None)
                is_field = isinstance(value, ast.Call) and "fields." in origin(value.func, file.names)
                if isinstance(target, ast.Name) and isinstance(value, ast.Call) and is_field:
                    yield target.id, value, node.lineno


def _said_of_secrecy(call: ast.Call) -> object:
    """Return what the metadata of a field says under `secret`; None when it says nothing."""
    for keyword in call.keywords:
        if keyword.arg == "metadata" and isinstance(keyword.value, ast.Dict):
            for key, value in zip(keyword.value.keys, keyword.value.values, strict=True):
                if literal(key) == "secret" and isinstance(value, ast.Constant):
                    return value.value
    return None


def _looks_secret(name: str, call: ast.Call) -> bool:
    """Tell whether a text is named like a secret; a key may be one to look things up by, which its author then says."""
    is_text = ast.unparse(call.func).rpartition(".")[2] in KINDS
    is_harmless_key = name.endswith("key") and _said_of_secrecy(call) is False
    return is_text and bool(SETTING.search(name)) and not PUBLIC.search(name) and not is_harmless_key
