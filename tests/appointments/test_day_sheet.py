"""The day's sheet: its figures are the pages' and those of the events, the same day gives the same bytes."""

from __future__ import annotations

import uuid
from collections import Counter
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.appointments.test_closing import counted, fridge_read, leader, on_duty
from tests.support.examples import examples
from tests.support.papers import text_of
from tests.support.part import HttpClient
from tests.support.stadium import ANNA, BO, FIRST, Stadium, batch

SHEET, PAPER = f"/closing/{FIRST}.xlsx", f"/closing/{FIRST}.pdf"
PEOPLE = [uuid.UUID(int=number) for number in range(1, 7)]


def sheets(client: HttpClient, url: str = SHEET, language: str = "zh") -> list[list[list[Any]]]:
    """The rows of all sheets."""
    said = {"Accept": "text/html", "Accept-Language": language}
    answer = client.client.get(url, headers=client.bearer(client.person, **said))
    assert answer.status_code == 200, answer.text
    book = load_workbook(BytesIO(answer.data))
    return [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book]


def figures(rows: list[list[Any]]) -> dict[str, Any]:
    """The first table of the first sheet."""
    return {row[0]: row[1] for row in rows[1:13]}


@pytest.fixture
def day(site: Stadium) -> Stadium:
    """Anna got her dose, Bo did not come, three doses were broken, one was not found."""
    site.consented(BO)
    site.booked()
    site.booked(BO)
    site.at(FIRST)
    on_duty(site, desk="3")
    site.vaccinated(ANNA, FIRST)
    site.at(f"{FIRST}T09:05")
    assert site.person(ANNA, "observation-end").status_code == 200
    fridge_read(site)
    site.at(f"{FIRST}T18:00")
    site.ok(f"/api/days/{FIRST}/no-shows")
    site.ok("/api/batches/SV-1/waste", {"doses": 3, "reason": "broken"})
    site.ok("/api/batches", batch("SV-2", doses=40))
    site.ok("/api/batches/SV-1/send", {"to_site": "township", "doses": 6, "note": "T-1"})
    site.ok("/api/batches/SV-1/count", {"counted": 989, "explanation": "not found"})
    return site


def test_the_sheet_holds_figures_batches_people_and_what_needs_review(day: Stadium):
    note = {"item": "loss:SV-1:4", "note": "the shelf gave way"}
    assert leader(day).post(f"/api/days/{FIRST}/reviews", note).status_code == 200
    assert leader(day).post(f"/api/days/{FIRST}/close").status_code == 200
    town, batches, cold, people, review = sheets(leader(day))
    found = figures(town)
    assert (found["来了（人）"], found["第一剂"], found["未到"], found["损耗（剂）"]) == (
        1,
        1,
        1,
        3,
    )
    assert found["每日最低"] == "没有达到"
    assert ["08:00", 1, 1, 0] in town
    assert ["3", "nurse-01", 1, 0] in town
    rows = {row[0]: row[2:] for row in batches[1:]}
    assert rows["SV-1"] == [1000, 0, 1, 3, 0, 0, 0, 0, 6, -1, 989, 989, -1, "not found", "可用"]
    assert rows["SV-2"][:3] == [0, 40, 0]
    assert cold[1] == ["1", "09:00", "4.5", "tester", ""]
    first, second = people[1:]
    assert first[0] == 1
    assert first[4:10] == ["已完成", "第一剂", "克尔来福（北京科兴中维）", "SV-1", "nurse-01", "3"]
    assert first[10:] == ["08:00", "08:00", "09:05"]
    assert second[4] == "未到"
    assert review[1][0] == "损耗偏多"
    assert review[1][3] == "the shelf gave way"
    assert review[-1][:2] == ["结束", "leader"]


def test_the_sheet_holds_how_it_is_with_batches_refrigerators_and_syringes(day: Stadium):
    day.ok("/api/syringes/deliveries", {"syringes": 100, "note": "N-1"})
    day.ok("/api/syringes/waste", {"syringes": 2, "reason": "damaged"})
    day.ok("/api/batches/SV-2/fridge", {"fridge": "1"})
    day.ok("/api/fridges/readings", {"fridge": "1", "celsius": 9.5})
    day.ok("/api/fridges/1/readings/1/withdraw", {"reason": "the wrong one"})
    day.ok("/api/batches/SV-1/recall", {"reason": "by the maker"})
    _, batches, cold, *_ = sheets(leader(day))
    assert {row[0]: row[-1] for row in batches[1:]} == {"SV-1": "已召回", "SV-2": "隔离中"}
    assert cold[1][2:] == ["4.5", "tester", "已撤回：the wrong one"]
    assert cold[3][1:] == ["18:00", "9.5", "tester", "超出 2–8 ℃"]
    found = {row[0]: row[1] for row in cold[-5:]}
    assert found == {"收到": 100, "使用": 1, "损坏": 2, "盘亏": 0, "剩余": 97}


def test_the_sheet_speaks_the_readers_language(day: Stadium):
    for rows in sheets(leader(day), language="en"):
        said = [str(cell) for row in rows for cell in row if cell is not None]
        assert not [text for text in said if any("\u4e00" <= sign <= "\u9fff" for sign in text)]


@pytest.mark.parametrize("url", [SHEET, PAPER])
def test_the_same_day_gives_the_same_bytes(day: Stadium, url: str):
    one, two = (leader(day).page(url).data for _ in range(2))
    assert one == two


def test_on_paper_the_same_is_said_with_a_place_to_sign(day: Stadium):
    said = text_of(leader(day).page(PAPER).data)
    for words in ("体育馆", "SV-1", "nurse-01", "损耗偏多", "负责人签名"):
        assert words in said


def test_nobody_but_the_own_leader_gets_the_sheet(day: Stadium):
    for role, scope in (
        ("site_staff", "site:stadium"),
        ("site_leader", "site:township"),
        ("office", "town"),
        ("supervisor", "town"),
    ):
        assert day.http.signed_in("other", (role, scope)).page(SHEET).status_code == 403
    assert leader(day).page("/closing/soon.xlsx").status_code == 422
    page = leader(day).page(f"/closing?day={FIRST}").text
    assert SHEET in page and PAPER in page
    nurse = day.http.signed_in("nurse", ("site_staff", "site:stadium"))
    assert SHEET not in nurse.page(f"/closing?day={FIRST}").text


def test_what_was_counted_before_doses_went_is_no_count_of_the_evening(day: Stadium):
    def counts() -> list[Any]:
        [row] = (each for each in sheets(leader(day))[1] if each[0] == "SV-1")
        return row[11:16]

    assert counts() == [-1, 989, 989, -1, "not found"]
    day.at(f"{FIRST}T18:10")
    day.ok("/api/batches/SV-1/send", {"to_site": "township", "doses": 10, "note": "T-2"})
    assert counts() == [-1, 979, "没有盘点", "", ""]
    day.at(f"{FIRST}T18:20")
    counted(day)
    assert counts() == [-1, 979, 979, 0, ""]
    day.at("2024-04-03T08:00")
    day.ok("/api/batches/SV-1/waste", {"doses": 1, "reason": "broken"})
    counted(day)
    assert counts() == [-1, 979, 979, 0, ""], "counted in the evening"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("come", "dose", "dose", "leave", "waste", "count", "receive", "no_shows")),
        st.integers(0, len(PEOPLE) - 1),
    ),
    max_size=24,
)


@settings(max_examples=examples(8), deadline=None)
@given(STEPS)
def test_whatever_happens_the_sheet_agrees_with_the_pages_and_the_events(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
):
    site = Stadium(tmp_path_factory.mktemp("site")).opens(doses=50)
    for who in PEOPLE:
        site.consented(who)
        site.booked(who)
    site.at(FIRST)
    for number, (step, person) in enumerate(steps):
        site.at(f"{FIRST}T{8 + number // 6:02}:{number % 6 * 10:02}")
        who = PEOPLE[person]
        if step == "come" and site.person(who, "check-in").status_code == 200:
            site.cleared(who, FIRST)
        elif step == "dose":
            site.give(who)
        elif step == "leave":
            site.person(who, "observation-end", early_reason="called home")
        elif step == "waste":
            site.http.post("/api/batches/SV-1/waste", {"doses": person + 1, "reason": "broken"})
        elif step == "count":
            counted(site)
        elif step == "receive":
            site.http.post("/api/batches", batch("SV-1", doses=person + 1))
        elif step == "no_shows":
            site.ok(f"/api/days/{FIRST}/no-shows")
    agrees(site)
    assert site.view() == site.rebuilt_view()
    agrees(site)


def agrees(site: Stadium) -> None:
    """The sheet, the page and the board say what the events say."""
    town, batches, _, people, _ = sheets(leader(site))
    events = site.events()
    of_day = [each["event"] for each in events if each["data"].get("day") == FIRST]
    doses = Counter(each["data"]["dose"] for each in events if each["event"] == "DoseAdministered")
    found, shown = figures(town), site.read("/api/closing", day=FIRST)["figures"]
    board = site.read("/api/site")["today"]
    assert found["来了（人）"] == shown["came"] == of_day.count("ResidentCheckedIn")
    assert found["未到"] == shown["not_come"] == board["no_show"] == of_day.count("NoShowRecorded")
    assert found["第一剂"] == shown["first"] == board["doses"] == doses[1]
    assert found["没来又没有登记未到"] == shown["expected"] == board["booked"]
    assert len(people) - 1 == len(PEOPLE)
    hours = town.index(["时", "签到", "第一剂", "第二剂"])
    desks = town.index(["台号", "接种人员", "第一剂", "第二剂"])
    for rows in (town[hours + 1 : desks - 1], town[desks + 1 :]):
        assert sum(row[2] or 0 for row in rows) == doses[1]
    wasted = [each["data"]["doses"] for each in events if each["event"] == "DosesWasted"]
    assert found["损耗（剂）"] == shown["wasted"] == sum(wasted)
    [row] = (each for each in batches[1:] if each[0] == "SV-1")
    before, received, used, *lost, sent, corrected, after = row[2:13]
    assert before + received - used - sum(lost) - sent + corrected == after
    assert row[13] in ("没有盘点", after)
    [stocked] = site.read("/api/batches")["batches"]
    assert (after, used, sum(lost)) == (stocked["left"], doses[1], sum(wasted))
