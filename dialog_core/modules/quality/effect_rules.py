# SPDX-License-Identifier: Apache-2.0
"""The rule that importing a module only defines things.

What is seen here are calls that stand at the top of a file, in its conditions and in its classes. The trial of the
platform watches a real import as well; this rule names the line.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from dialog_core.modules.quality.codes import Flaw
from dialog_core.modules.quality.files import ModuleFiles
from dialog_core.modules.quality.names import dotted, origin

EFFECTS = {
    "reads or writes a file": ("open", "io.open", "os.open", "os.mkdir", "os.makedirs", "shutil.*", "tempfile.*",
                               "sqlite3.connect"),
    "uses the network": ("socket.*", "ssl.create*", "urllib.request.*", "http.client.*", "httpx.Client", "httpx.Async*",
                         "httpx.get", "httpx.post", "requests.*", "smtplib.*", "dialog_core.plugin.http_client"),
    "starts a program": ("subprocess.*", "os.system", "os.popen", "os.fork", "os.spawn*", "os.exec*", "os.posix_spawn*",
                         "multiprocessing.*"),
    "starts a thread": ("threading.Thread", "threading.Timer", "concurrent.futures.*", "_thread.*", "asyncio.run"),
    "changes the environment": ("os.putenv", "os.unsetenv", "os.environ.update", "os.environ.setdefault",
                                "os.environ.pop", "os.environ.clear", "os.chdir", "os.umask"),
    "changes how the process works": ("signal.*", "atexit.*", "sys.path.*", "sys.meta_path.*", "sys.set*", "gc.*",
                                      "sys.addaudithook", "logging.basicConfig", "logging.disable",
                                      "warnings.filterwarnings", "warnings.simplefilter", "locale.setlocale"),
    "waits": ("time.sleep",),
    "uses the database": ("dialog_core.plugin.read", "dialog_core.plugin.write"),
}  # fmt: skip
"""What calls do, by the names of the functions; `*` stands for any end."""
METHODS = {
    "read_text": "reads or writes a file",
    "read_bytes": "reads or writes a file",
    "write_text": "reads or writes a file",
    "write_bytes": "reads or writes a file",
    "mkdir": "reads or writes a file",
    "unlink": "reads or writes a file",
}
"""Methods that are told by their name alone: what they belong to is not known without running the code."""
ADVICE = "do it in the function that needs it, when that is called"


def import_effects(module: ModuleFiles) -> Iterator[Flaw]:
    """Find what happens when a file is imported."""
    for file in module.code:
        names = {name: whole for name, whole in file.names.items() if not whole.startswith(module.package)}
        for node in _run_at_import(file.tree.body):
            what = _effect(node, names)
            if what:
                yield Flaw("import-effect", module.shown(file.path), node.lineno, f"at import it {what}", ADVICE)


def _run_at_import(body: list[ast.stmt]) -> Iterator[ast.stmt | ast.expr]:
    """Yield calls and assignments that run at import: not those inside of functions."""
    waiting: list[ast.AST] = [*body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            waiting += [*getattr(node, "decorator_list", []), *node.args.defaults, *filter(None, node.args.kw_defaults)]
            continue
        if isinstance(node, ast.If) and _is_script_part(node.test):
            waiting += node.orelse
            continue
        if isinstance(node, (ast.Call, ast.Assign, ast.AugAssign, ast.Delete)):
            yield node
        waiting += ast.iter_child_nodes(node)


def _is_script_part(test: ast.expr) -> bool:
    text = ast.unparse(test)
    return "__name__" in text or text.endswith("TYPE_CHECKING")


def _effect(node: ast.AST, names: dict[str, str]) -> str:
    """Return what a node does beyond defining, empty when it does nothing of the kind."""
    if isinstance(node, ast.Call):
        return _call(node, names)
    targets = node.targets if isinstance(node, (ast.Assign, ast.Delete)) else [getattr(node, "target", None)]
    for target in targets:
        place = target.value if isinstance(target, ast.Subscript) else target
        changed = origin(place, names) if isinstance(place, ast.expr) else ""
        if isinstance(target, ast.Subscript) and changed in {"os.environ", "sys.modules"}:
            return f"changes {changed}"
        if isinstance(target, ast.Attribute) and dotted(target).partition(".")[0] in names:
            return f"replaces {changed}, which others use too"
    return ""


def _call(node: ast.Call, names: dict[str, str]) -> str:
    name = origin(node.func, names)
    if name == "setattr" and node.args and dotted(node.args[0]).partition(".")[0] in names:
        return f"replaces a part of {origin(node.args[0], names)}, which others use too"
    for effect, calls in EFFECTS.items():
        if any(name == call or (call.endswith("*") and name.startswith(call[:-1])) for call in calls):
            return effect
    return METHODS.get(node.func.attr, "") if isinstance(node.func, ast.Attribute) else ""
