# SPDX-License-Identifier: Apache-2.0
"""Trusted publishers, signed and unsigned uploads, one source for a name: on real databases, before anything runs."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from dialog_core import staff
from dialog_core.config import Config
from dialog_core.database import db
from dialog_core.errors import NotAllowedNow, NotFound, NotPermitted, WrongValue
from dialog_core.events.models import Event
from dialog_core.installation import ensure_defaults
from dialog_core.modules import (
    Action,
    Confirmation,
    GivenFile,
    SignatureState,
    Verb,
    add_publisher,
    confirm,
    get_change,
    list_publishers,
    new_key,
    plan_change,
    remove_publisher,
    request_change,
    sign_wheel,
    upload_wheels,
)
from dialog_core.modules.changes.applying import apply_change
from dialog_core.staff import Actor, ActorKind, system_actor
from dialog_core.staff.permissions import MODULE_MANAGE

Wheels = Callable[[str], Path]
PASSWORD = "a quiet river at dawn"


@pytest.fixture
def ada(any_core: Flask) -> Actor:
    """Return an administrator with a password."""
    ensure_defaults()
    number = staff.create_staff(
        system_actor(), email="ada@example.com", name="Ada", role="administrator", password=PASSWORD
    )
    return Actor(ActorKind.STAFF, "Ada", number, frozenset({MODULE_MANAGE}))


def sure(actor: Actor) -> Confirmation | None:
    return confirm(actor, password=PASSWORD, address="127.0.0.1")


def given(path: Path) -> GivenFile:
    return GivenFile(path.name, path.read_bytes())


def signature(path: Path, private: str) -> GivenFile:
    return GivenFile(f"{path.name}.sig", sign_wheel(private, path.read_bytes()))


def events(kind: str) -> list[Any]:
    with db.engine.connect() as connection:
        return list(connection.scalars(select(Event.data).where(Event.kind == kind)))


def test_a_publisher_is_added_with_the_password_journaled_and_removed(ada: Actor) -> None:
    _, public = new_key()
    with pytest.raises(WrongValue, match="Confirm this with your password"):
        add_publisher(ada, name="ACME", public_key=public)
    with pytest.raises(WrongValue, match="The password is wrong"):
        confirm(ada, password="guess", address="127.0.0.1")
    key = add_publisher(ada, name=" ACME  Ltd", public_key=public, confirmation=sure(ada))
    assert [(each.name, each.key_id, each.added_by) for each in list_publishers(ada)] == [("ACME Ltd", key, "Ada")]
    assert events("publisher_trusted") == [{"name": "ACME Ltd", "key": key}]
    with pytest.raises(WrongValue, match="trusted already, as “ACME Ltd”"):
        add_publisher(ada, name="Other", public_key=f"ed25519:{public}", confirmation=sure(ada))
    with pytest.raises(WrongValue, match="of this name already"):
        add_publisher(ada, name="ACME Ltd", public_key=new_key()[1], confirmation=sure(ada))
    remove_publisher(ada, key=key)
    assert list_publishers(ada) == []
    assert events("publisher_distrusted") == [{"name": "ACME Ltd", "key": key}]
    with pytest.raises(NotFound):
        remove_publisher(ada, key=key)


def test_only_who_manages_modules_changes_trust(ada: Actor) -> None:
    nobody = Actor(ActorKind.STAFF, "Sam", ada.id)
    for act in (
        lambda: list_publishers(nobody),
        lambda: add_publisher(nobody, name="X", public_key=new_key()[1]),
        lambda: remove_publisher(nobody, key="0" * 64),
        lambda: upload_wheels(nobody, files=[]),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_a_signed_wheel_needs_no_password_until_its_publisher_is_removed(
    ada: Actor, module_wheel: Wheels, module_catalog: Callable[..., Path]
) -> None:
    module_catalog()
    private, public = new_key()
    wheel = module_wheel("gateway")
    files = [given(wheel), signature(wheel, private)]
    stored = upload_wheels(ada, files=files).wheels[0]
    action = Action(Verb.INSTALL, "gateway", stored.sha256)
    item = plan_change(ada, actions=[action]).items[0]
    assert (item.source, item.publisher, item.signature) == ("upload", None, SignatureState.UNKNOWN)
    with pytest.raises(WrongValue, match="Confirm this with your password"):
        request_change(ada, actions=[action])
    key = add_publisher(ada, name="ACME", public_key=public, confirmation=sure(ada))
    plan = plan_change(ada, actions=[action])
    assert (plan.items[0].publisher, plan.items[0].signature, plan.unvouched) == ("ACME", SignatureState.SIGNED, ())
    request_change(ada, actions=[action])
    remove_publisher(ada, key=key)
    assert plan_change(ada, actions=[action]).unvouched == (("dialog-gateway", "1.0"),)
    with pytest.raises(WrongValue, match="Confirm this with your password"):
        request_change(ada, actions=[action])
    number = request_change(ada, actions=[action], confirmation=sure(ada))
    assert events("unvouched_modules_confirmed") == [{"change": number, "sha256": [stored.sha256]}]


def test_neither_another_person_nor_the_platform_itself_confirms(
    ada: Actor, module_wheel: Wheels, module_catalog: Callable[..., Path]
) -> None:
    module_catalog()
    stored = upload_wheels(ada, files=[given(module_wheel("gateway"))]).wheels[0]
    action = Action(Verb.INSTALL, "gateway", stored.sha256)
    other = Actor(ActorKind.STAFF, "Eve", (ada.id or 0) + 1, frozenset({MODULE_MANAGE}))
    for actor, proof in ((other, sure(ada)), (system_actor(), None)):
        with pytest.raises(WrongValue, match="Confirm this with your password"):
            request_change(actor, actions=[action], confirmation=proof)
    assert request_change(system_actor("cli"), actions=[action])


def test_a_library_that_only_resolving_finds_is_confirmed_too(
    ada: Actor, any_config: Config, module_wheel: Wheels, module_catalog: Callable[..., Path]
) -> None:
    module_catalog()
    private, public = new_key()
    add_publisher(ada, name="ACME", public_key=public, confirmation=sure(ada))
    notebook = module_wheel("notebook")
    lacking = upload_wheels(ada, files=[given(notebook), signature(notebook, private)])
    assert lacking.missing == (("dialog-notebook", "dialoglib-paper>=1"),)
    together = upload_wheels(ada, files=[given(notebook), given(module_wheel("paper")), signature(notebook, private)])
    assert together.missing == ()
    action = Action(Verb.INSTALL, "notebook", together.wheels[0].sha256)
    assert plan_change(ada, actions=[action]).unvouched == (("dialoglib-paper", "1.2"),)
    refused = apply_change(any_config, request_change(ada, actions=[action]))
    assert refused.state == "refused"
    assert "Nobody vouches for dialoglib-paper 1.2" in refused.problem
    number = request_change(ada, actions=[action], confirmation=sure(ada))
    assert apply_change(any_config, number, converge_seconds=5).state == "done"
    assert get_change(ada, change=number).generation
    admitted = events("unvouched_modules_admitted")
    assert [(each["change"], each["confirmed_by"], len(each["sha256"])) for each in admitted] == [(number, "Ada", 1)]


def beside(wheel: Path, content: bytes) -> list[GivenFile]:
    return [given(wheel), GivenFile(f"{wheel.name}.sig", content)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda wheel, pem: [given(wheel), GivenFile("x.whl.sig", sign_wheel(pem, b""))], "belongs to none of these"),
        (lambda wheel, pem: beside(wheel, sign_wheel(pem, b"")), "made for other content"),
        (lambda wheel, pem: beside(wheel, b"{}"), "not a signature file"),
        (lambda wheel, pem: [GivenFile(f"{wheel.name}.sig", b"{}")], "at least one file whose name ends in .whl"),
        (lambda wheel, pem: [given(wheel), GivenFile("dialog_x-1.0.tar.gz", b"")], "source archive"),
    ],
)  # fmt: skip
def test_signatures_that_do_not_belong_are_refused_and_nothing_is_stored(
    ada: Actor, module_wheel: Wheels, module_catalog: Callable[..., Path], change: Any, words: str
) -> None:
    module_catalog()
    with pytest.raises(WrongValue, match=words):
        upload_wheels(ada, files=change(module_wheel("gateway"), new_key()[0]))
    assert events("wheels_uploaded") == []


def test_a_false_signature_of_a_trusted_publisher_is_refused(
    ada: Actor, module_wheel: Wheels, module_catalog: Callable[..., Path]
) -> None:
    module_catalog()
    _, public = new_key()
    key = add_publisher(ada, name="ACME", public_key=public, confirmation=sure(ada))
    wheel = module_wheel("gateway")
    forged = signature(wheel, new_key()[0])
    text = forged.content.decode().replace(forged.content.decode().split('"key": "')[1][:64], key)
    with pytest.raises(WrongValue, match="names the key of “ACME”, but was not made with it"):
        upload_wheels(ada, files=[given(wheel), GivenFile(forged.filename, text.encode())])


def test_an_installed_name_comes_from_its_source_only(
    ada: Actor, any_config: Config, module_wheel: Wheels, module_catalog: Callable[..., Path], tmp_path: Path
) -> None:
    catalog = module_catalog("gateway")
    cli = system_actor("cli")
    assert apply_change(any_config, request_change(cli, actions=[Action(Verb.INSTALL, "gateway")])).state == "done"
    (catalog / "catalog.json").write_text('{"wheels": []}')
    other = Path(shutil.copyfile(module_wheel("gateway"), tmp_path / module_wheel("gateway").name))
    with zipfile.ZipFile(other, "a") as archive:
        archive.comment = b"other bytes, same content"
    with pytest.raises(WrongValue, match=r"was installed from the catalog of the platform.*remove it first"):
        upload_wheels(ada, files=[given(other)])
    plan = plan_change(ada, actions=[Action(Verb.ENABLE, "gateway")])
    assert (plan.items[0].source, plan.items[0].publisher) == ("catalog", "Dialog")
    assert plan.unvouched == ()


def test_uploads_can_be_forbidden(ada: Actor, module_wheel: Wheels, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialog_core.modules.sources.uploads.uploads_allowed", lambda: False)
    with pytest.raises(NotAllowedNow, match="takes no uploads"):
        upload_wheels(ada, files=[given(module_wheel("gateway"))])
