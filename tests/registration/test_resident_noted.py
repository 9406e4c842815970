"""What a roster says of somebody beside the facts is noted: no verdict, sealed where it is words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.registration.rosters.reading.roster_lines import Line
from tests.registration.asked_rosters import answer_row, marked, reads_otherwise, result, sent
from tests.support.part import PartUnderTest
from tests.support.workbooks import person, roster

REMARK = "演练备注：预产期五月"


@pytest.fixture
def town(tmp_path: Path) -> PartUnderTest:
    part = PartUnderTest(tmp_path, "registration")
    part.at("2024-03-26")
    return part


def noting(marks: tuple[str, ...], remark: str | None) -> Any:
    def change(line: Line) -> Line:
        return replace(line, marks=marks, remark=remark) if line.name == "演练甲" else line

    return change


def noted(town: PartUnderTest) -> list[dict[str, Any]]:
    return [each["data"] for each in town.events("ResidentNoted")]


ROWS = roster(person(101, "演练甲"), person(102, "演练乙"))


def test_marks_and_remark_of_a_new_person_are_noted_and_sealed(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    reads_otherwise(monkeypatch, noting(("pregnant",), REMARK))
    number = sent(town, ROWS)
    assert result(town, number)["new"] == 2
    [event] = noted(town)
    assert event["marks"] == ["pregnant"]
    assert REMARK not in str(event["remark"])
    on_disk = b"".join(path.read_bytes() for path in tmp_path.rglob("registration.db*"))
    assert REMARK.encode() not in on_disk
    page = town.http.page(f"/residents/{event['resident']}").text
    assert "名册注明" in page
    assert "妊娠期" in page
    assert REMARK in page
    assert town.view() == town.rebuilt_view()


def test_what_is_noted_already_is_not_noted_again_and_an_empty_cell_leaves_it(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patch:
        reads_otherwise(patch, noting(("pregnant",), REMARK))
        sent(town, ROWS)
        sent(town, ROWS)
    number = sent(town, ROWS)
    assert len(noted(town)) == 1
    assert result(town, number)["unchanged"] == 2


def test_more_marks_of_a_known_person_are_noted_all_together(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patch:
        reads_otherwise(patch, noting(("allergic",), None))
        sent(town, ROWS)
    reads_otherwise(monkeypatch, noting(("away",), None))
    number = sent(town, ROWS)
    assert [each["marks"] for each in noted(town)] == [["allergic"], ["away", "allergic"]]
    found = result(town, number)
    assert (found["corrected"], found["unchanged"]) == (1, 1)
    page = town.http.page(f"/imports/{number}", group="corrected").text
    assert "外出务工" in page
    assert town.view() == town.rebuilt_view()


def test_notes_are_forgotten_with_the_person(town: PartUnderTest, monkeypatch: pytest.MonkeyPatch):
    reads_otherwise(monkeypatch, noting(("ill",), REMARK))
    sent(town, ROWS)
    [event] = noted(town)
    town.http.post(f"/api/residents/{event['resident']}/erase", {"reason": "by_request"})
    page = town.http.page(f"/residents/{event['resident']}").text
    assert REMARK not in page
    assert "名册注明" not in page
    assert town.view() == town.rebuilt_view()


@pytest.mark.parametrize("mark", ["died", "moved_away", "not_found"])
def test_who_is_noted_as_gone_gets_no_notices(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch, mark: str
):
    from services.registration.domain.recipient import AtRelease, Audience, reason_against
    from services.registration.notices.audience import recipient_of
    from services.registration.residents.queries import with_statuses

    reads_otherwise(monkeypatch, marked(演练甲=(mark,)))
    rows = [person(101, "演练甲"), *(person(order) for order in range(102, 106))]
    number = sent(town, roster(*rows))
    who = result(town, number)["questions"][0]["resident"]
    answer_row(town, number, 1, "register")
    [row] = with_statuses(town.app, [who])
    meant = Audience((), (), ("registered",))
    recipient = recipient_of(town.app, row)
    today = town.app.today()
    assert reason_against(recipient, AtRelease("registered", 0), meant, today) == mark


def test_a_cadre_sees_who_is_noted_as_gone(town: PartUnderTest, monkeypatch: pytest.MonkeyPatch):
    reads_otherwise(monkeypatch, marked(演练甲=("moved_away",)))
    number = sent(
        town, roster(person(101, "演练甲"), *(person(order) for order in range(102, 106)))
    )
    answer_row(town, number, 1, "register")
    chief = town.http.signed_in("v01-chief", ("unit_chief", "unit:v01"))
    page = chief.page("/list").text
    assert page.count("名册注明：已迁出") <= 1
    listed = chief.get("/api/list").json["residents"]
    assert [each["left"] for each in listed].count("moved_away") == len(listed) // 5
