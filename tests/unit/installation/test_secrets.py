# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dialog_core.errors import SetupProblem
from dialog_core.installation.secrets import SecretKey, load_or_create


def test_is_made_once_and_private(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "secret.key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: load_or_create(file), range(16)))
    assert len(keys) == 1
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["secret.key"]


def test_reads_what_it_wrote_only_in_its_place_and_with_its_key(tmp_path: Path) -> None:
    key = load_or_create(tmp_path / "a.key")
    token = key.encrypt("тайна", bound_to="telegram.token")
    assert "тайна" not in token
    assert key.encrypt("тайна", bound_to="telegram.token") != token
    assert key.decrypt(token, bound_to="telegram.token") == "тайна"
    for reader, place in ((key, "phone.token"), (load_or_create(tmp_path / "b.key"), "telegram.token")):
        with pytest.raises(SetupProblem, match=place):
            reader.decrypt(token, bound_to=place)
    with pytest.raises(SetupProblem):
        key.decrypt("v1.nonsense", bound_to="telegram.token")


def test_derives_different_keys_and_shows_none() -> None:
    key = SecretKey(b"k" * 32)
    assert len({key.derive("a"), key.derive("b"), key.flask_secret(), key.master}) == 4
    assert "k" * 8 not in repr(key)


@pytest.mark.parametrize(("content", "mode", "words"), [("", 0o600, "holds no key"), ("%%%", 0o600, "holds no key")])
def test_says_what_is_wrong_with_the_file(tmp_path: Path, content: str, mode: int, words: str) -> None:
    file = tmp_path / "secret.key"
    file.write_text(content)
    file.chmod(mode)
    with pytest.raises(SetupProblem, match=words):
        load_or_create(file)


def test_refuses_a_key_that_others_can_read_or_that_cannot_be_written(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    load_or_create(file)
    file.chmod(0o644)
    with pytest.raises(SetupProblem, match="chmod 600"):
        load_or_create(file)
    with pytest.raises(SetupProblem, match="cannot be used"):
        load_or_create(file / "below" / "secret.key")
