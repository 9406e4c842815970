"""The ledger follows links between records both ways, as of any day, and flags what does not fit."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.rehearsal.invariants import Rules, read_ledger
from services.supervision.checks.commands import flag_linked_doses
from shared.kit.language import speaking
from tests.screening.test_service import ANNA, someone
from tests.supervision.test_service import dose
from tests.support.part import PartUnderTest

BO = uuid.UUID("6a1d9e2f-3c2b-8d4e-af50-1b2c3d4e5f60")


@pytest.fixture
def group(tmp_path: Path) -> PartUnderTest:
    group = PartUnderTest(tmp_path, "supervision")
    group.at("2024-04-02")
    group.hears("registration", "ResidentRegistered", **someone(ANNA))
    group.hears("registration", "ResidentRegistered", **someone(BO))
    return group


def merge(group: PartUnderTest) -> None:
    group.hears("registration", "ResidentsMerged", resident=BO, into=ANNA, doses=[])


def unmerge(group: PartUnderTest) -> None:
    group.hears("registration", "MergeUndone", resident=BO, into=ANNA)


def history(group: PartUnderTest, who: uuid.UUID, **as_of: str) -> dict[str, Any]:
    return group.http.get(f"/api/residents/{who}/history", **as_of).json or {}


def flagged(group: PartUnderTest) -> int:
    with group.transaction():
        return flag_linked_doses(group.app)


def test_the_history_of_the_record_that_stays_shows_both(group: PartUnderTest):
    dose(group, "2024-04-02", 1, BO)
    group.at("2024-04-10")
    merge(group)
    shown = history(group, ANNA)
    assert {row["data"]["resident"] for row in shown["events"]} == {str(ANNA), str(BO)}
    assert shown["state"]["linked"] == str(BO)
    assert [each["day"] for each in shown["state"]["doses"]] == ["2024-04-02"]
    assert [row["event"] for row in history(group, BO)["events"]] == [
        "ResidentRegistered",
        "DoseAdministered",
        "ResidentsMerged",
    ]
    before = history(group, ANNA, as_of="2024-04-09")
    assert (len(before["events"]), before["state"]["doses"]) == (1, [])
    group.at("2024-04-12")
    unmerge(group)
    apart = history(group, ANNA)
    assert [row["event"] for row in apart["events"]] == [
        "ResidentRegistered",
        "ResidentsMerged",
        "MergeUndone",
    ]
    assert apart["state"]["doses"] == []
    assert len(history(group, ANNA, as_of="2024-04-11")["state"]["doses"]) == 1
    assert group.http.page(f"/residents/{ANNA}").status_code == 200


def test_the_units_history_counts_a_person_once(group: PartUnderTest):
    group.hears("registration", "ConsentGiven", resident=ANNA, wished_week="2024-W14")
    group.hears("registration", "VaccinationDeclined", resident=BO, reason="no_time")
    merge(group)
    state = group.http.get("/api/units/v01/history").json["state"]  # type: ignore[index]
    assert (state["registered"], state["consented"], state["declined"]) == (1, 0, 1)
    unmerge(group)
    state = group.http.get("/api/units/v01/history").json["state"]  # type: ignore[index]
    assert (state["registered"], state["consented"], state["declined"]) == (2, 1, 1)


def test_two_first_doses_of_one_person_are_flagged_once(group: PartUnderTest):
    dose(group, "2024-04-02", 1, ANNA)
    dose(group, "2024-04-05", 1, BO)
    assert flagged(group) == 0
    merge(group)
    assert (flagged(group), flagged(group)) == (1, 1)
    (event,) = group.events("AnomalyFlagged")
    assert event["data"]["kind"] == "linked_doses"
    assert event["data"]["subject"] == str(ANNA)
    assert "two first doses; only 3 days apart" in event["data"]["detail"]
    unmerge(group)
    assert flagged(group) == 0
    assert group.view() == group.rebuilt_view()


def test_a_course_in_order_over_two_records_is_no_anomaly(group: PartUnderTest):
    dose(group, "2024-04-02", 1, BO)
    merge(group)
    dose(group, "2024-04-16", 2, BO)
    assert flagged(group) == 0


@pytest.fixture
def english() -> Iterator[None]:
    with speaking("en"):
        yield


@pytest.mark.usefixtures("english")
def test_the_rules_read_from_the_ledger_know_links(group: PartUnderTest):
    dose(group, "2024-04-02", 1, ANNA)
    dose(group, "2024-04-05", 1, BO)
    group.hears("registration", "ConsentGiven", resident=ANNA, wished_week="2024-W14")
    group.hears("registration", "ConsentGiven", resident=BO, wished_week="2024-W14")
    merge(group)
    entries = group.http.get("/api/ledger").json["entries"]  # type: ignore[index]
    reading = read_ledger(entries, Rules.of(group.app.campaign))
    assert reading.attention == [f"person {str(ANNA)[:8]}: doses numbered [1, 1]"]
    assert reading.answered == {str(ANNA)}
    assert not [line for line in reading.broken if "link" in line or "numbered" in line]
    unmerge(group)
    unmerge(group)
    entries = group.http.get("/api/ledger").json["entries"]  # type: ignore[index]
    reading = read_ledger(entries, Rules.of(group.app.campaign))
    assert reading.attention == []
    assert [line for line in reading.broken if "there was none" in line]
