# SPDX-License-Identifier: Apache-2.0
"""What preflight checks of each module: that its code is what its manifest says, and that it fits to the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pluggy
from flask import Flask

from dialog_core.config import Config
from dialog_core.hookspecs.channels import Channel
from dialog_core.hookspecs.ui import WebMount
from dialog_core.modules.activation.boot import load_one
from dialog_core.modules.activation.running import LoadedModule, Running, new_manager
from dialog_core.modules.calls.contract import check_contribution, flatten
from dialog_core.modules.fresh_process import end_after
from dialog_core.modules.migrations.scripts import is_cores_name
from dialog_core.modules.settings.form import FormField, FormProblem, describe_form
from dialog_core.modules.trial.declared import DECLARING, Finding, check_declared, compare
from dialog_core.modules.trial.deprecations import deprecated_uses
from dialog_core.modules.trial.import_guard import ImportGuard
from dialog_core.modules.wheels.manifest import SETTING_PREFIX

IMPORT_SECONDS = 10.0


def check_import(
    path: Path, item: dict[str, Any], guard: ImportGuard, findings: list[Finding]
) -> tuple[LoadedModule, object]:
    """Import a module and report what the import did beyond defining things."""
    try:
        with end_after(IMPORT_SECONDS), guard.watch():
            return load_one(path, item)
    finally:  # what was forbidden is often followed by an error that says less
        findings.extend(Finding(item["name"], "import", f"importing it {effect}") for effect in guard.found)


def check_contributions(module: LoadedModule, plugin: object, findings: list[Finding]) -> dict[str, Any]:
    """Check hooks, settings, channels and services against specification and manifest; return what was found."""
    if is_cores_name(module.name):
        text = f"the names of tables of the platform begin with {module.name}_"
        findings.append(Finding(module.name, "name", text))
    manager = new_manager()
    implementations = _register(manager, module, plugin, findings)
    compare(module, "hooks", set(module.manifest.hooks), set(implementations), findings)
    results = {
        name: _contributions(module, name, function, findings)
        for name, function in implementations.items()
        if name in DECLARING
    }
    form = _check_form(module, results.get("settings_schema", []), findings)
    findings.extend(
        Finding(module.name, "channels", f"its channel is named {channel.name}, not {module.name}")
        for channel in results.get("channels", [])
        if isinstance(channel, Channel) and channel.name != module.name
    )
    check_declared(module, results, findings)
    for mount in results.get("web_mounts", []):
        if isinstance(mount, WebMount) and mount.blueprint.name.split("-")[0] != module.name:
            text = f"its blueprint is named {mount.blueprint.name}, not {module.name}"
            findings.append(Finding(module.name, "routes", text))
    return {
        "hooks": sorted(implementations),
        "form": form,
        "services": list(module.manifest.capabilities.services),
        "warnings": deprecated_uses(implementations),
    }


def _register(
    manager: pluggy.PluginManager, module: LoadedModule, plugin: object, findings: list[Finding]
) -> dict[str, Callable[..., Any]]:
    try:
        manager.register(plugin, name=module.name)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        findings.append(Finding(module.name, "hooks", " ".join(str(error).split())))
        return {}
    found: dict[str, Callable[..., Any]] = {}
    for caller in manager.get_hookcallers(plugin) or ():
        for item in caller.get_hookimpls():
            if item.hookwrapper or item.wrapper:
                findings.append(Finding(module.name, "hooks", f"{caller.name} is a wrapper, which modules may not be"))
            found[caller.name] = item.function
    return found


def _contributions(module: LoadedModule, name: str, function: Callable[..., Any], findings: list[Finding]) -> list[Any]:
    values = flatten(function())
    for value in values:
        try:
            check_contribution(name, value)
        except TypeError as error:
            findings.append(Finding(module.name, "hooks", str(error)))
    return values


def _check_form(module: LoadedModule, schemas: list[Any], findings: list[Finding]) -> list[FormField]:
    form: list[FormField] = []
    for schema in schemas[:1]:
        try:
            form = describe_form(schema)
        except FormProblem as error:
            findings.append(Finding(module.name, "settings", str(error)))
    secrets = {field["name"] for field in form if field["secret"]}
    compare(module, "secrets", set(module.manifest.capabilities.secrets), secrets, findings)
    declared = {
        host.removeprefix(SETTING_PREFIX)
        for host in module.manifest.capabilities.hosts
        if host.startswith(SETTING_PREFIX)
    }
    compare(module, "host settings", declared, {field["name"] for field in form if field["host"]}, findings)
    return form


def check_templates(path: Path, name: str, findings: list[Finding]) -> None:
    """Check that all templates stand in a folder of the module's name, so that none shadows another's."""
    templates = path / f"dialog_{name}" / "templates"
    if templates.is_dir():
        strange = sorted(entry.name for entry in templates.iterdir() if entry.name not in {name, "__pycache__"})
        if strange:
            findings.append(Finding(name, "templates", f"templates must stand in templates/{name}/, not {strange[0]}"))


def check_app(config: Config, running: Running, facts: dict[str, dict[str, Any]], findings: list[Finding]) -> None:
    """Start the whole application and ask it; compare the routes with the manifests."""
    from dialog_core.app import create_app  # the application imports this room

    app = create_app(config, running)
    check_routes(app, running, facts, findings)
    client = app.test_client()
    for path in ("/", "/api/v1/openapi.json"):
        answer = client.get(path)
        if answer.status_code >= 500:
            findings.append(Finding("", "start", f"the page {path} answers {answer.status_code}"))


def check_routes(app: Flask, running: Running, facts: dict[str, dict[str, Any]], findings: list[Finding]) -> None:
    """Compare the routes of a started application with the manifests, and keep them with the facts."""
    rules: dict[str, set[str]] = {module.name: set() for module in running.modules}
    owners: dict[tuple[str, str], str] = {}
    fixed = {rule.rule.partition("/modules/")[2].partition("/")[0] for rule in app.url_map.iter_rules()}
    for rule in app.url_map.iter_rules():
        owner = rule.endpoint.split(".", 1)[0].split("-")[0]
        if owner in rules and not rule.endpoint.endswith(".static"):
            rules[owner].add(rule.rule)
        for method in rule.methods or ():
            other = owners.setdefault((method, rule.rule), owner)
            if other != owner:
                text = f"the address {rule.rule} belongs to {other} already"
                finding = Finding(owner if owner in rules else other, "routes", text)
                findings.extend([finding] if finding not in findings else [])
    for module in running.modules:
        if module.name in fixed:
            text = f"no module can be called {module.name}: its page would hide behind a page of the platform"
            findings.append(Finding(module.name, "routes", text))
            continue
        pages = app.blueprints.get(module.name)
        if pages is not None and pages.import_name.split(".")[0] != f"dialog_{module.name}":
            findings.append(Finding(module.name, "routes", f"the name {module.name} belongs to pages of the platform"))
            continue
        declared = {*module.manifest.capabilities.pages, *module.manifest.routes}
        compare(module, "routes", declared, rules[module.name], findings)
        facts[module.name]["routes"] = sorted(rules[module.name])
