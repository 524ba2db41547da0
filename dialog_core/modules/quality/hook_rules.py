# SPDX-License-Identifier: Apache-2.0
"""Rules about hooks: those in the code exist, are marked and reached, take what they are given, and are declared."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass

from dialog_core.hookspecs import HookKind
from dialog_core.modules.calls.contract import hook_terms, specifications, transformed_argument
from dialog_core.modules.quality.codes import Flaw
from dialog_core.modules.quality.files import ModuleFiles, line_with
from dialog_core.modules.quality.names import is_hook_mark, literal

Function = ast.FunctionDef | ast.AsyncFunctionDef
REFERENCE = "docs/hooks.md lists them all"


@dataclass(frozen=True, slots=True)
class Hook:
    """A function that is marked as a hook: `name` is that of the hook, `marker` its decorator."""

    name: str
    path: str
    function: Function
    marker: ast.expr


def hooks(module: ModuleFiles) -> Iterator[Flaw]:
    """Find hooks that the platform would not call, or not as they expect."""
    found = list(_marked(module))
    for hook in found:
        yield from _judge(module, hook)
    yield from _unmarked(module)
    yield from _unreached(module, found)
    if module.manifest is not None:
        yield from _declared(module, found, set(module.manifest.hooks))


def _marked(module: ModuleFiles) -> Iterator[Hook]:
    for file in module.code:
        for node in file.nodes:
            if isinstance(node, Function):
                marker = next((each for each in node.decorator_list if is_hook_mark(each, file.names)), None)
                if marker is not None:
                    yield Hook(_option(marker, "specname") or node.name, file.path, node, marker)


def _option(marker: ast.expr, name: str) -> str:
    keywords = marker.keywords if isinstance(marker, ast.Call) else []
    return next((literal(each.value) or "" for each in keywords if each.arg == name), "")


def _judge(module: ModuleFiles, hook: Hook) -> Iterator[Flaw]:
    file, line = module.shown(hook.path), hook.function.lineno
    if hook.name not in specifications():
        what = f"there is no hook {hook.name}"
        yield Flaw("hook-unknown", file, line, what, f"correct its name or take the mark away: {REFERENCE}")
        return
    if isinstance(hook.marker, ast.Call) and any(
        each.arg in {"wrapper", "hookwrapper"} and getattr(each.value, "value", True) for each in hook.marker.keywords
    ):
        advice = "answer the hook yourself; what others answer is theirs"
        yield Flaw("hook-wrapper", file, line, f"{hook.name} is a wrapper, which modules may not be", advice)
    yield from _arguments(file, hook)
    yield from _deprecated(file, hook)


def _arguments(file: str, hook: Hook) -> Iterator[Flaw]:
    line, given = hook.function.lineno, list(inspect.signature(specifications()[hook.name]).parameters)
    taken, defaults = _taken(hook.function)
    offered = ", ".join(given) or "no arguments"
    for name in taken:
        if name not in given or name in defaults:
            how = "has a default and is therefore never given" if name in given else "is not given to it"
            what = f"{hook.name} takes the argument {name}, which {how}"
            yield Flaw("hook-argument", file, line, what, f"it can take {offered}, without defaults")
    if hook_terms(hook.name).kind is HookKind.TRANSFORM and transformed_argument(hook.name) not in taken:
        handed = transformed_argument(hook.name)
        what = f"{hook.name} does not take {handed}, which it hands on"
        yield Flaw("hook-argument-missing", file, line, what, f"take {handed} and return it, changed or as it was")


def _taken(function: Function) -> tuple[list[str], set[str]]:
    """Return the names of the arguments, a method's first one left out, and those that have a default."""
    found = function.args
    positional = [each.arg for each in (*found.posonlyargs, *found.args)]
    defaults = set(positional[len(positional) - len(found.defaults) :] if found.defaults else [])
    keyword = [each.arg for each in found.kwonlyargs]
    defaults |= {name for name, value in zip(keyword, found.kw_defaults, strict=True) if value is not None}
    variable = [f"*{each.arg}" for each in (found.vararg, found.kwarg) if each is not None]
    own = positional[1:] if positional[:1] in (["self"], ["cls"]) else positional
    return [*own, *keyword, *variable], defaults


def _deprecated(file: str, hook: Hook) -> Iterator[Flaw]:
    terms = hook_terms(hook.name)
    going = {hook.name: terms.deprecation} if terms.deprecation else {}
    going |= {f"{hook.name}({name})": terms.deprecated_arguments[name]
              for name in _taken(hook.function)[0] if name in terms.deprecated_arguments}  # fmt: skip
    for name, deprecation in going.items():
        what = f"{name} is outdated since {deprecation.deprecated_in} and gone in {deprecation.removed_in}"
        yield Flaw("hook-deprecated", file, hook.function.lineno, what, deprecation.instead)


def _unmarked(module: ModuleFiles) -> Iterator[Flaw]:
    """Find functions of the entry point's file that are named like a hook and have no mark."""
    file = module.readable.get(module.entry_path())
    if file is None:
        return
    functions = [node for node in file.tree.body if isinstance(node, Function)]
    for node in functions:
        is_marked = any(is_hook_mark(each, file.names) for each in node.decorator_list)
        if node.name in specifications() and not is_marked:
            what = f"{node.name} has the name of a hook and is not marked: it is never called"
            advice = "write @hookimpl above it, or give it another name"
            yield Flaw("hook-unmarked", module.shown(file.path), node.lineno, what, advice)


def _unreached(module: ModuleFiles, found: list[Hook]) -> Iterator[Flaw]:
    entry = module.entry_path()
    if not entry or ":" in module.metadata.entry_point:  # an object may come from anywhere
        return
    reached = module.readable[entry].names if entry in module.readable else {}
    for hook in found:
        if hook.path != entry and hook.function.name not in reached:
            what = f"the entry point leads to {module.shown(entry)}, where this hook is not"
            advice = "move it there, or import it there"
            yield Flaw("hook-unreached", module.shown(hook.path), hook.function.lineno, what, advice)


def _declared(module: ModuleFiles, found: list[Hook], declared: set[str]) -> Iterator[Flaw]:
    for hook in found:
        if hook.name in specifications() and hook.name not in declared:
            what = f"module.toml does not list the hook {hook.name}"
            advice = f'add "{hook.name}" to hooks in module.toml'
            yield Flaw("hook-undeclared", module.shown(hook.path), hook.function.lineno, what, advice)
    toml = f"{module.package}/module.toml"
    for name in sorted(declared - {hook.name for hook in found}):
        line = line_with(module.text(toml), f'"{name}"')
        what = f"the code has no hook {name}"
        yield Flaw("hook-absent", module.shown(toml), line, what, f'take "{name}" out of hooks, or implement it')
