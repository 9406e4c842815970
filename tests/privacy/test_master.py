"""Master keys come from outside the database and change without a stop."""

from __future__ import annotations

import base64
import os
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from deploy.cli import keys
from deploy.parts import open_work
from shared.town.deployment import Deployment
from shared.town.privacy import KeyId, Privacy
from shared.town.privacy.master import (
    BadMasterKeys,
    MasterKeyMissing,
    Masters,
    id_of,
    parse_keys,
    read_source,
)
from shared.town.privacy.wrapping import BATCH, identity_keys
from tests.support.part import PartUnderTest


@pytest.fixture
def town(tmp_path: Path) -> PartUnderTest:
    part = PartUnderTest(tmp_path, "registration")
    part.deployment.save()
    return part


def masters_used(town: PartUnderTest) -> set[str]:
    return {row["master"] for row in town.app.rows(select(identity_keys.c.master))}


def key_of(town: PartUnderTest, resident: str) -> bytes:
    assert isinstance(town.app.privacy, Privacy)
    with town.transaction():
        return town.app.privacy.table.newest(resident)["facts"][1]


def restarted(town: PartUnderTest) -> None:
    town.app.store.close()
    town.app = open_work(Deployment.read(town.deployment.file), town.part)


def test_the_master_key_changes_under_a_running_part(town: PartUnderTest):
    residents = [str(uuid4()) for _ in range(BATCH)]  # two keys each: more than one batch
    assert isinstance(town.app.privacy, Privacy)
    with town.transaction():
        town.app.privacy.table.prepare(residents)
    before, old = key_of(town, residents[0]), masters_used(town)

    outcome = keys.rotate_master(Deployment.read(town.deployment.file))

    assert outcome["rewrapped"] >= 2 * BATCH
    new = masters_used(town)
    assert new == {outcome["in_use"]} and new.isdisjoint(old)
    # The part has not been told of anything, and goes on.
    assert key_of(town, residents[0]) == before
    key_of(town, str(uuid4()))
    assert masters_used(town) == new
    restarted(town)
    assert key_of(town, residents[0]) == before


def test_an_interrupted_rotation_is_finished_by_the_next(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch
):
    resident = str(uuid4())
    before = key_of(town, resident)
    monkeypatch.setattr("shared.town.privacy.wrapping._rewrap", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        keys.rotate_master(Deployment.read(town.deployment.file))
    monkeypatch.undo()
    assert key_of(town, resident) == before  # still under the old one, which is still known
    keys.rotate_master(Deployment.read(town.deployment.file))
    assert len(masters_used(town)) == 1
    assert key_of(town, resident) == before


def test_old_master_keys_stay_in_the_source_until_they_are_dropped(town: PartUnderTest):
    first = id_of(parse_keys(town.deployment.secrets.master)[0])
    resident = str(uuid4())
    before = key_of(town, resident)
    keys.rotate_master(Deployment.read(town.deployment.file))
    kept = [id_of(key) for key in parse_keys(town.deployment.master_keys())]
    assert kept[1:] == [first]
    outcome = keys.rotate_master(Deployment.read(town.deployment.file), forget_old=True)
    assert [id_of(key) for key in parse_keys(town.deployment.master_keys())] == [outcome["in_use"]]
    restarted(town)
    assert key_of(town, resident) == before


def test_a_source_the_command_cannot_write_is_written_by_the_operator(town: PartUnderTest):
    old, new = town.deployment.secrets.master, os.urandom(32).hex()
    resident = str(uuid4())
    before = key_of(town, resident)
    source = town.deployment.folder / "masters"
    source.write_text(f"{new}\n{old}\n")
    deployment = replace(town.deployment, master_source=f"command:cat {source}")
    outcome = keys.rotate_master(deployment)
    assert outcome["in_use"] == id_of(bytes.fromhex(new))
    source.write_text(new)
    town.app.store.close()
    town.app = open_work(deployment, town.part)
    assert key_of(town, resident) == before


def test_a_master_key_that_is_gone_is_named(town: PartUnderTest):
    resident = str(uuid4())
    key_of(town, resident)
    missing = masters_used(town).pop()
    town.app.store.close()
    other = replace(town.deployment.secrets, master=os.urandom(32).hex())
    replace(town.deployment, secrets=other).save()
    town.app = open_work(Deployment.read(town.deployment.file), town.part)
    assert isinstance(town.app.privacy, Privacy)
    with pytest.raises(MasterKeyMissing, match=missing):
        town.app.privacy.table.keys([KeyId(resident, "facts", 1)])


def test_keys_are_read_in_hex_and_base64_one_a_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    one, two = os.urandom(32), os.urandom(32)
    text = f"{one.hex()}\n{base64.b64encode(two).decode()}\n"
    (tmp_path / "masters").write_text(text)
    monkeypatch.setenv("VAXLEDGER_MASTER", text)
    for source in (
        f"file:{tmp_path}/masters",
        "env:VAXLEDGER_MASTER",
        f"command:cat {tmp_path}/masters",
    ):
        assert parse_keys(read_source(source)) == [one, two]


@pytest.mark.parametrize("source", ["file:/nowhere", "env:NOT_THERE", "command:false", "kms:x"])
def test_a_source_that_cannot_be_read_is_refused(source: str):
    with pytest.raises(BadMasterKeys):
        read_source(source)


@pytest.mark.parametrize("text", ["", "abc", "00" * 31, "zz" * 32])
def test_what_is_no_key_is_refused_and_not_repeated(text: str):
    with pytest.raises(BadMasterKeys) as refused:
        parse_keys(text)
    assert not text or text not in str(refused.value)


def test_a_key_that_was_changed_does_not_unwrap():
    masters = Masters.of(os.urandom(32))
    wrapped = masters.wrap(masters.newest(), "a.facts.1", b"k" * 32)
    assert masters.unwrap(masters.newest(), "a.facts.1", wrapped) == b"k" * 32
    with pytest.raises(BadMasterKeys):
        masters.unwrap(masters.newest(), "b.facts.1", wrapped)
