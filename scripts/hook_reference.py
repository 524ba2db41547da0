# SPDX-License-Identifier: Apache-2.0
"""Write docs/hooks.md from the hook specifications; `--check` only says whether it is as the code has it.

Examples are cut from the bundled modules, the staff UI and our built-in modules: the first that implements the hook.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dialog_core.hookspecs import SPECIFICATIONS, HookTerms, terms_of  # noqa: E402 - the checkout is put on the path first

PAGE = ROOT / "docs" / "hooks.md"
PARTS = ("Called:", "Process:", "Transaction:", "Return:", "On error:")
SOURCES = ("plugins/*/src/*/*.py", "dialog_core/builtin/*.py", "admin_ui/*.py")
TEMPLATE = "plugin_template/template/src/*/hooks.py.jinja"
EXAMPLES = "docs/examples/*/src/*/hooks.py"
KINDS = {
    "collect": "every implementation contributes; a failing one is skipped and recorded",
    "first": "the first answer that is not None counts; a failing implementation is passed over and recorded",
    "notify": "after the commit, from the stream of events, at least once and in order; a failure is retried",
    "transform": "each implementation gets what the one before it left; a failing one changes nothing",
    "veto": "one `Refusal` is enough",
}
INTRODUCTION = """# Hooks

<!-- Made by scripts/hook_reference.py from the specifications in dialog_core/hookspecs; do not edit by hand. -->

A module answers to the platform by functions of these names, marked with `hookimpl` from `dialog_core.plugin`, and
lists them in its `module.toml` ([how a module is made](modules.md)). It takes only the arguments that it needs, by
name. Everything that hooks get and return comes from `dialog_core.plugin` too.

Each hook has a *kind*, which says what its answers mean and what a failure costs, and a *budget* per call: an
implementation that takes longer is recorded as an incident of its module, and one that does not come back is
interrupted.
"""


def hooks() -> Iterator[tuple[str, list[tuple[str, Callable[..., Any]]]]]:
    """Give the subject of each specification file and its hooks, in the order of the files."""
    for module in SPECIFICATIONS:
        found = [(name, value) for name, value in vars(module).items() if hasattr(value, "dialog_terms")]
        title = (inspect.getdoc(module) or "").partition("\n")[0]
        yield title.rstrip("."), sorted(found, key=lambda pair: inspect.getsourcelines(pair[1])[1])


def signature(name: str, function: Callable[..., Any]) -> str:
    """Return a hook's signature as its section shows it."""
    shown = str(inspect.signature(function)).replace("'", "")
    return f"{name}{shown}"


def parts(function: Callable[..., Any]) -> dict[str, str]:
    """Return what a docstring says of a hook: its first line and what stands before the first part under the empty key.

    Raises:
        ValueError: a part that every hook must state is missing.
    """
    text = inspect.getdoc(function) or ""
    found: dict[str, str] = {}
    marks = [(text.find(part), part) for part in PARTS]
    missing = [part for at, part in marks if at < 0]
    if missing:
        raise ValueError(f"the docstring of {function.__name__} does not say {', '.join(missing)}")
    marks.sort()
    found[""] = text[: marks[0][0]].strip()
    for (at, part), (end, _) in zip(marks, [*marks[1:], (len(text), "")], strict=True):
        found[part] = re.sub(r"\s+", " ", text[at + len(part) : end]).strip()
    return found


def section(name: str, function: Callable[..., Any]) -> str:
    """Return the section of a hook."""
    terms, said = terms_of(function), parts(function)
    lines = [f"### {name}", "", "```python", signature(name, function), "```", ""]
    lines += _deprecations(terms)
    lines += [said[""], ""]
    lines.append(f"- **Kind:** {terms.kind.value}: {_kind(terms)}.")
    lines += [f"- **{part.rstrip(':')}:** {said[part]}" for part in PARTS]
    lines.append(
        f"- **Budget:** {terms.budget:g} s, interrupted after {terms.hard_limit:g} s. **Since:** {terms.since}."
    )
    example = _example(name)
    if example is not None:
        place, code = example
        lines += ["", f"From `{place}`:", "", "```python", code, "```"]
    seen = list(_to_learn_from(name))
    if seen:
        lines += ["", f"To learn from: {', '.join(seen)}."]
    return "\n".join(lines) + "\n"


def page() -> str:
    """Return the whole reference."""
    found = [INTRODUCTION]
    for title, listed in hooks():
        found.append(f"## {title}\n")
        found += [section(name, function) for name, function in listed]
    return "\n".join(found)


def _kind(terms: HookTerms) -> str:
    means = KINDS[terms.kind.value]
    if terms.kind.value != "veto":
        return means
    return (
        f"{means}; {'a module that fails refuses' if terms.fails_closed else 'a failure is passed over and recorded'}"
    )


def _deprecations(terms: HookTerms) -> list[str]:
    going = [("This hook", terms.deprecation)] if terms.deprecation is not None else []
    going += [(f"The argument `{name}`", one) for name, one in sorted(terms.deprecated_arguments.items())]
    lines = [
        f"> **Deprecated.** {what} is outdated since {one.deprecated_in} and gone in {one.removed_in}. {one.instead}"
        for what, one in going
    ]
    return [*lines, ""] if lines else []


def _to_learn_from(name: str) -> Iterator[str]:
    """Give links to the modules written for authors that answer to a hook: the template's and the examples."""
    marked = re.compile(rf"^@hookimpl(\(.*\))?\ndef {name}\(", re.MULTILINE)
    if any(marked.search(path.read_text()) for path in ROOT.glob(TEMPLATE)):
        yield "what `dialog module new` makes"
    for path in sorted(ROOT.glob(EXAMPLES)):
        if marked.search(path.read_text()):
            example = path.relative_to(ROOT / "docs")
            yield f"[{example.parts[1]}]({example})"


def _example(name: str) -> tuple[str, str] | None:
    """Return where a real implementation of a hook stands, and its code."""
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            text = path.read_text()
            if "@hookimpl" not in text:
                continue
            for node in ast.parse(text).body:
                marked = isinstance(node, ast.FunctionDef) and any(
                    isinstance(mark, ast.Name) and mark.id == "hookimpl" for mark in node.decorator_list
                )
                if marked and isinstance(node, ast.FunctionDef) and node.name == name:
                    code = "\n".join(text.splitlines()[node.lineno - 2 : node.end_lineno])
                    return str(path.relative_to(ROOT)), textwrap.dedent(code)
    return None


if __name__ == "__main__":
    wanted = page()
    if "--check" not in sys.argv:
        PAGE.write_text(wanted)
    elif not PAGE.exists() or PAGE.read_text() != wanted:
        sys.exit(f"{PAGE.name} is not what the specifications say: run scripts/hook_reference.py")
