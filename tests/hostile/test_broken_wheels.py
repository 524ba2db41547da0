# SPDX-License-Identifier: Apache-2.0
"""Files that are no wheel, or wheels that could not live beside the platform: refused at the upload, in words."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.hostile.conftest import BusyDesk
from tests.unit.modules.test_wheels import FILES, META, NAME, TOML, wheel

pytestmark = [pytest.mark.slow, pytest.mark.timeout(500), pytest.mark.xdist_group("hostile_wheels")]
INFO = "flask-99.0.dist-info"
FLASK = {
    **dict.fromkeys(FILES),
    "flask/__init__.py": "",
    f"{INFO}/METADATA": "Metadata-Version: 2.1\nName: flask\nVersion: 99.0\n",
}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        pytest.param(NAME, b"not a zip", "damaged or not a zip archive", id="no-zip"),
        pytest.param(NAME, wheel({"../outside.py": ""}), "written elsewhere", id="path-traversal"),
        pytest.param(NAME, wheel(record=lambda text: text.replace("sha256=", "sha256=A")), "RECORD", id="wrong-record"),
        pytest.param(NAME, wheel({"dialog_sample/zeros.txt": "0" * 40_000_000}), "unpacks to more", id="zip-bomb"),
        pytest.param(NAME, wheel({"sample.pth": "import os"}), "whenever Python starts", id="pth"),
        pytest.param(NAME, wheel({"sitecustomize.py": ""}), "whenever Python starts", id="sitecustomize"),
        pytest.param(NAME, wheel({"dialog_sample-1.0.data/scripts/x": ""}), "not installed", id="data-scripts"),
        pytest.param(NAME, wheel({"flask/__init__.py": ""}), "must hold the one package", id="top-level-flask"),
        pytest.param(
            NAME, wheel({"dialog_notebook/__init__.py": ""}), "must hold the one package", id="foreign-package"
        ),
        pytest.param(NAME, wheel({"dialog_core/__init__.py": ""}), "must hold the one package", id="own-name"),
        pytest.param(NAME, wheel({META: FILES[META] + "Requires-Dist: x @ https://example.org/x.whl\n"}), "by address",
                     id="requirement-by-address"),
        pytest.param(NAME, wheel({"dialog_sample/module.toml": "colour = 1\n" + TOML}), "colour", id="unknown-key"),
        pytest.param("dialog_sample-1.0.tar.gz", b"", "source archive", id="sdist"),
    ],
)  # fmt: skip
def test_it_is_refused_at_the_upload(busy_desk: BusyDesk, name: str, content: bytes, words: str) -> None:
    answer = busy_desk.upload(name, content)
    assert answer.status_code in {413, 422}, answer.text
    assert words in answer.text
    assert busy_desk.state("sample") is None


def test_a_wrong_hash_is_no_wheel(busy_desk: BusyDesk) -> None:
    """What is asked for by a hash that nothing in the store has is refused before anything is built."""
    view = busy_desk.change("install", "sample", sha256="0" * 64)
    assert view["state"] == "refused"
    assert "not in the store" in view["problem"]


def test_a_wheel_whose_bytes_change_in_the_store_is_not_built(
    busy_desk: BusyDesk, module_wheel: Callable[[str], Path]
) -> None:
    """The hash is looked at again whenever a file is made of what the database holds."""
    platform = busy_desk.platform
    sha256 = busy_desk.upload("flaky").json()["sha256"]
    with platform.core():
        from dialog_core.database import write
        from dialog_core.modules.models import StoredWheel

        with write() as session:
            session.get_one(StoredWheel, sha256).content = module_wheel("plain").read_bytes()
    view = busy_desk.install_stored("flaky", sha256)
    assert view["state"] == "refused", view
    assert view["problem"]


def test_a_library_of_the_platform_is_not_replaced(busy_desk: BusyDesk) -> None:
    answer = busy_desk.upload("flask-99.0-py3-none-any.whl", _library(FLASK, INFO))
    assert answer.status_code == 422
    assert "a part of the platform itself" in answer.text


def test_500_mib_are_refused_before_they_are_read(busy_desk: BusyDesk) -> None:
    platform = busy_desk.platform
    connection = http.client.HTTPConnection("127.0.0.1", platform.port, timeout=30)
    begin = time.monotonic()
    connection.putrequest("POST", f"/api/v1/modules/wheels?filename={NAME}")
    connection.putheader("Authorization", busy_desk.api.headers["Authorization"])
    connection.putheader("Content-Type", "application/octet-stream")
    connection.putheader("Content-Length", str(500 * 2**20))
    connection.endheaders()
    connection.send(b"x" * 65536)
    answer = connection.getresponse()
    assert answer.status == 413, answer.read()
    assert time.monotonic() - begin < 20
    connection.close()


def test_the_desk_went_on_and_the_next_change_works(desk: BusyDesk) -> None:
    """After all of the above (the fixture looks)."""
    assert httpx.get(f"{desk.platform.url}/readyz", trust_env=False).status_code == 200


def _library(files: dict[str, Any], info: str) -> bytes:
    """Return a wheel of other files with its RECORD in the right place."""
    import base64
    import hashlib
    import io
    import zipfile

    kept = {name: text for name, text in files.items() if text is not None}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        lines = []
        for name, text in kept.items():
            archive.writestr(name, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            lines.append(f"{name},sha256={digest},{len(text)}")
        archive.writestr(f"{info}/RECORD", "\n".join([*lines, f"{info}/RECORD,,"]) + "\n")
    return target.getvalue()
