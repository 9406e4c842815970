"""Who looks over shoulders finds a person by name or number for a reason only, and it is a look."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.scenarios.test_found_at_a_desk import Desks
from tests.support.part import HttpClient, PartUnderTest
from tests.support.workbooks import card, person

REASON = "核对本人投诉的接种记录"
ROLES = ("supervisor", "auditor")


class Oversight(Desks):
    """The desks, and supervision, which hears what they have heard."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Registration's people are in the ledger."""
        self.group = PartUnderTest(folder, "supervision")
        super().__init__(folder, monkeypatch)

    def tell(self) -> None:
        """What registration has said arrives here too."""
        super().tell()
        self.group.hears_log("registration", self.registration.app.store.log(0, 10_000))

    def as_role(self, role: str) -> HttpClient:
        """Somebody of one role."""
        return self.group.http.signed_in(role, (role, "town"))

    def looks(self) -> list[dict[str, Any]]:
        """What supervision has recorded."""
        return [each["data"] for each in self.group.events("PersonalDataViewed")]


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Oversight:
    return Oversight(tmp_path, monkeypatch)


@pytest.mark.parametrize("role", ROLES)
def test_a_person_is_found_by_whatever_is_at_hand_for_a_reason(town: Oversight, role: str):
    who, client, shown = town.ids[101], town.as_role(role), set[str]()
    for typed in (card(101), card(101)[-4:], person(101)[2], person(101)[2][-4:], "zwl", "张伟丽"):
        answer = client.form("/find", q=typed, reason=REASON)
        assert answer.status_code == 200, answer.text
        page = BeautifulSoup(answer.text, "html.parser")
        [link] = page.select(f"main a[href='/residents/{who}']")
        assert link.text == "张伟丽", typed
        assert who[:8] in page.text
        assert who not in str(page.title)
        shown |= {each for each in town.ids.values() if each in answer.text}
    assert {each for look in town.looks() for each in look["residents"]} == shown


def test_the_only_one_found_is_a_look_too_with_its_reason(town: Oversight):
    town.as_role("auditor").form("/find", q=card(101), reason=REASON)
    [look] = town.looks()
    assert look == {
        "login": "auditor",
        "residents": [town.ids[101]],
        "viewed": ["name"],
        "page": "/find",
        "reason": REASON,
    }


def test_without_a_reason_nobody_is_searched_for_and_it_says_what_works(town: Oversight):
    asked = town.asked
    for role in ROLES:
        for url in ("/find", "/looks/find"):
            answer = town.as_role(role).form(url, q=card(101))
            assert answer.status_code == 404
            assert "请写明理由" in answer.text
            for other in ("扫预约单", "居民编号"):
                assert other in answer.text
            assert card(101) not in answer.text
    assert (town.asked, town.looks()) == (asked, [])


def test_the_field_says_what_it_takes(town: Oversight):
    for page in ("/?stay=yes", "/audit", "/looks"):
        found = BeautifulSoup(town.as_role("auditor").page(page).text, "html.parser")
        field = found.select_one("input[name=q]")
        assert field is not None
        hint = found.find(id=field["aria-describedby"])
        assert hint is not None
        assert "理由" in hint.text
        assert "居民编号" in hint.text
        [reason] = found.select("form[role=search] input[name=reason]")
        assert not reason.has_attr("required"), "an id or a unit needs none"


def test_a_refused_search_comes_back_with_its_reason_at_the_field(town: Oversight):
    auditor = town.as_role("auditor")
    headers = auditor.bearer(
        auditor.person, Accept="text/html", Referer=f"{town.group.part.address}/audit"
    )
    answer = auditor.client.post("/find", data={"q": "张伟丽", "_key": "k"}, headers=headers)
    page = BeautifulSoup(answer.text, "html.parser")
    assert "请写明理由" in page.select("#q-error")[0].text


def test_an_id_its_beginning_and_a_unit_open_at_once_and_are_no_look(town: Oversight):
    auditor, who = town.as_role("auditor"), town.ids[101]
    for typed, to in (
        (who, f"/residents/{who}"),
        (who[:8], f"/residents/{who}"),
        ("v15", "/units/v15"),
    ):
        for reason in ("", REASON):
            assert auditor.form("/find", q=typed, reason=reason).location == to
    assert town.looks() == []


def test_a_reason_says_something_and_holds_no_number(town: Oversight):
    for reason in ("因为", f"本人来电 {person(101)[2]} 要求核对"):
        assert town.as_role("auditor").form("/find", q="张伟丽", reason=reason).status_code == 422
    assert town.looks() == []


def test_nobody_found_is_said(town: Oversight):
    answer = town.as_role("supervisor").form("/find", q="李", reason=REASON)
    assert answer.status_code == 200
    assert "没有找到" in answer.text
    assert town.looks() == []


def test_while_registration_is_away_it_says_so_and_an_id_still_opens(town: Oversight):
    town.away = True
    supervisor = town.as_role("supervisor")
    assert supervisor.form("/find", q="张伟丽", reason=REASON).status_code == 409
    assert supervisor.form("/find", q=town.ids[101]).status_code == 303


def test_whose_name_cannot_be_opened_is_not_named_by_being_listed(
    town: Oversight, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(town.group.app.privacy._keys, "keys", lambda _wanted: {})
    answer = town.as_role("auditor").form("/find", q=card(101), reason=REASON)
    assert town.ids[101] not in answer.text
    assert town.looks() == []


def test_the_office_finds_whose_looks_it_wants_without_a_reason(town: Oversight):
    office = town.as_role("office")
    page = office.page("/looks").text
    assert 'name="reason"' not in page
    answer = office.form("/looks/find", q="张伟丽")
    assert f"/looks?resident={town.ids[101]}" in answer.text
    assert f"/residents/{town.ids[101]}" not in answer.text, "it may not open that"
    [look] = town.looks()
    assert (look["page"], look["reason"]) == ("/looks/find", None)
    assert town.as_role("office").form("/find", q="张伟丽").status_code == 403


def test_looks_are_found_by_the_name_of_whom_they_are_at(town: Oversight):
    answer = town.as_role("auditor").form("/looks/find", q=card(101), reason=REASON)
    page = BeautifulSoup(answer.text, "html.parser")
    assert page.select(f"main a[href='/looks?resident={town.ids[101]}']")
