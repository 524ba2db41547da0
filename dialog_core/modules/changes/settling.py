# SPDX-License-Identifier: Apache-2.0
"""The last step of a change: what becomes of data, once no process runs the module any more."""

from __future__ import annotations

from collections.abc import Sequence

from dialog_core.config import Config
from dialog_core.modules.changes.actions import Action, DataFate, Verb
from dialog_core.modules.changes.steps import Progress
from dialog_core.modules.data.exports import ASKED, REMOVED, make_export
from dialog_core.modules.data.purging import purge_data


def settle_data(config: Config, actions: Sequence[Action], progress: Progress, *, actor_name: str) -> None:
    """Export and delete data as the actions say; the tables of a module go only after its export is complete.

    Raises:
        NotAllowedNow: the tables of a module cannot be deleted now; they are kept.
    """
    wanted = [action for action in actions if action.is_about_data]
    if not wanted:
        return
    with progress.step("data") as step:
        said: list[str] = []
        for action in wanted:
            if action.verb is Verb.EXPORT or action.data is DataFate.EXPORT:
                why = ASKED if action.verb is Verb.EXPORT else REMOVED
                export = make_export(config, action.name, why=why, actor_name=actor_name)
                said.append(f"export {export} of {action.name}")
            if action.verb is Verb.REMOVE:
                tables = purge_data(config, action.name, actor_name=actor_name)
                said.append(f"{len(tables)} tables of {action.name} deleted")
            step.say(", ".join(said))
