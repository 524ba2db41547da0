# SPDX-License-Identifier: Apache-2.0
"""Keep the versions of plugin_template/ apart, so that a module can be updated from the one it was made with.

    module_template.py check      say what is wrong (the tests do)
    module_template.py archive    keep the present version: once the platform that brought it is released
    module_template.py raise      begin the next version: before the first change after that

VERSION holds the number of the version and the version of the platform that brings it first.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dialog_core.authoring import Template  # noqa: E402 - found beside this folder

HERE = Path(__file__).name


def platform_version(root: Path = ROOT) -> str:
    """Return the version of the platform in this checkout."""
    return str(tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"])


def problems(template: Template, platform: str) -> list[str]:
    """Return one line for each thing that is wrong."""
    version = template.version
    found = [
        f"plugin_template/earlier/{each}.zip is missing: bring it back from the history"
        for each in range(1, version)
        if not template.archive_of(each).is_file()
    ]
    archive = template.archive_of(version)
    if archive.is_file():
        if archive.read_bytes() != template.pack():
            found.append(
                f"plugin_template was changed since its version {version} was released: run scripts/{HERE} raise"
            )
    elif template.since != platform:
        found.append(f"version {version} of plugin_template came with {template.since}: run scripts/{HERE} archive")
    return found


def archive(template: Template) -> Path:
    """Keep the present version as it is."""
    path = template.archive_of(template.version)
    if path.exists():
        raise SystemExit(f"{path.name} is kept already; run scripts/{HERE} raise before you change the template")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(template.pack())
    return path


def begin_next(template: Template, platform: str) -> int:
    """Begin the next version; the present one must be kept."""
    if not template.archive_of(template.version).is_file():
        raise SystemExit(f"version {template.version} is not kept yet: run scripts/{HERE} archive")
    number = template.version + 1
    (template.folder / "VERSION").write_text(f"{number} {platform}\n")
    return number


def main(arguments: list[str]) -> int:
    """Do what the first argument says."""
    template, platform = Template(ROOT / "plugin_template"), platform_version()
    if arguments == ["archive"]:
        print(f"{archive(template).relative_to(ROOT)} is written")
    elif arguments == ["raise"]:
        print(f"plugin_template is version {begin_next(template, platform)} now")
    elif arguments == ["check"]:
        found = problems(template, platform)
        print("\n".join(found), end="\n" if found else "")
        return 1 if found else 0
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
