"""Close matches: found, decided by a person, and undone again (one person counts once, R16)."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup

from services.registration.domain.recipient import Audience
from services.registration.duplicates.commands import record_matches
from services.registration.duplicates.views import decisions
from services.registration.mobilisation import figures
from services.registration.notices.audience import born_by, people_of
from services.registration.search.close_matches import CloseMatch
from services.registration.tallies import queries as tallies
from tests.support.part import PartUnderTest
from tests.support.workbooks import card, person, roster

STADIUM, SECOND_SITE = "appointments/stadium", "appointments/township"


def pair(one: str, two: str, score: float = 0.93) -> CloseMatch:
    """A close match as the engine hands it over."""
    return CloseMatch(one, two, score, ("same_phone", "similar_name"))


# People so different that the engine itself finds no two of them alike.
NAMES = ("赵一凡", "钱丽华", "孙建国", "李秀英", "周永强", "吴桂兰", "郑志明", "王海燕")
BORN = ("19610203", "19700415", "19850930", "19911122", "19680807", "19790619", "19950101")


def somebody(order: int) -> list[Any]:
    name, born = NAMES[order % 8], BORN[order % 7]
    number, phone = card(order, born), f"1{30 + order % 50}{order * 7919 % 10**8:08d}"
    return person(order, name, card=number, phone=phone)


class Town(PartUnderTest):
    """Registration with some residents, and what is done to them."""

    def registered(self, *orders: int, unit: str = "v01") -> list[str]:
        rows = [somebody(order) for order in orders]
        answer = self.http.upload(f"/api/units/{unit}/roster", roster(*rows))
        assert answer.status_code == 200, answer.text
        return [entry["resident"] for entry in answer.json["entries"]]  # type: ignore[index]

    def found(self, *matches: CloseMatch) -> int:
        with self.transaction():
            return record_matches(self.app, matches)

    def decide(self, what: str, one: str, two: str, **body: Any) -> Any:
        return self.http.post(f"/api/matches/{one}/{two}/{what}", body)

    def merge(self, yields: str, stays: str) -> dict[str, Any]:
        answer = self.decide("same", yields, stays, stays=stays)
        assert answer.status_code == 200, answer.text
        return answer.json

    def unmerge(self, resident: str) -> Any:
        return self.http.post(f"/api/residents/{resident}/unmerge")

    def queue(self, **which: Any) -> dict[str, Any]:
        return self.http.get("/api/matches", **which).json or {}

    def shown(self, resident: str) -> dict[str, Any]:
        return self.http.get(f"/api/residents/{resident}").json or {}

    def unit(self, code: str = "v01") -> dict[str, Any]:
        units = self.http.get("/api/units").json["units"]  # type: ignore[index]
        return next(unit for unit in units if unit["unit"] == code)

    def consents(self, resident: str, week: str = "2024-W14") -> None:
        answer = self.http.post(f"/api/residents/{resident}/consent", {"wished_week": week})
        assert answer.status_code == 200, answer.text

    def declines(self, resident: str) -> None:
        answer = self.http.post(f"/api/residents/{resident}/decline", {"reason": "no_time"})
        assert answer.status_code == 200, answer.text

    def dose(self, resident: str, number: int, day: str, site: str = "stadium") -> None:
        self.hears(
            f"appointments/{site}",
            "DoseAdministered",
            resident=resident,
            site=site,
            unit="v01",
            cohort="general",
            dose=number,
            day=day,
            product="CoronaVac",
            batch="SV-1",
            vaccinator="tester",
        )

    def screened(self, resident: str, event: str, day: str = "2024-04-01", **more: Any) -> None:
        about = {"site": "stadium", "day": day, "rules": "1"}
        self.hears("screening", event, resident=resident, **about, **more)

    def state(self) -> dict[str, Any]:
        """The views without the list of decisions."""
        return {name: rows for name, rows in self.view().items() if name != decisions.name}


@pytest.fixture
def town(tmp_path: Path) -> Town:
    part = Town(tmp_path, "registration")
    part.at("2024-03-26")
    return part


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


# Found


def test_a_close_match_is_recorded_and_queued(town: Town):
    one, two = town.registered(101, 102)
    assert town.found(pair(one, two)) == 1
    (event,) = town.events("CloseMatchFound")
    assert event["data"] == {
        "resident": one,
        "other": two,
        "score": 0.93,
        "reasons": ["same_phone", "similar_name"],
        "against": [],
    }
    queue = town.queue()
    assert (queue["left"], queue["pairs"][0]["reasons"]) == (1, ["same_phone", "similar_name"])
    assert town.view() == town.rebuilt_view()


def test_a_known_pair_is_not_told_twice_whichever_way_round(town: Town):
    one, two = town.registered(101, 102)
    assert town.found(pair(one, two), pair(two, one, 0.5)) == 1
    assert town.found(pair(two, one)) == 0
    assert len(town.events("CloseMatchFound")) == 1


def test_a_match_with_itself_or_with_nobody_is_left_out(town: Town):
    (one,) = town.registered(101)
    assert town.found(pair(one, one), pair(one, str(uuid4()))) == 0
    assert town.events("CloseMatchFound") == []


def test_many_rows_and_few_pairs_cost_few_questions(town: Town, monkeypatch: pytest.MonkeyPatch):
    people = town.registered(*range(1, 200, 2))
    asked: list[Any] = []
    rows = town.app.rows
    monkeypatch.setattr(town.app, "rows", lambda query: asked.append(query) or rows(query))
    pairs = [pair(one, two) for one, two in zip(people[::2], people[1::2], strict=False)]
    assert town.found(*pairs) == len(pairs) == 50
    assert len(asked) <= 3


def test_the_surest_pair_comes_first(town: Town):
    one, two, three = town.registered(101, 102, 103)
    town.found(pair(one, two, 0.8), pair(one, three, 0.99))
    assert [row["score"] for row in town.queue()["pairs"]] == [0.99, 0.8]


def test_an_import_finds_who_is_likely_registered_twice(town: Town):
    """One person: the same name and telephone, one digit of the number mistyped."""
    town.registered(101, 103)
    mistyped = person(104, NAMES[101 % 8], card=card(111, BORN[101 % 7]), phone=somebody(101)[2])
    answer = town.http.upload("/api/units/v02/roster", roster(mistyped))
    assert answer.status_code == 200, answer.text
    (found,) = town.queue()["pairs"]
    assert {"same_name", "same_phone"} <= set(found["reasons"])
    assert town.view() == town.rebuilt_view()


# Not the same, later


def test_twins_are_dismissed_once_and_not_asked_again(town: Town):
    one, two = town.registered(101, 102)
    town.found(pair(one, two))
    assert town.decide("different", one, two).json["status"] == "dismissed"
    assert town.decide("different", two, one).status_code == 200
    assert len(town.events("CloseMatchDismissed")) == 1
    assert town.found(pair(one, two)) == 0
    assert town.queue()["left"] == 0
    assert town.view() == town.rebuilt_view()


def test_a_dismissed_pair_is_asked_again_when_somebody_asks(town: Town):
    one, two = town.registered(101, 102)
    town.found(pair(one, two))
    before = town.state()
    town.decide("different", one, two)
    assert town.decide("again", one, two).json["status"] == "open"
    assert town.decide("again", one, two).status_code == 200
    assert len(town.events("CloseMatchReopened")) == 1
    assert town.queue()["left"] == 1
    assert town.state() == before
    assert town.view() == town.rebuilt_view()


def test_there_is_nothing_to_ask_again_of_an_unknown_pair(town: Town):
    one, two = town.registered(101, 102)
    assert code_of(town.decide("again", one, two)) == (409, "nothing-decided")


def test_later_comes_back_on_its_day(town: Town):
    one, two = town.registered(101, 102)
    town.found(pair(one, two))
    town.decide("later", one, two, until="2024-04-02")
    assert (town.queue()["left"], town.queue(state="later")["left"]) == (0, 1)
    town.at("2024-04-02")
    assert (town.queue()["left"], town.queue(state="later")["left"]) == (1, 0)


def test_later_without_a_day_waits_until_somebody_asks(town: Town):
    one, two = town.registered(101, 102)
    town.found(pair(one, two))
    town.decide("later", one, two)
    town.decide("later", one, two)
    assert len(town.events("CloseMatchPostponed")) == 1
    town.at("2024-06-20")
    assert (town.queue()["left"], town.queue(state="later")["left"]) == (0, 1)
    town.decide("again", one, two)
    assert town.queue()["left"] == 1
    assert town.view() == town.rebuilt_view()


# The same


def test_a_merge_links_two_records_and_the_person_counts_once(town: Town):
    one, two = town.registered(101, 102)
    town.consents(one)
    town.found(pair(one, two))
    assert town.decide("same", one, two).json == {
        "resident": two,
        "into": one,
        "status": "merged",
        "attention": [],
        "version": 1,
    }
    (event,) = town.events("ResidentsMerged")
    assert event["data"] == {"resident": two, "into": one, "doses": []}
    assert town.queue()["left"] == 0
    assert (town.unit()["registered"], town.unit()["consented"]) == (1, 1)
    assert (town.shown(two)["status"], town.shown(two)["merged_into"]) == ("merged", one)
    assert town.shown(one)["records"] == [two]
    listed = town.http.get("/api/units/v01/residents").json["residents"]  # type: ignore[index]
    assert {row["resident"]: row["status"] for row in listed} == {one: "consented", two: "merged"}
    (cohort,) = tallies.cohorts(town.app, "v01")
    assert (cohort["people"], cohort["consented"]) == (1, 1)
    assert figures.cadres(town.app, "v01")["unassigned"] == 1
    everybody = Audience((), (), ("consented", "registered", "merged"))
    meant = people_of(everybody, town.today(), born_by(town.app))
    assert [row["resident"] for row in town.app.rows(meant)] == [one]
    assert town.view() == town.rebuilt_view()


def test_the_same_merge_again_changes_nothing(town: Town):
    one, two = town.registered(101, 102)
    town.merge(two, one)
    assert town.merge(two, one)["status"] == "already_merged"
    assert len(town.events("ResidentsMerged")) == 1


@pytest.mark.parametrize("event", ["answer", "dose", "older"])
def test_who_stays_unless_somebody_says_otherwise(town: Town, event: str):
    older, younger = town.registered(101, 102)
    if event == "answer":
        town.declines(younger)
    elif event == "dose":
        town.consents(older)
        town.dose(younger, 1, "2024-04-02")
    stays = older if event == "older" else younger
    assert town.decide("same", older, younger).json["into"] == stays


def test_the_record_that_stays_shows_both_histories(town: Town):
    one, two = town.registered(101, 102)
    town.consents(one)
    town.dose(two, 1, "2024-04-02")
    town.merge(two, one)
    history = town.shown(one)["history"]
    assert {each["facts"].get("resident") for each in history} == {one, two}
    assert [each["event"] for each in history].count("ResidentsMerged") == 1
    assert [each["event"] for each in history].count("DoseAdministered") == 1
    assert town.shown(one)["status"] == "first_done"


def test_the_newest_answer_of_both_stands(town: Town):
    one, two = town.registered(101, 102)
    town.consents(one)
    town.declines(two)
    town.merge(two, one)
    assert (town.unit()["consented"], town.unit()["declined"]) == (0, 1)
    assert town.shown(one)["decline_reason"] == "no_time"
    town.consents(two, "2024-W15")
    assert town.shown(one)["wished_week"] == "2024-W15"
    town.unmerge(two)
    assert (town.shown(one)["wished_week"], town.shown(two)["wished_week"]) == (
        "2024-W14",
        "2024-W15",
    )
    assert town.view() == town.rebuilt_view()


def test_an_answer_that_a_linked_record_has_outdated_can_be_given_again(town: Town):
    one, two = town.registered(101, 102)
    town.consents(one)
    town.declines(two)
    town.merge(two, one)
    town.consents(one)
    assert town.shown(one)["status"] == "consented"
    before = len(town.events())
    town.consents(one)
    assert len(town.events()) == before
    town.declines(two)
    lines = [{"resident": one, "answer": "consent", "wished_week": "2024-W14"}] * 2
    answer = town.http.post("/api/units/v01/answers", {"answers": lines}).json
    assert answer == {"consented": 1, "declined": 0, "unchanged": 1}
    assert town.shown(one)["status"] == "consented"
    assert town.view() == town.rebuilt_view()


@pytest.mark.parametrize("which", [0, 1])
def test_answers_of_a_list_know_what_a_linked_record_has_outdated(town: Town, which: int):
    records = town.registered(101, 102, 103)
    mine, other, alone = records[which], records[1 - which], records[2]
    for resident in (mine, alone):
        town.declines(resident)
    town.merge(records[1], records[0])
    town.consents(other)
    line = {"answer": "decline", "reason": "no_time"}
    lines = [line | {"resident": resident} for resident in (mine, alone)]
    answer = town.http.post("/api/units/v01/answers", {"answers": lines}).json
    assert answer == {"consented": 0, "declined": 1, "unchanged": 1}


def test_an_answer_taken_back_leaves_the_other_records_answer(town: Town):
    one, two = town.registered(101, 102)
    town.consents(one)
    town.merge(two, one)
    contact = str(uuid4())
    said = {"contact": contact, "channel": "phone", "outcome": "refused", "reason": "no_time"}
    answer = town.http.post(f"/api/residents/{two}/contacts", said)
    assert answer.status_code == 200, answer.text
    assert town.shown(one)["status"] == "declined"
    undone = town.http.post(f"/api/residents/{two}/contacts/{contact}/undo")
    assert undone.status_code == 200, undone.text
    assert town.shown(one)["status"] == "consented"
    assert town.view() == town.rebuilt_view()


@pytest.mark.parametrize("of", [0, 1])
def test_a_contraindication_of_either_record_counts(town: Town, of: int):
    records = town.registered(101, 102)
    town.screened(records[of], "ContraindicationFound", reasons=["epilepsy_own"])
    town.screened(records[1 - of], "ResidentCleared", valid_until="2024-04-07")
    town.merge(records[1], records[0])
    assert town.shown(records[0])["status"] == "contraindicated"
    town.unmerge(records[1])
    assert town.shown(records[1 - of])["status"] == "registered"
    assert town.shown(records[of])["status"] == "contraindicated"
    assert town.view() == town.rebuilt_view()


def test_two_first_doses_are_two_doses_of_one_person_and_want_a_look(town: Town):
    one, two = town.registered(101, 102)
    town.dose(one, 1, "2024-04-02")
    town.dose(two, 1, "2024-04-05", site="township")
    answer = town.merge(two, one)
    assert answer["attention"] == ["two_first_doses", "doses_too_close"]
    shown = town.shown(one)
    assert (shown["status"], shown["first_day"], shown["second_day"]) == (
        "completed",
        "2024-04-02",
        "2024-04-05",
    )
    doses = town.events("ResidentsMerged")[0]["data"]["doses"]
    assert [(each["resident"], each["site"], each["day"]) for each in doses] == [
        (one, "stadium", "2024-04-02"),
        (two, "township", "2024-04-05"),
    ]
    assert town.unit()["first"] == 2  # as given; nothing is destroyed
    assert town.view() == town.rebuilt_view()


def test_a_dose_that_is_told_after_the_merge_counts_for_the_person(town: Town):
    one, two = town.registered(101, 102)
    town.merge(two, one)
    town.dose(two, 1, "2024-04-02")
    assert town.shown(one)["status"] == "first_done"
    town.unmerge(two)
    assert (town.shown(one)["status"], town.shown(two)["status"]) == ("registered", "first_done")
    assert town.view() == town.rebuilt_view()


def test_importing_the_yielded_document_again_makes_no_new_person(town: Town):
    one, two = town.registered(101, 102)
    town.merge(two, one)
    before = len(town.events())
    again = town.http.upload("/api/units/v01/roster", roster(somebody(102))).json
    assert (again["unchanged"], again["new"]) == (1, 0)  # type: ignore[index]
    assert town.events("ResidentRegistered")[-1]["data"]["resident"] == two
    assert town.unit()["registered"] == 1
    assert len(town.events()) == before + 1  # the roster that was read


def test_two_people_merged_by_hand_need_no_close_match(town: Town):
    one, two = town.registered(101, 102)
    town.merge(one, two)
    assert town.shown(one)["merged_into"] == two


# Refusals


def test_what_cannot_be_merged(town: Town):
    one, two, three, four = town.registered(101, 102, 103, 104)
    town.merge(two, one)
    assert code_of(town.decide("same", one, one)) == (422, "same-record")
    assert code_of(town.decide("same", two, three, stays=three)) == (409, "merged-elsewhere")
    assert code_of(town.decide("same", three, two, stays=two)) == (409, "merged-already")
    assert code_of(town.decide("same", one, two, stays=two)) == (409, "merged-already")
    assert code_of(town.decide("same", one, three, stays=three)) == (409, "holds-others")
    assert code_of(town.decide("same", one, str(uuid4()))) == (404, "unknown-resident")
    assert code_of(town.decide("same", one, three, stays=four)) == (404, "unknown-resident")
    assert code_of(town.decide("different", one, two)) == (409, "one-person")
    assert code_of(town.decide("later", one, two)) == (409, "one-person")
    assert code_of(town.unmerge(three)) == (409, "not-merged")
    town.http.post(f"/api/residents/{four}/erase", {"reason": "by_request"})
    assert code_of(town.decide("same", three, four, stays=three)) == (409, "erased")
    assert len(town.events("ResidentsMerged")) == 1


def test_a_third_record_joins_and_leaves(town: Town):
    one, two, three = town.registered(101, 102, 103)
    town.consents(two)
    town.declines(three)
    before = town.state()
    town.merge(two, one)
    town.merge(three, one)
    assert (town.unit()["registered"], town.unit()["declined"]) == (1, 1)
    town.unmerge(three)
    assert (town.unit()["registered"], town.unit()["consented"]) == (2, 1)
    town.unmerge(two)
    assert town.state() == before
    assert town.view() == town.rebuilt_view()


# Undo


def test_undo_brings_back_exactly_what_was(town: Town):
    one, two = town.registered(101, 102)
    town.found(pair(one, two))
    town.consents(one)
    town.declines(two)
    town.dose(one, 1, "2024-04-02")
    town.screened(two, "ResidentDeferred", reasons=["fever"], until="2024-04-09")
    before = town.state()
    town.merge(two, one)
    assert town.state() != before
    assert town.unmerge(two).json == {
        "resident": two,
        "into": one,
        "status": "undone",
        "attention": [],
        "version": 2,
    }
    assert town.state() == before
    assert town.queue()["left"] == 1
    assert town.view() == town.rebuilt_view()


def test_undoing_twice_says_so(town: Town):
    one, two = town.registered(101, 102)
    town.merge(two, one)
    town.unmerge(two)
    assert code_of(town.unmerge(two)) == (409, "not-merged")
    assert len(town.events("MergeUndone")) == 1


def test_an_undo_takes_back_its_own_decision_and_none_that_came_after(town: Town):
    one, two, three = town.registered(101, 102, 103)
    mine = town.merge(two, one)["version"]
    town.unmerge(two)
    town.merge(two, three)
    url = f"/api/residents/{two}/unmerge"
    assert code_of(town.http.post(url, {"version": mine})) == (409, "changed-since")
    assert town.shown(two)["merged_into"] == three
    assert town.http.post(url, {"version": 3}).json["into"] == three  # type: ignore[index]

    town.found(pair(one, two))
    mine = town.decide("different", one, two).json["version"]
    assert not town.decide("different", one, two).json["told"]
    town.decide("later", one, two)
    assert code_of(town.decide("again", one, two, version=mine)) == (409, "changed-since")
    assert town.queue(state="later")["left"] == 1


# Who may


def test_chiefs_decide_within_their_units_and_the_office_everywhere(town: Town):
    (one,), (two,) = town.registered(101), town.registered(102, unit="v02")
    town.found(pair(one, two))
    url = f"/api/matches/{one}/{two}/different"
    one_chief = town.http.signed_in("chief", ("unit_chief", "unit:v01"))
    assert one_chief.get("/api/matches").json["left"] == 0  # type: ignore[index]
    assert one_chief.post(url).status_code == 403
    assert one_chief.page(f"/matches/{one}/{two}").status_code == 403
    both = town.http.signed_in("chief", ("unit_chief", "unit:v01"), ("unit_chief", "unit:v02"))
    assert both.get("/api/matches").json["left"] == 1  # type: ignore[index]
    assert both.post(f"/api/matches/{one}/{two}/same", {"stays": one}).status_code == 200
    assert one_chief.post(f"/api/residents/{two}/unmerge").status_code == 403
    office = town.http.signed_in("office", ("office", "town"))
    assert office.post(f"/api/residents/{two}/unmerge").status_code == 200
    cadre = town.http.signed_in("cadre", ("unit_cadre", "unit:v01"))
    assert cadre.get("/api/matches").status_code == 403


# Forgetting


def test_erasing_a_merged_person_erases_both_records(town: Town):
    one, two, three = town.registered(101, 102, 103)
    town.merge(two, one)
    answer = town.http.post(f"/api/residents/{two}/erase", {"reason": "by_request"}).json
    assert set(answer["records"]) == {one, two}  # type: ignore[index]
    assert {event["data"]["resident"] for event in town.events("ResidentErased")} == {one, two}
    assert [town.shown(each)["name"] for each in (one, two)] == [None, None]
    assert town.shown(three)["name"] == NAMES[103 % 8]
    assert town.view() == town.rebuilt_view()


def test_a_dose_of_the_other_record_retains_both_as_the_law_says(town: Town):
    one, two = town.registered(101, 102)
    town.dose(two, 1, "2024-04-02")
    town.merge(two, one)
    answer = town.http.post(f"/api/residents/{one}/erase", {"reason": "by_request"}).json
    assert (answer["destroyed"], answer["retained"]) == (["contact"], ["facts"])  # type: ignore[index]
    assert [town.shown(each)["phone"] for each in (one, two)] == [None, None]


# Pages


def test_the_queues_page_shows_both_records_and_leads_to_the_next_pair(town: Town):
    one, two, three = town.registered(101, 102, 103)
    town.found(pair(one, two, 0.99), pair(one, three, 0.8))
    page = town.http.page("/matches").text
    for text in (
        NAMES[101 % 8],
        NAMES[102 % 8],
        "还有 2 对",
        "相似度 99%",
        "手机号相同",
        "<mark>",
        'data-key="3"',
    ):
        assert text in page
    form = {"stays": one, "_next": "/matches"}
    answer = town.http.form(f"/api/matches/{one}/{two}/same", **form)
    assert answer.status_code == 303
    page = town.http.page(answer.location).text
    for text in (NAMES[103 % 8], "还有 1 对", "已合并为一人", f"/api/residents/{two}/unmerge"):
        assert text in page
    assert NAMES[102 % 8] not in page.split("最近的决定")[0]


def test_no_press_too_many_decides_on_a_pair(town: Town):
    one, two = town.registered(101, 102)
    town.found(pair(one, two))
    for address in ("/matches", f"/matches/{one}/{two}"):
        page = BeautifulSoup(town.http.page(address).text, "html.parser")
        assert [each.name for each in page.find_all(autofocus=True)] == ["h1"]
        assert [each["data-key"] for each in page.select("[data-careful]")] == ["1", "2", "3"]


def test_the_queues_page_without_pairs_says_so(town: Town):
    assert "没有待核对的登记" in town.http.page("/matches").text
    assert "没有待核对的登记" in town.http.page("/matches", state="later").text


def test_two_records_named_by_hand_are_laid_side_by_side(town: Town):
    one, two = town.registered(101, 102)
    answer = town.http.form(f"/residents/{one}/compare", q=NAMES[102 % 8])
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/matches/{one}/{two}")
    assert NAMES[102 % 8] in town.http.page(f"/matches/{one}/{two}").text
    town.merge(two, one)
    assert "撤销合并" in town.http.page(f"/matches/{one}/{two}").text
    assert "已并入" in town.http.page(f"/residents/{two}").text
    assert f"/api/residents/{two}/unmerge" in town.http.page(f"/residents/{one}").text


def test_no_name_or_number_is_in_an_event(town: Town):
    one, two = town.registered(101, 102)
    town.found(pair(one, two))
    town.merge(two, one)
    told = [
        event for event in town.events() if event["event"] in ("CloseMatchFound", "ResidentsMerged")
    ]
    assert not any(name in str(told) for name in NAMES)
