# SPDX-License-Identifier: Apache-2.0
"""Errors as a page: the author's own lines open, those of the platform folded, and nothing that could be typed into."""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug import Request, Response

from dialog_core.authoring.dev.calls import in_full, in_one_line
from dialog_core.redaction import redact_secrets

AROUND = 4
"""Lines of source shown before and after the one that matters."""
POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Frame:
    """One place in the source; `lines` are (number, text), `number` is the line that matters."""

    file: str
    number: int
    function: str
    lines: tuple[tuple[int, str], ...]


@dataclass(slots=True)
class Frames:
    """Frames that follow one another, all of the author's package or none."""

    is_own: bool
    frames: list[Frame] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Failure:
    """One exception of a chain."""

    title: str
    text: str
    groups: tuple[Frames, ...]


def error_response(request: Request, error: BaseException, *, package: Path, boot: str, what: str) -> Response:
    """Return an error as a page, or as text for whoever asks for no page.

    Args:
        package: the folder whose lines are the author's own.
        what: what was being done.
    """
    if not request.accept_mimetypes.accept_html:
        return Response(in_full(error), status=500, mimetype="text/plain")
    page = _templates.get_template("error.html").render(
        title=in_one_line(error), what=what, failures=list(failures(error, package)), text=in_full(error), boot=boot
    )
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(page, status=500, mimetype="text/html", headers=headers)


def failures(error: BaseException, package: Path) -> Iterator[Failure]:
    """Describe an error and what it came of, the last first."""
    seen: set[int] = set()
    here: BaseException | None = error
    while here is not None and id(here) not in seen:
        seen.add(id(here))
        text = redact_secrets("".join(traceback.format_exception_only(here)).strip())
        yield Failure(in_one_line(here), text, tuple(_groups(here, package)))
        here = here.__cause__ or (None if here.__suppress_context__ else here.__context__)


def _groups(error: BaseException, package: Path) -> list[Frames]:
    groups: list[Frames] = []
    places = [(item.filename, item.lineno or 1, item.name) for item in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        places.append((error.filename, error.lineno or 1, ""))
    for file, number, function in places:
        path = Path(file).resolve()
        is_own = path.is_relative_to(package)
        if not groups or groups[-1].is_own != is_own:
            groups.append(Frames(is_own))
        shown = str(path.relative_to(package.parent)) if is_own else file
        lines = _source(file, number) if is_own else ((number, linecache.getline(file, number).strip()),)
        groups[-1].frames.append(Frame(shown, number, function, lines))
    return groups


def _source(file: str, number: int) -> tuple[tuple[int, str], ...]:
    lines = linecache.getlines(file)
    first = max(1, number - AROUND)
    return tuple((at, lines[at - 1].rstrip("\n")) for at in range(first, min(len(lines), number + AROUND) + 1))
