# SPDX-License-Identifier: Apache-2.0
"""Do what a page of the documentation says: type its commands, write its files, look at its pages.

Blocks, by the words after their three backticks:

- `console`: lines with `$ ` are typed, what follows is the answer; `…` stands for anything, a line that is only `…`
  for any lines. With `exit=N` the last command ends so; with `prepared` it is not typed (the machine has it already);
  with `terminal=NAME` its last command keeps running in a terminal of its own, until a block with `^C` ends it.
- `LANGUAGE PATH`: the whole file; `diff PATH`: lines that go and come, changes parted by `@@`.
- `browser`: an address, and what stands on its page.
"""

from __future__ import annotations

import html
import os
import re
import shlex
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import httpx

from tests.running.platform import free_port
from tests.running.processes import processes_of
from tests.running.waiting import eventually

_BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ADDRESS = "127.0.0.1:8000"
COMMAND_SECONDS, START_SECONDS, STOP_SECONDS = 300.0, 120.0, 40.0


@dataclass(frozen=True, slots=True)
class Block:
    """A block; `line` is where it begins in the page."""

    line: int
    language: str
    words: tuple[str, ...]
    text: str

    def option(self, name: str) -> str:
        """Return what stands after `name=`, empty when it is not there."""
        return next((word.partition("=")[2] for word in self.words if word.startswith(f"{name}=")), "")


def blocks(page: str) -> list[Block]:
    """Return the blocks of a page in their order."""
    return [
        Block(page.count("\n", 0, found.start()) + 1, found[1], tuple(found[2].split()), found[3])
        for found in _BLOCK.finditer(page)
    ]


class Walk:
    """Somebody who does what a page says, in a folder, with the variables of a shell.

    What was started ends with the block, whatever happens.
    """

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        self.folder = folder
        self._address = f"127.0.0.1:{free_port()}"
        self._variables = {**variables, "PORT": self._address.rpartition(":")[2]}
        self._terminals: dict[str, subprocess.Popen[bytes]] = {}
        self._client = httpx.Client(timeout=60, trust_env=False, follow_redirects=True, headers={"Accept": "text/html"})

    def __enter__(self) -> Self:
        """Return it."""
        return self

    def __exit__(self, *_: object) -> None:
        """End everything that still runs."""
        self._client.close()
        for process in self._terminals.values():
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for home in self._homes():
            for pid in processes_of(home):
                os.kill(pid, signal.SIGKILL)

    def do(self, block: Block) -> None:
        """Do what a block says; what comes out differently is an `AssertionError` that names its line."""
        try:
            if block.language == "console":
                self._console(block)
            elif block.language == "browser":
                self._look(block)
            else:
                self._write(block)
        except AssertionError as error:
            raise AssertionError(f"the block in line {block.line}: {error}") from error

    # --- files --------------------------------------------------------------------------------------------------------

    def _write(self, block: Block) -> None:
        path = self.folder / block.words[0]
        if block.language == "diff":
            path.write_text(patched(path.read_text(), block.text))
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text)

    # --- terminals ----------------------------------------------------------------------------------------------------

    def _console(self, block: Block) -> None:
        if "prepared" in block.words:
            return
        terminal = block.option("terminal")
        if block.text.strip() == "^C":
            self._interrupt(terminal)
            return
        typed = [part.split("\n", 1) for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE) if part]
        variables = dict(self._variables)
        for number, (command, wanted) in enumerate(typed, start=1):
            is_last = number == len(typed)
            if terminal and is_last:
                self._start(terminal, command, wanted)
            else:
                code = int(block.option("exit") or 0) if is_last else 0
                self._type(command, wanted, code)
        if terminal:
            self._variables = variables  # what was exported there is not known in the other terminals

    def _type(self, command: str, wanted: str, code: int) -> None:
        seen = Path(self._variables["HOME"]) / ".seen"
        script = f"{command}\ncode=$?; env -0 > {seen}; pwd > {seen}.folder; exit $code"
        done = subprocess.run(
            ["bash", "-uo", "pipefail", "-c", script], env=self._variables, cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=COMMAND_SECONDS,
        )  # fmt: skip
        said = done.stdout.replace(self._address, ADDRESS)
        assert done.returncode == code, f"$ {command}\nends with {done.returncode}:\n{said}"
        assert agrees(wanted, said), f"$ {command}\nsays\n{said}\nnot\n{wanted}"
        self._variables = dict(line.split("=", 1) for line in seen.read_text().split("\0") if line)
        self.folder = Path(Path(f"{seen}.folder").read_text().rstrip("\n"))

    def _start(self, terminal: str, command: str, wanted: str) -> None:
        log = Path(self._variables["HOME"]) / f"{terminal}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                shlex.split(command), env=self._variables, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=file,
                stderr=subprocess.STDOUT, start_new_session=True, executable=self._program(command),
            )  # fmt: skip
        self._terminals[terminal] = process

        def said() -> str:
            return log.read_text(errors="replace").replace(self._address, ADDRESS)

        eventually(
            lambda: agrees(wanted, said()) or process.poll() is not None,
            seconds=START_SECONDS,
            what=f"{command}:\n{wanted}",
        )
        assert process.poll() is None, f"$ {command}\nends with {process.returncode}:\n{said()}"
        links = re.findall(r"http://\S+", said())
        if links:
            self._open(links[-1])

    def _interrupt(self, terminal: str) -> None:
        """Press Ctrl-C: the terminal sends the signal to all of its processes."""
        process = self._terminals.pop(terminal)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(STOP_SECONDS) == 0, f"{terminal} ends with {process.returncode}"

    def _program(self, command: str) -> str:
        name = shlex.split(command)[0]
        places = [Path(place) / name for place in self._variables["PATH"].split(":")]
        return str(next(path for path in places if path.exists()))

    def _homes(self) -> list[Path]:
        return [path for path in Path(self._variables["HOME"]).rglob("*") if path.is_dir() and path.name == "platform"]

    # --- browser ------------------------------------------------------------------------------------------------------

    def _open(self, address: str) -> httpx.Response:
        parts = urlsplit(address.replace(ADDRESS, self._address))
        answer = self._client.get(parts.geturl())
        assert answer.is_success, f"{address} answers {answer.status_code}"
        return answer

    def _look(self, block: Block) -> None:
        address, *wanted = block.text.splitlines()
        shown = html.unescape(self._open(address).text)
        for text in wanted:
            assert text in shown, f"{address} does not show {text!r}"


def agrees(wanted: str, said: str) -> bool:
    """Tell whether an answer is the one that a page shows, with `…` for what differs."""
    lines = [line.rstrip() for line in wanted.rstrip("\n").split("\n")] if wanted.strip() else []
    pattern = ""
    for line in lines:
        part = ".*".join(re.escape(text) for text in line.split("…"))
        pattern += r"(?:.*\n)*" if line == "…" else rf"{part} *\n"
    return re.fullmatch(pattern, said if said.endswith("\n") or not said else f"{said}\n") is not None


def patched(text: str, changes: str) -> str:
    """Return a text after changes: lines with `-` go, lines with `+` come, the others say where."""
    for change in re.split(r"^@@.*\n", changes, flags=re.MULTILINE):
        lines = change.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line[0] in " -")
        new = "".join(line[1:] for line in lines if line[0] in " +")
        assert text.count(old) == 1, f"these lines are there {text.count(old)} times, not once:\n{old}"
        text = text.replace(old, new)
    return text
