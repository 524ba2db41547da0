# SPDX-License-Identifier: Apache-2.0
"""What there is to know of a module before it is installed: versions, what it needs, changelog, who vouches for it."""

from __future__ import annotations

from dataclasses import dataclass

import nh3
from flask_babel import gettext
from markdown_it import MarkdownIt
from markupsafe import Markup
from packaging.requirements import Requirement

from admin_ui.modules_pages.trust_words import in_groups, source_title, trust_title
from dialog_core.modules import ModuleRow, Offer, SignatureState, module_changelog, module_offers
from dialog_core.plugin import staff

ALLOWED = {"p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "em", "strong", "code", "pre", "hr", "blockquote", "br"}
"""What a changelog may be made of; links and pictures would call somebody outside."""

WITH_SOURCE = frozenset({SignatureState.CATALOG, SignatureState.INDEX, SignatureState.UNSIGNED})
"""States whose words say as well where a wheel comes from."""


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version on offer.

    Attributes:
        source: where it comes from; empty when `trust` says it already.
        verb: what choosing it would do; empty for the installed one.
    """

    version: str
    sha256: str
    size: int
    source: str
    trust: str
    is_vouched_for: bool
    verb: str


@dataclass(frozen=True, slots=True)
class Details:
    """What the page of a module adds to its description; `shown` is the version that it speaks of."""

    shown: str
    trust: str
    is_vouched_for: bool
    key: str
    source: str
    needs: tuple[str, ...]
    versions: tuple[VersionLine, ...]
    changelog: Markup


def details_of(actor: staff.Actor, row: ModuleRow) -> Details:
    """Return the details of a module: of the newest version when that is not the installed one."""
    offers = module_offers(actor, name=row.name)
    installed = next((offer for offer in offers if offer.sha256 == row.sha256), None)
    shown = next((offer for offer in offers if offer.version == row.available), installed) or installed
    about = installed or shown
    return Details(
        shown=shown.version if shown else "",
        trust=trust_title(row.signature, row.publisher),
        is_vouched_for=row.publisher is not None,
        key=in_groups(about.vouching.key) if about else "",
        source=source_title(row.source),
        needs=_needs(about) if about else (),
        versions=tuple(_line(offer, row, installed) for offer in offers),
        changelog=rendered(module_changelog(actor, sha256=shown.sha256)) if shown else Markup(""),
    )


def rendered(changelog: str) -> Markup:
    """Return a changelog as HTML of a few harmless elements; what else stands in it is text."""
    lines = ["##" + line if line.startswith("#") else line for line in changelog.splitlines()]
    html = MarkdownIt("commonmark", {"html": False}).disable(["image", "link", "autolink"]).render("\n".join(lines))
    return Markup(nh3.clean(html, tags=ALLOWED, attributes={}))  # noqa: S704 - cleaned down to harmless elements


def _needs(offer: Offer) -> tuple[str, ...]:
    parsed = [Requirement(line) for line in offer.requires]
    return tuple(f"{item.name} {item.specifier}".strip() for item in parsed if "extra" not in str(item.marker or ""))


def _line(offer: Offer, row: ModuleRow, installed: Offer | None) -> VersionLine:
    return VersionLine(
        version=offer.version,
        sha256=offer.sha256,
        size=offer.size,
        source="" if offer.vouching.state in WITH_SOURCE else source_title(offer.source),
        trust=trust_title(offer.vouching.state, offer.vouching.publisher),
        is_vouched_for=not offer.vouching.needs_confirmation,
        verb=_verb(offer, row, installed),
    )


def _verb(offer: Offer, row: ModuleRow, installed: Offer | None) -> str:
    if row.version is None:
        return str(gettext("Install %(version)s…", version=offer.version))
    if installed is not None and offer.sha256 == installed.sha256:
        return ""
    if installed is None or offer.order == installed.order:
        return str(gettext("Replace with %(version)s…", version=offer.version))
    if offer.order > installed.order:
        return str(gettext("Upgrade to %(version)s…", version=offer.version))
    return str(gettext("Go back to %(version)s…", version=offer.version))
