# SPDX-License-Identifier: Apache-2.0
"""Catalogues of translations: people edit .po files, the platform reads .mo files made of them."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

from dialog_core.authoring.placing import place
from dialog_core.errors import SetupProblem

LONG_AGO = datetime(2020, 2, 2, tzinfo=UTC)
"""What stands in compiled catalogues as the time of their making, as with the files of a wheel."""


def compile_translations(package: Path) -> list[Path]:
    """Make the .mo file of each .po file of a package where it is another; return what was written.

    Raises:
        SetupProblem: a catalogue cannot be read.
    """
    from babel.messages.mofile import write_mo  # takes a while; only who builds a module needs it
    from babel.messages.pofile import PoFileError, read_po

    written = []
    for path in sorted(package.glob("translations/*/LC_MESSAGES/*.po")):
        made = io.BytesIO()
        try:
            with path.open("rb") as file:
                catalog = read_po(file, locale=path.parts[-3], abort_invalid=True)
            # A catalogue that tells no dates would get those of this minute, and the wheel other bytes each time.
            catalog.creation_date = catalog.revision_date = LONG_AGO
            write_mo(made, catalog)
        except (PoFileError, ValueError, LookupError) as error:
            raise SetupProblem("%(path)s cannot be read: %(reason)s.", path=path, reason=error) from error
        target = path.with_suffix(".mo")
        if not target.exists() or target.read_bytes() != made.getvalue():
            written.append(place(made.getvalue(), target))
    return written
