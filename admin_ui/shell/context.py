# SPDX-License-Identifier: Apache-2.0
"""What every template knows: language, assets, icons, navigation, times, who is signed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import get_locale
from markupsafe import Markup

from admin_ui.shell import assets, times
from admin_ui.shell.counters import count
from admin_ui.shell.errors import module_words
from dialog_core.plugin import installation, navigation_for, staff

_OWN = "admin_ui_blueprints"
FALLBACK_ICON = "puzzle"


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """One entry as the rail shows it."""

    title: str
    url: str
    icon: str
    is_current: bool
    starts_group: bool
    counter_key: str | None
    count: int


def attach(app: Flask) -> None:
    """Give all templates of the application what they need."""
    app.jinja_env.globals.update(asset=assets.asset_url, icon=icon, title_of=title_of, navigation=navigation)
    app.jinja_env.filters.update(
        ago=times.ago,
        full_time=times.full_time,
        short_time=times.short_time,
        initials=initials,
        module_words=module_words,
        file_size=times.file_size,
    )
    app.jinja_env.filters.update(
        region_names=region_names, choice_pairs=choice_pairs, number_attributes=number_attributes
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.context_processor(_values)


def _values() -> dict[str, Any]:
    return {
        "language": language(),
        "organisation": installation.profile().organisation,
        "logo": url_for("shell.asset", name="logo.svg"),
        "home_url": home_url(),
        "search_url": url_for("tickets.queue") if "tickets.queue" in current_app.view_functions else None,
        "person": staff.current_person(),
        "actor": staff.current_actor(),
    }


def language() -> str:
    """Return the language of the page, `ru` or `en`."""
    locale = get_locale()
    return str(locale.language) if locale is not None else "en"


def title_of(titles: dict[str, str]) -> str:
    """Return a title that is there in several languages in the reader's, else in English, else in any."""
    return titles.get(language()) or titles.get("en") or next(iter(titles.values()), "")


def icon(name: str, label: str = "") -> Markup:
    """Return a Tabler icon; it is decoration unless it has a label."""
    address = f"{assets.asset_url('icons.svg')}#{name if name in assets.icon_names() else FALLBACK_ICON}"
    if label:
        return Markup('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>').format(label, address)
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>').format(address)


def initials(name: str) -> str:
    """Return up to two letters that stand for a person."""
    words = [word for word in name.replace(".", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"


def region_names(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Return regions with their names in the reader's language, by name."""
    locale = get_locale()
    names = locale.territories if locale is not None else {}
    return sorted(((code, str(names.get(code, code))) for code in codes), key=lambda pair: pair[1])


def choice_pairs(choices: Iterable[Mapping[str, Any]]) -> list[tuple[Any, str]]:
    """Return values and titles of a setting's choices."""
    return [(choice["value"], title_of(choice["title"])) for choice in choices]


def number_attributes(setting: Mapping[str, Any]) -> dict[str, str]:
    """Return the attributes of the input of a setting that is a number."""
    limits = {key: setting[key] for key in ("min", "max") if setting[key] is not None}
    shown = {key: f"{limit:g}" for key, limit in limits.items()}
    return {"step": "1" if setting["type"] == "integer" else "any", **shown}


def home_url() -> str:
    """Return the address of the page where work starts."""
    from admin_ui.shell.blueprint import START_PAGES

    return url_for(next(endpoint for endpoint in START_PAGES if endpoint in current_app.view_functions))


def navigation() -> list[NavigationEntry]:
    """Return the rail's entries for who is signed in."""
    actor = staff.current_actor()
    here = request.blueprints[-1] if request.blueprints else ""
    entries: list[NavigationEntry] = []
    last = 0
    for item in navigation_for(actor):
        exact = request.endpoint == item.endpoint
        entries.append(
            NavigationEntry(
                title=title_of(item.title),
                url=url_for(item.endpoint),
                icon=item.icon,
                is_current=exact or item.endpoint.partition(".")[0] == here,
                starts_group=bool(entries) and item.order // 100 != last // 100,
                counter_key=item.counter,
                count=count(item.counter, actor),
            )
        )
        last = item.order
    return entries


def own_blueprints() -> frozenset[str]:
    """Return the names of the blueprints whose pages need a platform that is set up."""
    known: frozenset[str] | None = current_app.extensions.get(_OWN)
    if known is None:
        machine = {"api", "setup", "shell"}
        known = frozenset(name for name in current_app.blueprints if name not in machine)
        current_app.extensions[_OWN] = known
    return known
