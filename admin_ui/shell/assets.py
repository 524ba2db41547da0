# SPDX-License-Identifier: Apache-2.0
"""Files that the build bundled: their names carry a hash, so browsers keep them for ever."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path

from flask import abort, request, send_from_directory, url_for
from werkzeug import Response

STATIC = Path(__file__).parent.parent / "static"
BUNDLE = STATIC / "dist"
_ENCODINGS = {"br": ".br", "gzip": ".gz"}
_known: dict[str, tuple[int, dict[str, str]]] = {}


def asset_url(name: str) -> str:
    """Return the address of a bundled file by its plain name (`app.css`); other files of `static/` by theirs."""
    return url_for("shell.asset", name=_manifest().get(name, name))


def send(name: str) -> Response:
    """Send a bundled file, or a plain one of `static/`."""
    folder = BUNDLE if (BUNDLE / Path(name).name).is_file() and "/" not in name else STATIC
    if name.endswith((".br", ".gz", ".json")):
        abort(404)
    encoding = next((key for key in _ENCODINGS if request.accept_encodings.quality(key) > 0), None)
    packed = name + _ENCODINGS[encoding] if encoding else ""
    if packed and (folder / packed).is_file():
        response = send_from_directory(folder, packed, mimetype=_media_type(name), conditional=True)
        response.headers["Content-Encoding"] = str(encoding)
    else:
        response = send_from_directory(folder, name, mimetype=_media_type(name), conditional=True)
    response.headers["Vary"] = "Accept-Encoding"
    lasting = folder is BUNDLE
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if lasting else "public, max-age=3600"
    return response


def icon_names() -> frozenset[str]:
    """Return the names of the icons that were bundled."""
    return _icons_of(_manifest().get("icons.svg", ""))


@lru_cache(maxsize=2)
def _icons_of(file: str) -> frozenset[str]:
    path = BUNDLE / file
    return (
        frozenset(re.findall(r'<symbol id="([a-z0-9-]+)"', path.read_text(encoding="utf-8"))) if file else frozenset()
    )


def _manifest() -> dict[str, str]:
    path = BUNDLE / "manifest.json"
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return {}
    known = _known.get("manifest")
    if known is None or known[0] != changed:
        known = _known["manifest"] = (changed, json.loads(path.read_text(encoding="utf-8")))
    return known[1]


def _media_type(name: str) -> str:
    return {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}.get(
        Path(name).suffix, "application/octet-stream"
    )
