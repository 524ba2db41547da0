# SPDX-License-Identifier: Apache-2.0
"""Words for what the module platform names by code: categories, steps, capabilities, hooks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask_babel import gettext

from dialog_core.modules import Capabilities, Manifest


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that a module asks for: an icon, what it is, and the particulars."""

    icon: str
    title: str
    details: tuple[str, ...]


def category_title(category: str) -> str:
    """Return the title of a category."""
    titles = {
        "channel": gettext("Channel"),
        "fields": gettext("Fields"),
        "automation": gettext("Automation"),
        "reports": gettext("Reports"),
        "integration": gettext("Integration"),
    }
    return str(titles.get(category) or gettext("Other"))


def step_titles() -> dict[str, str]:
    """Return what each step of a change does."""
    return {
        "resolve": gettext("Find everything it needs"),
        "consent": gettext("Your consent"),
        "build": gettext("Put the new set together"),
        "preflight": gettext("Try it out aside"),
        "migrate": gettext("Prepare its tables"),
        "activate": gettext("Switch over"),
        "converge": gettext("All processes follow"),
        "data": gettext("Settle its data"),
    }


def step_note(text: str) -> str:
    """Return what a step says of itself, in the reader's language; what is not known by its form stays as it is."""
    forms = (
        (r"(\d+) modules, (\d+) libraries", gettext("modules: %(first)s, libraries: %(second)s")),
        (r"generation (\d+)", gettext("set %(first)s")),
        (r"export (\d+) of (\w+)", gettext("data of %(second)s exported")),
        (r"(\d+) tables of (\w+) deleted", gettext("tables of %(second)s deleted: %(first)s")),
        (r"(\d+) of (\d+) processes on (\d+)", gettext("%(first)s of %(second)s processes on set %(third)s")),
    )
    for pattern, words in forms:
        found = re.fullmatch(pattern, text)
        if found is not None:
            return str(words % dict(zip(("first", "second", "third"), found.groups(), strict=False)))
    parts = text.split(", ")
    return ", ".join(map(step_note, parts)) if len(parts) > 1 else text


def asked_for(manifest: Manifest, capabilities: Capabilities | None = None) -> list[Asked]:
    """Return what a module asks for, in words; nothing that it asks for is left out."""
    wanted = manifest.capabilities if capabilities is None else capabilities
    groups = (
        Asked("world", gettext("Calls these addresses"), tuple(_host(host) for host in wanted.hosts)),
        Asked("user-circle", gettext("Handles personal data"), tuple(_data(kind) for kind in wanted.personal_data)),
        Asked("lock", gettext("Keeps secrets, encrypted"), wanted.secrets),
        Asked("activity", gettext("Runs all the time"), wanted.services),
        Asked("clock", gettext("Does again and again"), wanted.jobs),
        Asked("key", gettext("Brings permissions"), wanted.permissions),
        Asked("columns", gettext("Adds columns to the list of tickets"), wanted.columns),
        Asked("database", gettext("Has tables of its own"), wanted.tables),
        Asked("browser", gettext("Answers at these addresses"), (*wanted.pages, *manifest.routes)),
    )
    return [group for group in groups if group.details]


def _host(host: str) -> str:
    if host.startswith("setting:"):
        return str(gettext("the address in its setting “%(name)s”", name=host.removeprefix("setting:")))
    return host


def _data(kind: str) -> str:
    titles = {
        "names": gettext("names"),
        "identifiers": gettext("identifiers"),
        "phones": gettext("phone numbers"),
        "emails": gettext("e-mail addresses"),
        "addresses": gettext("postal addresses"),
        "messages": gettext("messages"),
        "files": gettext("files"),
        "recordings": gettext("recordings of calls"),
    }
    return str(titles.get(kind, kind))


def process_title(role: str) -> str:
    """Return what a process does."""
    titles = {
        "web": gettext("Web pages and API"),
        "web-parent": gettext("Keeper of the web processes"),
        "jobs": gettext("Background work"),
        "worker-parent": gettext("Keeper of background work and services"),
    }
    kind, _, service = role.partition(":")
    return str(gettext("Service %(name)s", name=service) if kind == "service" and service else titles.get(role, role))


def process_state(state: str) -> str:
    """Return how a process came up."""
    titles = {
        "running": gettext("works"),
        "fallback": gettext("works with the previous set"),
        "core": gettext("works without modules"),
        "safe": gettext("safe mode, without modules"),
        "starting": gettext("is starting"),
        "stopping": gettext("is stopping"),
    }
    return str(titles.get(state, state))


def schema_messages() -> dict[str, str]:
    """Return what schemas of settings say, in the reader's language; the library says it in English."""
    return {
        "Missing data for required field.": gettext("Missing data for required field."),
        "Field may not be null.": gettext("Field may not be null."),
        "Not a valid string.": gettext("Not a valid string."),
        "Not a valid integer.": gettext("Not a valid integer."),
        "Not a valid number.": gettext("Not a valid number."),
        "Not a valid URL.": gettext("Not a valid URL."),
        "Not a valid email address.": gettext("Not a valid email address."),
        "Not a valid boolean.": gettext("Not a valid boolean."),
        "There is no such setting.": gettext("There is no such setting."),
        "String does not match expected pattern.": gettext("This does not have the expected form."),
    }


def schema_message(text: str) -> str:
    """Return one message of a schema; those of the library with limits in them are known by their form."""
    limits = {
        r"Must be greater than or equal to (.+) and less than or equal to (.+)\.": gettext(
            "Enter a number from %(first)s to %(second)s."
        ),
        r"Must be greater than or equal to (.+)\.": gettext("Enter a number not below %(first)s."),
        r"Must be less than or equal to (.+)\.": gettext("Enter a number not above %(first)s."),
        r"Must be one of: (.+)\.": gettext("Choose one of: %(first)s."),
        r"Shorter than minimum length (\d+)\.": gettext("This needs at least %(first)s characters."),
        r"Longer than maximum length (\d+)\.": gettext("This can have at most %(first)s characters."),
        r"Length must be between (\d+) and (\d+)\.": gettext("This needs from %(first)s to %(second)s characters."),
    }
    for pattern, words in limits.items():
        found = re.fullmatch(pattern, text)
        if found is not None:
            return str(words % dict(zip(("first", "second"), found.groups(), strict=False)))
    return schema_messages().get(text) or str(gettext(text))
