"""Whose keys a part has asked for is known for an hour, and of nobody who was erased."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from services.registration.key_desk import tasks
from services.registration.key_desk.commands import hand_out
from services.registration.key_desk.views import keys_asked
from shared.town.privacy import KeyId
from tests.support.part import PartUnderTest
from tests.support.workbooks import person, roster


class Desk(PartUnderTest):
    """Registration, asked for keys by screening."""

    def resident(self, order: int) -> str:
        sent = self.http.upload("/api/units/v01/roster", roster(person(order)))
        return sent.json["entries"][0]["resident"]

    def asked(self, *residents: str) -> int:
        """Of how many screening has asked in this hour, with these."""
        with self.transaction():
            hand_out(self.app, "screening", [KeyId(each, "facts", 1) for each in residents])
        return self.events("KeysHandedOut")[-1]["data"]["in_hour"]

    def remembered(self) -> set[str]:
        return {row["resident"] for row in self.app.rows(select(keys_asked))}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path, "registration")
    desk.at("2024-04-01T08:59")
    return desk


def test_they_are_dropped_with_the_hour_also_when_nobody_asks_again(desk: Desk):
    one, other = desk.resident(101), desk.resident(102)
    assert (desk.asked(one), desk.asked(one, other)) == (1, 2)
    edge: Any = desk.routes.edge
    tasks.drop_earlier(edge)
    assert desk.remembered() == {one, other}
    desk.at("2024-04-01T09:00")
    tasks.drop_earlier(edge)
    assert desk.remembered() == set()
    assert desk.asked(other) == 1


def test_a_resident_who_is_erased_is_forgotten_here_as_well(desk: Desk):
    one, other = desk.resident(101), desk.resident(102)
    desk.asked(one, other)
    erased = desk.http.post(f"/api/residents/{one}/erase", {"reason": "by_request"})
    assert erased.status_code == 200, erased.text
    assert desk.remembered() == {other}


def test_the_rows_of_an_hour_are_found_by_an_index(desk: Desk):
    [index] = keys_asked.indexes
    assert [column.name for column in index.columns] == ["hour"]
    with desk.app.store.connection() as connection:
        words = f"EXPLAIN QUERY PLAN DELETE FROM {keys_asked.name} WHERE hour < '2024'"
        plan = " ".join(map(str, connection.exec_driver_sql(words).all()))
    assert str(index.name) in plan
