# SPDX-License-Identifier: Apache-2.0
"""Words for where a module comes from and who vouches for it."""

from __future__ import annotations

from flask_babel import gettext

from dialog_core.modules import SignatureState


def source_title(source: str) -> str:
    """Return where a wheel comes from."""
    titles = {
        "catalog": gettext("catalog of the platform"),
        "index": gettext("the organisation's index"),
        "upload": gettext("upload"),
    }
    return str(titles.get(source, source))


def trust_title(state: SignatureState, publisher: str | None) -> str:
    """Return who vouches for a wheel, or why nobody does."""
    titles = {
        SignatureState.CATALOG: gettext("from the catalog of the platform"),
        SignatureState.INDEX: gettext("from the signed list of %(publisher)s", publisher=publisher),
        SignatureState.SIGNED: gettext("signed by %(publisher)s", publisher=publisher),
        SignatureState.UNKNOWN: gettext("signed with a key that is not trusted here"),
        SignatureState.INVALID: gettext("the signature is false"),
        SignatureState.UNSIGNED: gettext("uploaded, not signed"),
    }
    return str(titles[state])


def in_groups(fingerprint: str) -> str:
    """Return a fingerprint in groups of four, for people to compare."""
    return " ".join(fingerprint[place : place + 4] for place in range(0, len(fingerprint), 4))
