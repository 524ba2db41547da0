# SPDX-License-Identifier: Apache-2.0
"""Hold the arrows between the rooms: the contracts in pyproject.toml, extended to every module in this checkout.

import-linter must be told the packages by name and must be able to import them; the bundled modules are not installed
in .venv (they come as wheels, like any other), so their sources are put on the path and into the contracts here.
"""

from __future__ import annotations

import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import tomlkit
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).resolve().parent.parent
MODULES = ("plugins", "docs/examples")


def module_packages(root: Path = ROOT) -> dict[str, Path]:
    """Return the packages of the bundled modules and of the examples, and the folders they are imported from."""
    found = [path for folder in MODULES for path in sorted(root.glob(f"{folder}/*/src/*/__init__.py"))]
    return {path.parent.name: path.parent.parent for path in found}


def face_contracts(root: Path = ROOT) -> list[dict[str, Any]]:
    """Return a contract for each folder of the core: others reach it through its package face.

    Common ground inside the core stays out of this: tables (`models`), which relate to one another and would import in
    a circle through the faces; who acts and what it may do (`actor`, `permissions`), which every operation begins with;
    and the hook specifications, which are the contract itself.
    """
    found = []
    for face in sorted(root.glob("dialog_core/*/__init__.py")):
        folder = face.parent
        inner = {path.stem for path in folder.glob("*.py")} | {
            path.parent.name for path in folder.glob("*/__init__.py")
        }
        inner -= {"__init__", "__main__", "actor", "models", "permissions"}
        if folder.name != "hookspecs" and inner:
            package = f"dialog_core.{folder.name}"
            found.append(
                {
                    "id": f"face-of-{folder.name}",
                    "name": f"{package} is reached through its package face",
                    "type": "protected",
                    "protected_modules": sorted(f"{package}.{name}" for name in inner),
                    "allowed_importers": [package],
                }
            )
    return found


def exists(module: str, root: Path = ROOT) -> bool:
    """Say whether a module is in this checkout; import-linter stops at names that are not."""
    path = root.joinpath(*module.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def contracts(packages: list[str], root: Path = ROOT) -> dict[str, Any]:
    """Return the import-linter configuration with each module's package in its place."""
    config: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]
    config["root_packages"] += packages
    core, _ui, front_door = config["contracts"][:3]
    core["forbidden_modules"] += packages
    front_door["allowed_importers"] = [
        name for name in front_door["allowed_importers"] if exists(name, root)
    ] + packages
    for package in packages:
        config["contracts"].append(
            {
                "id": f"{package}-through-the-front-door",
                "name": f"{package} reaches the core only through dialog_core.plugin",
                "type": "forbidden",
                "source_modules": [package],
                "forbidden_modules": ["dialog_core", "admin_ui"],
                "allow_indirect_imports": True,
                "unmatched_ignore_imports_alerting": "none",
                "ignore_imports": [f"{package} -> dialog_core.plugin", f"{package}.** -> dialog_core.plugin"],
            }
        )
    if len(packages) > 1:
        config["contracts"].append(
            {
                "id": "modules-do-not-import-each-other",
                "name": "Modules do not import each other",
                "type": "independence",
                "modules": packages,
            }
        )
    config["contracts"] += face_contracts(root)
    return config


def main() -> int:
    """Run import-linter over everything."""
    packages = module_packages()
    sys.path[:0] = [str(ROOT), *(str(folder) for folder in packages.values())]
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(tomlkit.dumps({"tool": {"importlinter": contracts(list(packages))}}))
        file.flush()
        code = lint_imports(config_filename=file.name, cache_dir=str(ROOT / ".import_linter_cache"))
    return 0 if code == EXIT_STATUS_SUCCESS else 1


if __name__ == "__main__":
    sys.exit(main())
