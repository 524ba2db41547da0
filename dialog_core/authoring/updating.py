# SPDX-License-Identifier: Apache-2.0
"""Bring the changes of the template into a module: a three-way merge with the version that it was made with.

Copier does it, with a scratch git repository that holds the two versions of the template as its tags.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dialog_core.authoring.creating import platform_series
from dialog_core.authoring.problem import AuthoringProblem
from dialog_core.authoring.template import ADDRESS, ANSWERS_FILE, PARTS, Template, bundled_template, run_copier

_MADE_WITH = re.compile(r"^_commit: *['\"]?([0-9]{1,6})['\"]? *$", re.MULTILINE)
_MARKER = re.compile(rb"^(<<<<<<< before updating|>>>>>>> after updating)$", re.MULTILINE)
# Where git looks when it runs for somebody else, as in a hook.
_FOREIGN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")
_QUIET = ("-c", "commit.gpgsign=false", "-c", f"core.hooksPath={os.devnull}", "-c", "core.autocrlf=false")
_SOMEBODY = {
    "GIT_AUTHOR_NAME": "dialog", "GIT_AUTHOR_EMAIL": "dialog@localhost",
    "GIT_COMMITTER_NAME": "dialog", "GIT_COMMITTER_EMAIL": "dialog@localhost",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Updated:
    """What an update did; paths are relative to the module's folder.

    Attributes:
        before, after: versions of the template; equal when there was nothing to do.
        changed: files that differ now from what is committed, those with conflicts included.
        conflicts: files in which both sides changed the same lines; both stand there, between markers.
    """

    before: int
    after: int
    changed: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


def update_module(root: Path, template: Template | None = None) -> Updated:
    """Merge what the template has changed since the module was made into the module's folder, which git must hold.

    Nothing is committed. When it fails in the middle, everything is as before.

    Raises:
        AuthoringProblem: the folder is no module of the template, its version of the template is unknown here, git
            or copier is missing, or changes are not committed.
    """
    template = template or bundled_template()
    before, after = _version_of(root), template.version
    if before > after or not template.knows(before):
        raise AuthoringProblem(
            f"{root} was made with version {before} of the template, which this platform (version {after}) does not"
            " know: update it with the platform that it was made with, or a newer one."
        )
    if before == after:
        return Updated(before, after)
    _check_git(root)
    with tempfile.TemporaryDirectory(prefix="dialog-template-") as folder:
        scratch = Path(folder)
        repository = _repository(scratch / "template", template, before)
        env = _clean_environment() | {
            "COPIER_CACHE_DIR": str(scratch / "cache"),
            **_instead_of(repository),
        }
        options = ["--quiet", "--defaults", "--conflict", "inline", "--vcs-ref", str(after)]
        options += ["--data", f"platform={platform_series()}", "--data", f"template_version={after}"]
        try:
            run_copier(["update", *options, str(root.resolve())], cwd=scratch, env=env)
        except BaseException:
            _take_back(root)
            raise
    changed = _changed(root)
    return Updated(before, after, changed, tuple(name for name in changed if _has_markers(root / name)))


def _version_of(root: Path) -> int:
    try:
        text = (root / ANSWERS_FILE).read_text(encoding="utf-8")
    except OSError as error:
        raise AuthoringProblem(
            f"{root / ANSWERS_FILE} cannot be read: only a module made by `dialog module new` can be updated."
        ) from error
    found = _MADE_WITH.search(text)
    if found is None or ADDRESS not in text:
        raise AuthoringProblem(
            f"{root / ANSWERS_FILE} does not say which version of the template the module was made with: bring the"
            " file back from the history of the module."
        )
    return int(found.group(1))


def _check_git(root: Path) -> None:
    if shutil.which("git") is None:
        raise AuthoringProblem("git is not installed here: an update is a merge, and git makes it.")
    if _git(root, "rev-parse", "--show-toplevel").returncode:
        raise AuthoringProblem(
            f"{root} is in no git repository that can be used: git init, git add --all, git commit; then update."
        )
    status = _git(root, "status", "--porcelain", "--", ".")
    if status.returncode or status.stdout.strip():
        raise AuthoringProblem(f"{root} has changes that are not committed: git commit or git stash them, then update.")


def _repository(folder: Path, template: Template, before: int) -> Path:
    """Make a git repository in which the versions of the template are tags."""
    folder.mkdir()
    _must(folder, "init", "--quiet")
    for version in (before, template.version):
        for part in PARTS:
            path = folder / part
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        template.write_to(folder, version)
        _must(folder, "add", "--force", "--all")
        _must(folder, "commit", "--quiet", "--allow-empty", "--message", str(version))
        _must(folder, "tag", str(version))
    return folder


def _instead_of(repository: Path) -> dict[str, str]:
    """Return the environment in which git finds the template's address in a folder of this machine."""
    number = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
    return {
        "GIT_CONFIG_COUNT": str(number + 1),
        f"GIT_CONFIG_KEY_{number}": f"url.{repository}.insteadOf",
        f"GIT_CONFIG_VALUE_{number}": ADDRESS,
    }


def _changed(root: Path) -> tuple[str, ...]:
    listed = _must(root, "status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--", ".")
    prefix = _must(root, "rev-parse", "--show-prefix").strip()
    return tuple(sorted(line[3:].removeprefix(prefix) for line in listed.split("\0") if line))


def _has_markers(path: Path) -> bool:
    return path.is_file() and _MARKER.search(path.read_bytes()) is not None


def _take_back(root: Path) -> None:
    """Let a folder that was clean be as it was; what git ignores is left alone."""
    _git(root, "reset", "--quiet", "--", ".")
    _git(root, "checkout", "--quiet", "--", ".")
    _git(root, "clean", "--quiet", "-d", "--force", "--", ".")


def _must(cwd: Path, *arguments: str) -> str:
    done = _git(cwd, *arguments)
    if done.returncode:
        raise AuthoringProblem(f"git {arguments[0]} failed: {' '.join(done.stderr.split())[:300]}")
    return done.stdout


def _git(cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["git", *_QUIET, *arguments]
    return subprocess.run(command, cwd=cwd, env=_clean_environment(), capture_output=True, text=True, check=False)


def _clean_environment() -> dict[str, str]:
    known: Mapping[str, str] = os.environ
    return {name: value for name, value in known.items() if name not in _FOREIGN} | _SOMEBODY
