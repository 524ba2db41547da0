# SPDX-License-Identifier: Apache-2.0
"""`module.toml`: what an administrator must see of a module before any of its code runs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from dialog_core.errors import WrongValue

MAX_BYTES = 64 * 1024
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
SETTING_PREFIX = "setting:"
API_PREFIX = "/api/v1"
LANGUAGES = ("ru", "en")
CATEGORIES = ("channel", "fields", "automation", "reports", "integration", "other")
PERSONAL_DATA = ("names", "identifiers", "phones", "emails", "addresses", "messages", "files", "recordings")
KEYS = {"name", "title", "description", "icon", "category", "hooks", "routes", "capabilities"}
CAPABILITY_KEYS = {"hosts", "tables", "services", "secrets", "pages", "personal_data", "jobs", "permissions", "columns"}


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a module asks for.

    Attributes:
        hosts: host names it calls; `setting:<field>` is the address typed into that settings field.
        tables: its tables, each prefixed with its name.
        services: names of its services.
        secrets: settings fields that are kept encrypted.
        pages: URL rules under `/<name>/` and `/api/v1/<name>/`.
        personal_data: kinds of personal data it handles, from `PERSONAL_DATA`.
        jobs: names of its jobs, which run again and again.
        permissions: permissions that it brings, each `<name>.…`.
        columns: columns that it adds to the list of tickets, each prefixed with its name.
    """

    hosts: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    personal_data: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """A module as it presents itself; `routes` are URL rules that a foreign protocol fixes outside of its prefix."""

    name: str
    title: dict[str, str]
    description: dict[str, str]
    icon: str
    category: str
    hooks: tuple[str, ...]
    routes: tuple[str, ...] = ()
    capabilities: Capabilities = field(default_factory=Capabilities)

    def as_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return asdict(self)


def parse_manifest(content: bytes) -> Manifest:
    """Read a `module.toml`; nothing unknown or missing is tolerated.

    Raises:
        WrongValue: the field names the key in question.
    """
    if len(content) > MAX_BYTES:
        raise WrongValue("module.toml", "module.toml is larger than %(limit)s KiB.", limit=MAX_BYTES // 1024)
    try:
        data = tomllib.loads(content.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongValue("module.toml", "module.toml is not valid TOML: %(reason)s.", reason=str(error)) from error
    _refuse_unknown(data, KEYS, "")
    name = _text(data, "name")
    if not NAME.fullmatch(name):
        raise WrongValue("name", "module.toml: “name” must be lower-case letters, digits and _, at most 40.")
    return Manifest(
        name=name,
        title=_in_languages(data, "title", 80),
        description=_in_languages(data, "description", 1000),
        icon=_matching(_text(data, "icon"), re.compile(r"[a-z0-9-]{1,40}"), "icon"),
        category=_one_of(_text(data, "category"), CATEGORIES, "category"),
        hooks=tuple(_matching(hook, NAME, "hooks") for hook in _list(data, "hooks", required=True)),
        routes=tuple(_route(rule, "/", "routes") for rule in _list(data, "routes")),
        capabilities=_capabilities(data.get("capabilities", {}), name),
    )


def manifest_from_json(data: dict[str, Any]) -> Manifest:
    """Rebuild a manifest from `Manifest.as_json` (it was checked when it was parsed)."""
    plain = {key: tuple(data[key]) if key in {"hooks", "routes"} else data[key] for key in KEYS - {"capabilities"}}
    lists = {key: tuple(value) for key, value in data["capabilities"].items()}
    values: dict[str, Any] = {**plain, "capabilities": Capabilities(**lists)}
    return Manifest(**values)


def _capabilities(data: Any, name: str) -> Capabilities:
    if not isinstance(data, dict):
        raise WrongValue("capabilities", "module.toml: “capabilities” must be a table.")
    _refuse_unknown(data, CAPABILITY_KEYS, "capabilities.")
    prefixed = re.compile(re.escape(name) + r"_[a-z0-9_]{1,50}")
    permission = re.compile(re.escape(name) + r"\.[a-z][a-z0-9_]{0,39}")

    def listed(key: str, pattern: re.Pattern[str]) -> tuple[str, ...]:
        return tuple(_matching(item, pattern, f"capabilities.{key}") for item in _list(data, key, "capabilities."))

    return Capabilities(
        hosts=tuple(_host(host) for host in _list(data, "hosts", "capabilities.")),
        tables=listed("tables", prefixed),
        services=listed("services", NAME),
        secrets=listed("secrets", NAME),
        pages=tuple(_page(item, name) for item in _list(data, "pages", "capabilities.")),
        personal_data=tuple(
            _one_of(item, PERSONAL_DATA, "capabilities.personal_data")
            for item in _list(data, "personal_data", "capabilities.")
        ),
        jobs=listed("jobs", NAME),
        permissions=listed("permissions", permission),
        columns=listed("columns", prefixed),
    )


def _refuse_unknown(data: dict[str, Any], known: Iterable[str], place: str) -> None:
    for key in data:
        if key not in known:
            raise WrongValue(place + key, "module.toml: “%(key)s” is not known.", key=place + key)


def _text(data: dict[str, Any], key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value.strip():
        raise WrongValue(key, "module.toml: “%(key)s” must be a text that is not empty.", key=key)
    return value.strip()


def _in_languages(data: dict[str, Any], key: str, limit: int) -> dict[str, str]:
    value = data.get(key)
    if (
        not isinstance(value, dict)
        or set(value) != set(LANGUAGES)
        or not all(isinstance(text, str) and 0 < len(text.strip()) <= limit for text in value.values())
    ):
        raise WrongValue(
            key,
            "module.toml: “%(key)s” must have the texts “ru” and “en”, each of 1 to %(limit)s letters.",
            key=key,
            limit=limit,
        )
    return {language: value[language].strip() for language in LANGUAGES}


def _list(data: dict[str, Any], key: str, place: str = "", *, required: bool = False) -> tuple[str, ...]:
    value = data.get(key, None if required else [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value) or len(set(value)) != len(value):
        raise WrongValue(place + key, "module.toml: “%(key)s” must be a list of different texts.", key=place + key)
    return tuple(value)


def _matching(value: str, pattern: re.Pattern[str], key: str) -> str:
    if not pattern.fullmatch(value):
        raise WrongValue(
            key, "module.toml: “%(value)s” is not a possible value of “%(key)s”.", value=value[:80], key=key
        )
    return value


def _one_of(value: str, known: tuple[str, ...], key: str) -> str:
    if value not in known:
        raise WrongValue(
            key,
            "module.toml: “%(key)s” must be one of %(known)s, not “%(value)s”.",
            key=key,
            known=", ".join(known),
            value=value[:80],
        )
    return value


def _host(value: str) -> str:
    if value.startswith(SETTING_PREFIX):
        return SETTING_PREFIX + _matching(value.removeprefix(SETTING_PREFIX), NAME, "capabilities.hosts")
    return _matching(value, HOST, "capabilities.hosts")


def _page(value: str, name: str) -> str:
    prefix = f"{API_PREFIX}/{name}/" if value.startswith(f"{API_PREFIX}/") else f"/{name}/"
    return _route(value, prefix, "capabilities.pages")


def _route(value: str, prefix: str, key: str) -> str:
    if not value.startswith(prefix) or len(value) > 200 or any(letter.isspace() for letter in value):
        raise WrongValue(
            key,
            "module.toml: “%(value)s” in “%(key)s” must start with %(prefix)s.",
            value=value[:80],
            key=key,
            prefix=prefix,
        )
    return value
