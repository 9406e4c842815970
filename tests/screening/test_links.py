"""What was found of either of two linked records counts for the person (R09-R13)."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.screening.test_service import ANNA, someone
from tests.support.part import PartUnderTest

BO = uuid.UUID("6a1d9e2f-3c2b-8d4e-af50-1b2c3d4e5f60")
HEALTHY = {"temperature": 36.5, "healthy": True}


class Desk(PartUnderTest):
    """The screening desk, told of links between records."""

    def merge(self) -> None:
        self.hears("registration", "ResidentsMerged", resident=BO, into=ANNA, doses=[])

    def unmerge(self) -> None:
        self.hears("registration", "MergeUndone", resident=BO, into=ANNA)

    def screen(self, who: uuid.UUID, **yes: Any) -> dict[str, Any]:
        questions = self.http.get("/api/questionnaire").json["questions"]  # type: ignore[index]
        answers: dict[str, Any] = {q["code"]: False for q in questions} | HEALTHY | yes
        body = {"site": "stadium", "answers": answers}
        answer = self.http.post(f"/api/residents/{who}/screening", body)
        assert answer.status_code == 200, answer.text
        return answer.json or {}

    def status(self, who: uuid.UUID) -> str:
        return self.http.get(f"/api/residents/{who}").json["status"]  # type: ignore[index]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path, "screening")
    desk.at("2024-04-02")
    for who in (ANNA, BO):
        desk.hears("registration", "ResidentRegistered", **someone(who))
    return desk


@pytest.mark.parametrize("of", [ANNA, BO])
def test_a_contraindication_of_either_record_counts_until_undone(desk: Desk, of: uuid.UUID):
    other = ANNA if of == BO else BO
    desk.screen(of, epilepsy_own=True)
    desk.screen(other)
    desk.merge()
    assert [desk.status(who) for who in (ANNA, BO)] == ["contraindicated"] * 2
    desk.unmerge()
    assert (desk.status(of), desk.status(other)) == ("contraindicated", "cleared")
    assert desk.view() == desk.rebuilt_view()


def test_the_newest_finding_of_both_stands(desk: Desk):
    desk.screen(ANNA, acute_illness=True)
    desk.screen(BO)
    desk.merge()
    assert desk.status(ANNA) == "cleared"
    desk.screen(ANNA, acute_illness=True)
    lifted = desk.http.post(f"/api/residents/{BO}/finding/lift", {"reason": "seen by a doctor"})
    assert lifted.json is not None
    assert lifted.json["outcome"] == "lifted"
    desk.screen(BO)
    assert desk.status(ANNA) == "cleared"
    assert desk.view() == desk.rebuilt_view()


def test_a_clearance_of_the_other_record_can_be_withdrawn(desk: Desk):
    desk.screen(BO)
    desk.merge()
    url = f"/api/residents/{ANNA}/clearance/withdraw"
    assert desk.http.post(url, {"reason": "signed for somebody else"}).status_code == 200
    (event,) = desk.events("ClearanceWithdrawn")
    assert event["data"]["resident"] == str(BO)
    assert desk.status(ANNA) == "withdrawn"
    assert desk.view() == desk.rebuilt_view()


def test_the_person_is_listed_once_with_both_histories(desk: Desk):
    desk.screen(BO)
    desk.merge()
    listed = desk.http.get("/api/residents").json["residents"]  # type: ignore[index]
    assert [(row["resident"], row["status"]) for row in listed] == [(str(ANNA), "cleared")]
    for who in (ANNA, BO):
        assert len(desk.http.get(f"/api/residents/{who}").json["history"]) == 1  # type: ignore[index]
        assert desk.http.page(f"/residents/{who}").status_code == 200
    desk.unmerge()
    assert len(desk.http.get("/api/residents").json["residents"]) == 2  # type: ignore[index]
    assert desk.status(ANNA) == "unscreened"
    assert desk.view() == desk.rebuilt_view()
