# SPDX-License-Identifier: Apache-2.0
"""The module platform. This is its face; behind it lie rooms, each of which imports only rooms below it.

docs/architecture.md lists the rooms from top to bottom; `[tool.importlinter]` in pyproject.toml holds their order.
"""

from dialog_core.modules.calls.contract import hook_terms
from dialog_core.modules.calls.relay import FAILED_TO_AGREE, Contribution, HookFailed, HookResting, Hooks

# isort: split
from dialog_core.modules.activation.boot import boot, boot_core_only
from dialog_core.modules.activation.running import BootState, LoadedModule, Running, new_manager, running_here
from dialog_core.modules.generations.build import generation_folder
from dialog_core.modules.migrations.scripts import is_cores_name
from dialog_core.modules.nodes.node import prepare_generation, wanted_generation
from dialog_core.modules.nodes.processes import Heartbeat, ProcessState, forget_process, live_processes, node_name
from dialog_core.modules.reports.incidents import SLOW, IncidentReport, report_incident
from dialog_core.modules.reports.writer import flush_incidents, gather_reports, keep_incidents
from dialog_core.modules.wheels.catalog import CATALOG_LIST, catalog_modules
from dialog_core.modules.wheels.manifest import NAME as MODULE_NAME
from dialog_core.modules.wheels.manifest import Capabilities, Manifest, parse_manifest
from dialog_core.modules.wheels.wheel import MAX_WHEEL, WheelInfo, inspect_wheel

# isort: split
from dialog_core.modules.administration.as_json import export_as_json, generation_as_json, kept_as_json
from dialog_core.modules.administration.listing import IncidentView, ModuleRow, Overview, list_incidents, overview
from dialog_core.modules.changes.actions import Action, DataFate, Verb
from dialog_core.modules.changes.coordinator import apply_when_free, make_change, no_change_meanwhile, plain_app
from dialog_core.modules.changes.history import GenerationView, get_generation, list_generations, request_rollback
from dialog_core.modules.changes.plan import Plan
from dialog_core.modules.changes.plan_items import PlanItem, TablePlan
from dialog_core.modules.changes.requests import (
    ChangeView,
    changes_to_apply,
    get_change,
    list_changes,
    plan_change,
    request_change,
    wait_for_change,
)
from dialog_core.modules.data.exports import ExportView, delete_expired_exports, list_exports, open_export
from dialog_core.modules.data.kept_data import KeptData, list_kept_data
from dialog_core.modules.environment import remember_platform
from dialog_core.modules.generations.companions import dependents_of
from dialog_core.modules.generations.difference import Difference, LibraryDifference, ModuleDifference
from dialog_core.modules.generations.pruning import prune_folders, prune_wheels
from dialog_core.modules.generations.resolve import resolve as choose_libraries
from dialog_core.modules.generations.wanted import read_current
from dialog_core.modules.http import AddressRefused, http_client
from dialog_core.modules.quality.codes import CODES, Flaw, Severity
from dialog_core.modules.quality.files import Metadata, ModuleFiles, files_of_wheel
from dialog_core.modules.quality.marks import Level, PromiseKept, QualityMark, mark_of
from dialog_core.modules.quality.platform_libraries import platform_libraries
from dialog_core.modules.quality.promises import PROMISES, Promise
from dialog_core.modules.quality.rules import flaws_of
from dialog_core.modules.settings.connection_check import ConnectionCheck, can_check, check_connection
from dialog_core.modules.settings.history import (
    SettingChange,
    SettingsRevision,
    list_settings_revisions,
    revert_settings,
)
from dialog_core.modules.settings.saving import HIDDEN, SettingsRefused, SettingsView, save_settings, show_settings
from dialog_core.modules.settings.stored import current_settings, forget_cached, settings_revision
from dialog_core.modules.sources.index import (
    IndexView,
    check_index,
    check_index_when_due,
    index_view,
    remove_index,
    set_index,
)
from dialog_core.modules.sources.index_document import DOCUMENT, make_document, parse_document, project_pages
from dialog_core.modules.sources.offers import Offer, module_changelog, module_offers
from dialog_core.modules.sources.uploads import GivenFile, Uploaded, upload_wheel, upload_wheels, uploads_allowed
from dialog_core.modules.trial.preflight import preflight as try_out
from dialog_core.modules.trust.confirming import Confirmation, confirm
from dialog_core.modules.trust.publishers import PublisherView, add_publisher, list_publishers, remove_publisher
from dialog_core.modules.trust.signing import SUFFIX as SIGNATURE_SUFFIX
from dialog_core.modules.trust.signing import new_key, parse_signature, sign_document, sign_wheel
from dialog_core.modules.trust.vouching import SignatureState, Vouching
from dialog_core.modules.updates.policies import (
    list_policies,
    set_policy,
    set_update_window,
    update_timezone,
    update_window,
)
from dialog_core.modules.updates.updating import update_modules
from dialog_core.modules.updates.versions import Policy
from dialog_core.modules.updates.views import UpdateView, list_updates, retry_update, waiting_updates
from dialog_core.modules.updates.windows import Window
from dialog_core.modules.wheels.store import materialise, stored_file
from dialog_core.modules.workshop.in_tests import (
    keep_checked_settings,
    prepare_tables,
    put_in_force,
    run_with,
    take_tables_away,
)

# isort: split
from dialog_core.modules.activation.safe_mode import is_safe_mode, read_safe_mode, switch_safe_mode
from dialog_core.modules.administration.doctor import ModuleFinding, examine_modules
from dialog_core.modules.calls.bookkeeping import keep_books_of
from dialog_core.modules.calls.breaker_rows import BreakerView
from dialog_core.modules.calls.deaths import forget_earlier, record_deaths
from dialog_core.modules.calls.handed_over import HandedOver
from dialog_core.modules.calls.health import HookHealth, hook_health, try_hook
from dialog_core.modules.calls.ledger import forget_calls, stuck_processes
from dialog_core.modules.calls.notices import NoticeView, close_notice, open_notices, past_notices
from dialog_core.modules.calls.timing_rows import TimingView
from dialog_core.modules.calls.watchdog import stuck_call
from dialog_core.modules.nodes.convergence import GAVE_UP
from dialog_core.modules.nodes.processes import STUCK
from dialog_core.modules.own_connection import begin_write
from dialog_core.modules.recovery.going_back import return_to_last_good, safe_page_modules
from dialog_core.modules.recovery.quarantine import forget_old_strikes, quarantine_modules
from dialog_core.modules.recovery.watching import watch_change
from dialog_core.modules.reports.log_lines import LEVELS, LogLine, list_log_lines
from dialog_core.modules.reports.strikes import Kind, StrikeReport
from dialog_core.modules.workshop.source import SourceModule, import_from_source
from dialog_core.modules.workshop.starting import Started, examine_started, start_from_source

__all__ = [
    "CATALOG_LIST",
    "CODES",
    "DOCUMENT",
    "FAILED_TO_AGREE",
    "GAVE_UP",
    "HIDDEN",
    "LEVELS",
    "MAX_WHEEL",
    "MODULE_NAME",
    "PROMISES",
    "SIGNATURE_SUFFIX",
    "SLOW",
    "STUCK",
    "Action",
    "AddressRefused",
    "BootState",
    "BreakerView",
    "Capabilities",
    "ChangeView",
    "Confirmation",
    "ConnectionCheck",
    "Contribution",
    "DataFate",
    "Difference",
    "ExportView",
    "Flaw",
    "GenerationView",
    "GivenFile",
    "HandedOver",
    "Heartbeat",
    "HookFailed",
    "HookHealth",
    "HookResting",
    "Hooks",
    "IncidentReport",
    "IncidentView",
    "IndexView",
    "KeptData",
    "Kind",
    "Level",
    "LibraryDifference",
    "LoadedModule",
    "LogLine",
    "Manifest",
    "Metadata",
    "ModuleDifference",
    "ModuleFiles",
    "ModuleFinding",
    "ModuleRow",
    "NoticeView",
    "Offer",
    "Overview",
    "Plan",
    "PlanItem",
    "Policy",
    "ProcessState",
    "Promise",
    "PromiseKept",
    "PublisherView",
    "QualityMark",
    "Running",
    "SettingChange",
    "SettingsRefused",
    "SettingsRevision",
    "SettingsView",
    "Severity",
    "SignatureState",
    "SourceModule",
    "Started",
    "StrikeReport",
    "TablePlan",
    "TimingView",
    "UpdateView",
    "Uploaded",
    "Verb",
    "Vouching",
    "WheelInfo",
    "Window",
    "add_publisher",
    "apply_when_free",
    "begin_write",
    "boot",
    "boot_core_only",
    "can_check",
    "catalog_modules",
    "changes_to_apply",
    "check_connection",
    "check_index",
    "check_index_when_due",
    "choose_libraries",
    "close_notice",
    "confirm",
    "current_settings",
    "delete_expired_exports",
    "dependents_of",
    "examine_modules",
    "examine_started",
    "export_as_json",
    "files_of_wheel",
    "flaws_of",
    "flush_incidents",
    "forget_cached",
    "forget_calls",
    "forget_earlier",
    "forget_old_strikes",
    "forget_process",
    "gather_reports",
    "generation_as_json",
    "generation_folder",
    "get_change",
    "get_generation",
    "hook_health",
    "hook_terms",
    "http_client",
    "import_from_source",
    "index_view",
    "inspect_wheel",
    "is_cores_name",
    "is_safe_mode",
    "keep_books_of",
    "keep_checked_settings",
    "keep_incidents",
    "kept_as_json",
    "list_changes",
    "list_exports",
    "list_generations",
    "list_incidents",
    "list_kept_data",
    "list_log_lines",
    "list_policies",
    "list_publishers",
    "list_settings_revisions",
    "list_updates",
    "live_processes",
    "make_change",
    "make_document",
    "mark_of",
    "materialise",
    "module_changelog",
    "module_offers",
    "new_key",
    "new_manager",
    "no_change_meanwhile",
    "node_name",
    "open_export",
    "open_notices",
    "overview",
    "parse_document",
    "parse_manifest",
    "parse_signature",
    "past_notices",
    "plain_app",
    "plan_change",
    "platform_libraries",
    "prepare_generation",
    "prepare_tables",
    "project_pages",
    "prune_folders",
    "prune_wheels",
    "put_in_force",
    "quarantine_modules",
    "read_current",
    "read_safe_mode",
    "record_deaths",
    "remember_platform",
    "remove_index",
    "remove_publisher",
    "report_incident",
    "request_change",
    "request_rollback",
    "retry_update",
    "return_to_last_good",
    "revert_settings",
    "run_with",
    "running_here",
    "safe_page_modules",
    "save_settings",
    "set_index",
    "set_policy",
    "set_update_window",
    "settings_revision",
    "show_settings",
    "sign_document",
    "sign_wheel",
    "start_from_source",
    "stored_file",
    "stuck_call",
    "stuck_processes",
    "switch_safe_mode",
    "take_tables_away",
    "try_hook",
    "try_out",
    "update_modules",
    "update_timezone",
    "update_window",
    "upload_wheel",
    "upload_wheels",
    "uploads_allowed",
    "wait_for_change",
    "waiting_updates",
    "wanted_generation",
    "watch_change",
]
