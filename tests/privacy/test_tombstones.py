"""What was destroyed stays destroyed, also when an older backup is restored."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from uuid import uuid4

from deploy.parts import open_work
from shared.town.privacy import KeyId, Privacy
from shared.town.privacy.tombstones import Tombstones
from tests.support.part import HttpClient, PartUnderTest, routes_of
from tests.support.workbooks import person, roster


def a_town(folder: Path) -> PartUnderTest:
    part = PartUnderTest(folder, "registration")
    part.at("2024-03-26")
    return part


def imported(town: PartUnderTest, order: int) -> str:
    answer = town.http.upload("/api/units/v01/roster", roster(person(order, "演练一")))
    assert answer.status_code == 200, answer.text
    return answer.json["entries"][0]["resident"]  # type: ignore[index]


def reopened(town: PartUnderTest) -> PartUnderTest:
    """The same deployment after a restart."""
    again = object.__new__(PartUnderTest)
    again.__dict__.update(town.__dict__)
    again.app = open_work(town.deployment, town.part)
    again.routes = routes_of(again)
    again.http = HttpClient(again)
    return again


def test_a_restored_backup_does_not_bring_an_erased_key_back(tmp_path: Path):
    town = a_town(tmp_path)
    resident, other = imported(town, 101), imported(town, 102)
    file, backup = tmp_path / "registration.db", tmp_path / "backup.db"
    with sqlite3.connect(file) as live, sqlite3.connect(backup) as copy:
        live.backup(copy)
    keys = [KeyId(resident, "facts", 1), KeyId(resident, "contact", 1)]
    table = town.app.privacy.table  # type: ignore[union-attr]
    assert set(table.keys(keys)) == set(keys)
    erased = town.http.post(f"/api/residents/{resident}/erase", {"reason": "by_request"})
    assert erased.status_code == 200, erased.text
    town.app.store.close()
    for each in tmp_path.glob("registration.db*"):
        each.unlink()
    shutil.copy(backup, file)

    restored = reopened(town)

    assert isinstance(restored.app.privacy, Privacy)
    assert restored.app.privacy.table.keys(keys) == {}
    (event,) = restored.events("ResidentErased")
    assert event["data"]["classes"] == ["facts", "contact"]
    assert event["data"]["reason"] == "restored"
    assert restored.http.get(f"/api/residents/{resident}").json["name"] is None  # type: ignore[index]
    assert restored.http.get(f"/api/residents/{other}").json["name"] == "演练一"  # type: ignore[index]
    # The same document again is a new registration under keys never used before.
    imported(restored, 101)
    assert set(restored.app.privacy.table.keys([*keys, KeyId(resident, "facts", 2)])) == {
        KeyId(resident, "facts", 2)
    }
    before = len(restored.events())
    restored.start()
    assert len(restored.events()) == before


def test_a_torn_line_is_passed_over_and_the_next_one_stands(tmp_path: Path):
    stones, one, two = (
        Tombstones(tmp_path / "t"),
        *(KeyId(str(uuid4()), "facts", n) for n in (1, 2)),
    )
    assert stones.read() == set()
    stones.add([one], "2024-04-01")
    with (tmp_path / "t").open("a") as file:
        file.write('{"resident": "x", "cl')
    stones.add([two], "2024-04-02")
    assert stones.read() == {one, two}
    assert oct((tmp_path / "t").stat().st_mode)[-3:] == "600"


def test_a_lost_file_is_written_again_from_the_database(tmp_path: Path):
    town = a_town(tmp_path)
    resident = imported(town, 101)
    town.http.post(f"/api/residents/{resident}/erase", {"reason": "by_request"})
    town.deployment.tombstones.unlink()
    town.start()
    assert Tombstones(town.deployment.tombstones).read() == {
        KeyId(resident, "facts", 1),
        KeyId(resident, "contact", 1),
    }
