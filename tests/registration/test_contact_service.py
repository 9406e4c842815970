"""Contacts over HTTP and on the cadre's list: who sees whom, one tap an outcome, one to undo it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.support.part import HttpClient, PartUnderTest
from tests.support.workbooks import person, roster

A, B = "v01-a", "v01-b"


class Village:
    """A unit of seven people: the first five are A's, the sixth B's, nobody has the seventh."""

    def __init__(self, folder: Path) -> None:
        self.part = PartUnderTest(folder, "registration")
        self.part.at("2024-04-02")
        for login in (A, B):
            self.part.hears(
                "supervision", "RoleGranted", login=login, role="unit_cadre", scope="unit:v01"
            )
        rows = [person(100 + n, f"演练{'甲乙丙丁戊己庚'[n]}") for n in range(7)]
        answer = self.part.http.upload("/api/units/v01/roster", roster(*rows)).json
        assert answer is not None
        self.people: list[str] = [entry["resident"] for entry in answer["entries"]]
        self.assign(A, *self.people[:5])
        self.assign(B, self.people[5])
        self.a = self.client(A)
        self.chief = self.part.http.signed_in("v01-chief", ("unit_chief", "unit:v01"))

    def client(self, login: str, scope: str = "unit:v01") -> HttpClient:
        return self.part.http.signed_in(login, ("unit_cadre", scope))

    def assign(self, cadre: str, *residents: str) -> None:
        body = {"choice": "residents", "residents": list(residents), "cadres": [cadre]}
        answer = self.part.http.post("/api/units/v01/assignments", body)
        assert answer.status_code == 200, answer.text

    def call(self, number: int, outcome: str, by: HttpClient | None = None, **said: Any) -> Any:
        body = {"channel": "phone", "outcome": outcome} | said
        url = f"/api/residents/{self.people[number]}/contacts"
        return (by or self.a).post(url, body)

    def undo(self, number: int, contact: str, by: HttpClient | None = None) -> Any:
        url = f"/api/residents/{self.people[number]}/contacts/{contact}/undo"
        return (by or self.a).post(url)

    def listed(self, by: HttpClient | None = None, **which: Any) -> dict[str, Any]:
        answer = (by or self.a).get("/api/list", **which)
        assert answer.status_code == 200, answer.text
        return answer.json  # type: ignore[return-value]

    def shown(self, **which: Any) -> set[str]:
        return {row["resident"] for row in self.listed(**which)["residents"]}


@pytest.fixture
def village(tmp_path: Path) -> Village:
    return Village(tmp_path)


def test_a_contact_and_its_answer_are_one_command(village: Village):
    said = {"wished_week": "2024-W15", "wished_site": "stadium"}
    answer = village.call(0, "willing", **said)
    assert answer.status_code == 200, answer.text
    contact = answer.json["contact"]
    assert answer.json == {
        "resident": village.people[0],
        "contact": contact,
        "outcome": "willing",
        "answer": "consent",
        "status": "recorded",
    }
    attempted, consent = village.part.events("ContactAttempted", "ConsentGiven")
    assert attempted["command"] == consent["command"]
    assert attempted["actor"] == A
    assert consent["data"] == {"resident": village.people[0]} | said
    shown = village.part.http.get(f"/api/residents/{village.people[0]}").json
    assert (shown["status"], shown["wished_site"]) == ("consented", "stadium")
    assert village.part.view() == village.part.rebuilt_view()


def test_the_same_tap_twice_is_one_contact(village: Village):
    url, body = f"/api/residents/{village.people[0]}/contacts", {}
    body = {"channel": "visit", "outcome": "hesitant"}
    first = village.a.post(url, body, key="tap")
    again = village.a.post(url, body, key="tap")
    assert first.json == again.json
    contact = str(uuid4())
    for _ in range(2):  # a program that records offline names the contact itself
        assert village.a.post(url, body | {"contact": contact}).status_code == 200
    assert len(village.part.events("ContactAttempted")) == 2


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"channel": "phone", "outcome": "willing"}, 422, "bad-contact"),
        ({"channel": "phone", "outcome": "refused"}, 422, "bad-contact"),
        ({"channel": "pigeon", "outcome": "hesitant"}, 422, "invalid"),
        (
            {"channel": "phone", "outcome": "hesitant", "next_day": "2024-04-01"},
            422,
            "bad-next-day",
        ),
        (
            {"channel": "phone", "outcome": "willing", "wished_week": "2024-W50"},
            422,
            "week-outside-campaign",
        ),
    ],
)
def test_a_bad_contact_is_refused_and_leaves_nothing(
    village: Village, body: dict[str, Any], status: int, code: str
):
    answer = village.a.post(f"/api/residents/{village.people[0]}/contacts", body)
    assert answer.status_code == status, answer.text
    assert code in answer.text
    assert not village.part.events("ContactAttempted")


def test_undo_restores_what_stood_and_is_told_once(village: Village):
    village.part.http.post(
        f"/api/residents/{village.people[0]}/consent",
        {"wished_week": "2024-W16", "wished_site": "community"},
    )
    contact = village.call(0, "refused", reason="health").json["contact"]
    answer = village.undo(0, contact)
    assert (answer.json["status"], answer.json["answer"]) == ("undone", "consent")
    assert village.undo(0, contact).json["status"] == "already_undone"
    shown = village.part.http.get(f"/api/residents/{village.people[0]}").json
    stands = [shown[name] for name in ("status", "wished_week", "wished_site", "decline_reason")]
    assert stands == ["consented", "2024-W16", "community", None]
    assert len(village.part.events("ContactUndone", "AnswerTakenBack")) == 2
    assert village.part.view() == village.part.rebuilt_view()


def test_who_may_undo(village: Village):
    contact = village.call(0, "hesitant").json["contact"]
    other = village.undo(0, contact, by=village.client(B))
    assert (other.status_code, other.json["code"]) == (403, "not-yours-to-undo")
    village.part.at("2024-04-03")
    late = village.undo(0, contact)
    assert (late.status_code, late.json["code"]) == (403, "not-yours-to-undo")
    assert village.undo(0, str(uuid4())).json["code"] == "unknown-contact"
    assert village.undo(0, contact, by=village.chief).json["status"] == "undone"


def test_an_earlier_contact_is_not_undone(village: Village):
    first = village.call(0, "hesitant").json["contact"]
    village.call(0, "not_reached")
    answer = village.undo(0, first)
    assert (answer.status_code, answer.json["code"]) == (409, "not-latest-contact")


def test_a_consent_on_which_a_dose_was_given_is_not_undone(village: Village):
    contact = village.call(0, "willing", wished_week="2024-W14").json["contact"]
    from shared.town.contracts import catalogue

    dose = catalogue.latest("DoseAdministered").example | {"resident": village.people[0]}
    village.part.hears("appointments/stadium", "DoseAdministered", **dose)
    answer = village.undo(0, contact)
    assert (answer.status_code, answer.json["code"]) == (409, "vaccinated-since")
    assert not village.part.events("ContactUndone")


# The list


def test_the_list_is_ones_own_and_shrinks_while_one_works(village: Village):
    people = village.people
    assert village.shown() == set(people[:5])
    village.call(0, "willing", wished_week="2024-W15")
    village.call(1, "refused", reason="other")
    village.call(2, "not_reached", next_day="2024-04-03")
    village.call(3, "moved_away")
    assert village.shown() == {people[4]}
    counts = village.listed()["counts"]
    assert counts == {
        "due": 1,
        "later": 1,
        "willing": 1,
        "refused": 1,
        "check": 1,
        "done": 0,
        "all": 5,
    }
    assert village.listed()["contacted_today"] == 4
    assert village.shown(show="willing") == {people[0]}
    assert village.shown(show="check") == {people[3]}
    village.part.at("2024-04-03")
    assert village.shown() == {people[2], people[4]}
    assert village.listed()["residents"][0]["resident"] == people[2], "the agreed day comes first"


def test_the_hesitant_without_a_day_come_back_the_next_day(village: Village):
    village.call(0, "hesitant")
    assert village.people[0] not in village.shown()
    village.part.at("2024-04-03")
    assert village.listed()["residents"][0]["resident"] == village.people[0]


def test_whom_nobody_is_assigned_to_is_on_nobodys_list(village: Village):
    lists = village.shown() | {
        r["resident"] for r in village.listed(village.client(B))["residents"]
    }
    assert village.people[6] not in lists


def test_only_the_page_shown_is_looked_at_and_addresses_only_when_asked_for(village: Village):
    before = len(village.part.events("PersonalDataViewed"))
    village.listed()
    village.listed(addresses=True)
    plain, full = village.part.events("PersonalDataViewed")[before:]
    assert set(plain["data"]["residents"]) == set(village.people[:5])
    assert set(plain["data"]["viewed"]) == {"name", "phone"}
    assert set(full["data"]["viewed"]) == {"name", "phone", "address"}


def test_a_grant_for_a_list_reaches_its_own_people_only(village: Village):
    a = village.client(A, "list:v01")
    assert a.get(f"/api/residents/{village.people[0]}").status_code == 200
    assert a.get(f"/api/residents/{village.people[5]}").status_code == 403
    assert a.get(f"/api/residents/{village.people[6]}").status_code == 403
    assert a.get("/api/units/v01/residents").status_code == 403
    assert len(village.listed(a)["residents"]) == 5
    village.assign(B, village.people[0])
    assert a.get(f"/api/residents/{village.people[0]}").status_code == 403
    assert village.call(0, "hesitant", by=a).status_code == 403


def test_a_cadre_who_lost_the_role_sees_no_list(village: Village):
    elsewhere = village.part.http.signed_in(A, ("unit_cadre", "unit:v02"))
    assert village.listed(elsewhere)["counts"]["all"] == 0


# Pages


def test_the_list_page_calls_and_taps_and_undoes(village: Village):
    page = village.a.page("/list")
    assert page.status_code == 200
    assert page.text.count('href="tel:1380000') == 5
    assert page.text.count('accesskey="1"') == 1
    assert 'value="2024-W15" selected' in page.text, "next week is offered first"
    resident = village.people[0]
    tapped = village.a.form(
        f"/api/residents/{resident}/contacts",
        channel="phone",
        outcome="refused",
        reason="no_time",
        _next=f"/list?just={resident}",
    )
    assert tapped.status_code == 303
    after = village.a.page(tapped.headers["Location"])
    assert "已登记" in after.text
    (undo,) = re.findall(rf"/api/residents/{resident}/contacts/([0-9a-f-]+)/undo", after.text)
    assert undo
    back = village.a.press(after, ".banner form")
    assert "已撤销" in village.a.page(back.headers["Location"]).text
    assert resident in village.shown()


def test_the_banner_shows_only_what_one_recorded_oneself(village: Village):
    village.call(0, "hesitant")
    assert (
        "contacts/"
        not in village.client(B).page("/list", just=village.people[0]).text.split("<h1>")[0]
    )


def test_a_refused_tap_says_what_to_do(village: Village):
    answer = village.a.form(
        f"/api/residents/{village.people[0]}/contacts", channel="phone", outcome="willing"
    )
    assert answer.status_code == 422
    assert "希望接种周" in answer.text


def test_the_residents_page_strikes_out_what_was_undone(village: Village):
    contact = village.call(0, "refused", reason="no_time").json["contact"]
    village.undo(0, contact)
    village.call(0, "willing", wished_week="2024-W15", wished_site="community")
    page = village.part.http.page(f"/residents/{village.people[0]}").text
    assert page.count('<li class="undone">') == 1
    assert "撤销了误记的对此人的联系" in page
    assert "预约仍在对应接种点" in page, "the wished site is not the docked one"
    assert "希望去社区卫生服务中心" in village.a.page("/list", show="willing").text
