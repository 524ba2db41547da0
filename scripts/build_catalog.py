# SPDX-License-Identifier: Apache-2.0
"""Fill dialog_core/catalog/: a wheel of every bundled module, the libraries they need, and catalog.json over them.

The same sources always give the same bytes (SOURCE_DATE_EPOCH, hatchling's fixed order and modes), so that the hash
list can be compared between two builds. Libraries that the platform itself runs on are not repeated here.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).resolve().parent.parent
CATALOG = ROOT / "dialog_core" / "catalog"
LIBRARIES = ROOT / "requirements" / "catalog.txt"
RUNTIME = ROOT / "requirements" / "runtime.txt"
# 2020-02-02, what hatchling takes by itself; fixed here for other build backends too.
EPOCH = "1580601600"


def run(command: list[str], **env: str) -> None:
    """Run a tool; its output is shown only when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, **env})
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}\n{' '.join(command)} ended with {done.returncode}")


def pinned(requirements: Path) -> dict[str, str]:
    """Return name and version of each pin in a requirements file; a missing file has none."""
    if not requirements.exists():
        return {}
    pins = (line.split()[0].split(";")[0].split("==") for line in requirements.read_text().splitlines() if "==" in line)
    return {canonicalize_name(name): version for name, version in pins}


def build_module(folder: Path, target: Path) -> None:
    """Build one module's wheel with the backends that are installed here."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(folder)]
    run(command, SOURCE_DATE_EPOCH=EPOCH)


def fetch_libraries(target: Path) -> None:
    """Bring the wheels that requirements/catalog.txt pins, from the catalog of the last build where they are in it."""
    pins = pinned(LIBRARIES)
    both = sorted(pins.keys() & pinned(RUNTIME).keys())
    if both:
        sys.exit(f"requirements/catalog.txt repeats what the platform brings itself: {', '.join(both)}")
    if pins:
        run(
            [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--quiet", "--no-deps",
             "--only-binary=:all:", "--require-hashes", "--find-links", str(CATALOG),
             "--dest", str(target), "--requirement", str(LIBRARIES)]
        )  # fmt: skip


def entry(wheel: Path) -> dict[str, str | int]:
    """Describe one wheel for catalog.json."""
    name, version, _build, _tags = parse_wheel_filename(wheel.name)
    content = wheel.read_bytes()
    return {
        "filename": wheel.name,
        "name": name,
        "version": str(version),
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
    }


def main() -> None:
    """Build into a scratch folder, then put what changed into place."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--catalog", type=Path, default=CATALOG, help="where to put the wheels and catalog.json")
    catalog: Path = parser.parse_args().catalog
    folders = sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch)
        with ThreadPoolExecutor(max_workers=2) as pool:
            list(pool.map(lambda folder: build_module(folder, target), folders))
        fetch_libraries(target)
        wheels = sorted(target.glob("*.whl"))
        entries = sorted((entry(wheel) for wheel in wheels), key=lambda item: str(item["filename"]))
        catalog.mkdir(parents=True, exist_ok=True)
        for wheel in wheels:
            place(wheel, catalog / wheel.name)
        listing = catalog / "catalog.json.new"
        listing.write_text(json.dumps({"wheels": entries}, indent=2) + "\n")
        listing.replace(catalog / "catalog.json")
        # Last, so that whoever reads the old list meanwhile still finds its files.
        for stale in {path.name for path in catalog.glob("*.whl")} - {wheel.name for wheel in wheels}:
            (catalog / stale).unlink()
    print(f"{len(entries)} wheels: {', '.join(str(item['filename']) for item in entries)}")


def place(source: Path, destination: Path) -> None:
    """Copy a wheel beside its place and rename it in, unless the same bytes are there."""
    if destination.exists() and destination.read_bytes() == source.read_bytes():
        return
    fresh = destination.with_name(f".{destination.name}.new")
    shutil.copyfile(source, fresh)
    fresh.replace(destination)


if __name__ == "__main__":
    main()
