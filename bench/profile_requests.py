# SPDX-License-Identifier: Apache-2.0
"""Where the time of a request goes: the real web application in this process, under cProfile.

`.venv/bin/python bench/profile_requests.py --only "ticket, page" --sort tottime`
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import time
from itertools import islice
from typing import Any

from operations import operations, sample
from places import bench_home, sqlite_config
from processes import EMAIL, PASSWORD, command, copy_home
from sqlalchemy import event

from dialog_core.app import create_app
from dialog_core.config import Config
from dialog_core.database import db
from dialog_core.modules import boot


def main() -> None:
    """Profile operations."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=10_000)
    parser.add_argument("--only", default="")
    parser.add_argument("--sort", default="tottime")
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--lines", type=int, default=0, help="lines of the profile; 0: only times and statements")
    arguments = parser.parse_args()
    home = copy_home(sqlite_config(arguments.tickets).home, bench_home() / "profile")
    command(home, "user", "create", EMAIL, "--role", "administrator", "--password-stdin", given=PASSWORD + "\n")
    token = json.loads(command(home, "token", "create", "--user", EMAIL, "--name", "bench", "--json"))["token"]
    config = Config.from_environment({"DIALOG_HOME": str(home)})
    app = create_app(config, boot(config, role="web"))
    client = app.test_client()
    page = client.get("/sign-in").text
    secret = page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD, "csrf_token": secret})
    with app.app_context():
        known = operations(sample(), cookie="", token=token)
    for operation in known:
        if arguments.only in operation.name:
            _profile(app, client, operation, arguments)


def _profile(app: Any, client: Any, operation: Any, arguments: Any) -> None:
    sent: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    requests = islice(operation.requests(), arguments.requests + 5)
    for _ in range(5):
        _send(client, next(requests))
    event.listen(engine, "before_cursor_execute", note)
    profile = cProfile.Profile()
    begun = time.process_time()
    if arguments.lines:
        profile.enable()
    sizes = [_send(client, one) for one in requests]
    profile.disable()
    spent = (time.process_time() - begun) * 1_000 / len(sizes)
    event.remove(engine, "before_cursor_execute", note)
    print(f"{operation.name}: {spent:.1f} ms of processor, {len(sent) / len(sizes):.1f} statements, {max(sizes)} bytes")
    if arguments.lines:
        pstats.Stats(profile).strip_dirs().sort_stats(arguments.sort).print_stats(arguments.lines)


def _send(client: Any, one: Any) -> int:
    head, _, body = one.raw.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _ = first.split(" ")
    headers = [
        tuple(line.split(": ", 1)) for line in lines if not line.startswith(("Cookie", "Host", "Content-Length"))
    ]
    answer = client.open(path, method=method, headers=headers, data=body)
    assert answer.status_code == one.status, (answer.status_code, answer.text[:500])
    return len(answer.data)


if __name__ == "__main__":
    main()
