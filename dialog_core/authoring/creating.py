# SPDX-License-Identifier: Apache-2.0
"""Make a new module from the template: all of it or nothing."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dialog_core import __version__
from dialog_core.authoring.answers import Answers
from dialog_core.authoring.problem import AuthoringProblem
from dialog_core.authoring.template import Template, bundled_template, run_copier


def platform_series() -> str:
    """Return the running version as modules require it, `X.Y`."""
    return ".".join(__version__.split(".")[:2])


def values_for(answers: Answers, template: Template) -> dict[str, Any]:
    """Return what the template is filled with."""
    return {**asdict(answers), "platform": platform_series(), "template_version": str(template.version)}


def check_target(target: Path) -> None:
    """Let only a folder pass that does not exist yet or is empty, in a folder that exists.

    Raises:
        AuthoringProblem: it is something else.
    """
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise AuthoringProblem(f"{target} is there already and is no folder: name another path.")
    if target.is_dir() and any(target.iterdir()):
        raise AuthoringProblem(f"The folder {target} is not empty: name another path, or an empty folder.")
    if not target.absolute().parent.is_dir():
        raise AuthoringProblem(f"The folder {target.absolute().parent} does not exist: make it first.")


def create_module(answers: Answers, target: Path, template: Template | None = None) -> Path:
    """Write a new module into a folder and return the folder's path.

    Raises:
        AuthoringProblem: the folder cannot be used, or copier is missing; then nothing was written.
    """
    check_target(target)
    template = template or bundled_template()
    parent = target.absolute().parent
    try:
        scratch = Path(tempfile.mkdtemp(prefix=".dialog-module-", dir=parent))
    except OSError as error:
        raise AuthoringProblem(f"Nothing can be written in {parent}: {error.strerror}.") from error
    try:
        data = scratch / "answers.json"  # YAML reads JSON
        data.write_text(json.dumps(values_for(answers, template), ensure_ascii=False), encoding="utf-8")
        made = scratch / "module"
        arguments = ["copy", "--quiet", "--defaults", "--data-file", str(data), str(template.folder), str(made)]
        run_copier(arguments, cwd=scratch)
        made.chmod(0o755)
        made.rename(target)  # onto an empty folder, too
    except OSError as error:
        raise AuthoringProblem(f"{target} could not be written: {error.strerror}.") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return target
