"""Whoever stands at a site's or screening's desk is found by what registration alone can search."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests
from werkzeug.test import Client

from services.registration.search import schemas
from shared.kit.service_tokens import FIND, KEYS
from shared.town.privacy.questions import open_search, seal_search
from shared.town.web import finding
from shared.town.web.finding import unit_found
from tests.support.calls import called_by
from tests.support.part import PartUnderTest
from tests.support.workbooks import card, person, roster

DAY = "2024-04-02"
PEOPLE = {
    101: ("张伟丽", "v15"),
    105: ("张伟", "v15"),
    106: ("张维", "v15"),
    201: ("张伟丽", "v01"),
}


class Desks:
    """Registration with a site's and screening's desks, who hear of one another."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """People of two units are registered; only one unit comes to the stadium."""
        self.registration = PartUnderTest(folder, "registration")
        self.site = PartUnderTest(folder, "appointments", "stadium")
        self.screening = PartUnderTest(folder, "screening")
        self.away, self.late, self.asked = False, False, 0
        self.said: bytes | None = None
        monkeypatch.setattr(finding, "_away_until", {})
        for part in (self.registration, self.site, self.screening):
            part.at(DAY)
        monkeypatch.setattr(requests, "post", self._post)
        dock = {"choice": "units", "units": ["v15"], "site": "stadium", "from_day": DAY}
        self.ids: dict[int, str] = {}
        del dock
        for order, (name, unit) in PEOPLE.items():
            answer = self.registration.http.upload(
                f"/api/units/{unit}/roster", roster(person(order, name))
            )
            assert answer.status_code == 200, answer.text
            self.ids[order] = answer.json["entries"][0]["resident"]
        self.tell()

    def tell(self) -> None:
        """What registration has said arrives."""
        messages = self.registration.app.store.log(0, 10_000)
        for part in (self.site, self.screening):
            part.hears_log("registration", messages)

    def _post(self, url: str, json: Any, auth: Any, **_: Any) -> requests.Response:
        self.asked += 1
        if self.away:
            raise requests.Timeout if self.late else requests.ConnectionError
        asked = auth(requests.Request("POST", url, json=json).prepare())
        headers = {"Authorization": asked.headers["Authorization"]}
        path = "/" + url.split("/", 3)[3]
        got = Client(self.registration.routes).post(path, json=json, headers=headers)
        answer = requests.Response()
        answer.status_code, answer._content = got.status_code, self.said or got.data  # type: ignore[attr-defined]
        return answer


@pytest.fixture
def desks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desks:
    return Desks(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    "typed", [card(101), card(101)[-4:], person(101)[2], person(101)[2][-4:], "zwl", "张伟丽"]
)
def test_a_site_finds_its_own_people_by_whatever_is_at_hand(desks: Desks, typed: str):
    found = desks.site.http.form("/find", q=typed)
    assert found.status_code == 303, found.text
    assert desks.ids[101] in found.location


def test_of_several_all_are_shown_with_their_birth_dates(desks: Desks):
    page = desks.site.http.form("/find", q="张").text
    for order in (101, 105, 106):
        assert f"/residents/{desks.ids[order]}" in page
    assert desks.ids[201] not in page, "another site's"


def test_screening_finds_who_is_in_reach(desks: Desks):
    assert (
        desks.screening.http.form("/find", q=card(201)).location == f"/residents/{desks.ids[201]}"
    )
    doctor = desks.screening.http.signed_in("doctor", ("screener", "site:stadium"))
    assert desks.ids[201] not in doctor.form("/find", q=card(201)).text
    assert doctor.form("/find", q=card(101)).location == f"/residents/{desks.ids[101]}"


def test_nobody_found_is_said_with_what_to_do(desks: Desks):
    for desk in (desks.site, desks.screening):
        answer = desk.http.form("/find", q="李")
        assert answer.status_code == 200
        assert "没有找到" in answer.text
        assert 'name="q"' in answer.text


def test_while_registration_is_away_a_slip_still_opens(desks: Desks):
    desks.away = True
    for desk in (desks.site, desks.screening):
        assert desks.ids[101] in desk.http.form("/find", q=desks.ids[101]).location
        answer = desk.http.form("/find", q="张伟丽")
        assert answer.status_code == 409
        assert "扫预约单" in answer.text


@pytest.mark.parametrize("said", [b"<html>Welcome</html>", b"{}", b"[]", b'{"residents": 3}'])
def test_an_answer_that_is_none_is_as_no_answer(desks: Desks, said: bytes):
    desks.said = said
    assert desks.site.http.form("/find", q="张伟丽").status_code == 409


def test_nobody_waits_again_for_who_does_not_answer_in_time(desks: Desks):
    desks.away = desks.late = True
    for _ in range(3):
        assert desks.site.http.form("/find", q="张伟丽").status_code == 409
    assert desks.asked == 1


def test_that_there_are_more_is_said(desks: Desks, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(schemas, "MOST", 2)
    for desk in (desks.site, desks.screening):
        page = desk.http.form("/find", q="张").text
        assert "没有全部列出" in page
        assert "没有找到" not in page
        assert "没有全部列出" not in desk.http.form("/find", q="李").text


def test_a_record_that_yielded_is_found_as_the_one_that_stays(desks: Desks):
    yields, into = desks.ids[105], desks.ids[101]
    for desk in (desks.site, desks.screening):
        desk.hears("registration", "ResidentsMerged", resident=yields, into=into, doses=[])
        page = desk.http.form("/find", q="张").text
        assert f"/residents/{yields}" not in page
        assert page.count(f'<a href="/residents/{into}"') == 1


def test_a_unit_is_found_by_its_english_name(desks: Desks):
    campaign = desks.screening.app.campaign
    assert unit_found(campaign.unit("v15").name_en.upper(), campaign) == "v15"


def test_whoever_may_see_no_names_finds_nobody_by_name(desks: Desks):
    for desk in (desks.site, desks.screening):
        auditor = desk.http.signed_in("auditor", ("auditor", "town"))
        answer = auditor.form("/find", q=card(101))
        assert desks.ids[101] not in (answer.location or "") + answer.text


def test_a_site_that_asks_for_other_units_finds_only_its_own(desks: Desks):
    asked = seal_search(_secret(desks.site, desks.registration), card(201), ["v01"])
    site = called_by(desks.site.deployment, "appointments/stadium", "registration", FIND)
    answer = Client(desks.registration.routes).post("/found", json={"sealed": asked}, headers=site)
    assert answer.json == {"residents": [], "more": False}
    with_keys = called_by(desks.site.deployment, "appointments/stadium", "registration", KEYS)
    again = Client(desks.registration.routes).post(
        "/found", json={"sealed": asked}, headers=with_keys
    )
    assert again.status_code == 403
    assert card(201) not in asked


def test_a_search_can_be_opened_by_those_two_alone(desks: Desks):
    asked = seal_search(b"1" * 32, "张", None)
    assert open_search(b"1" * 32, asked) == ("张", None)
    sealed = {"sealed": asked}
    site = called_by(desks.site.deployment, "appointments/stadium", "registration", FIND)
    answer = Client(desks.registration.routes).post("/found", json=sealed, headers=site)
    assert answer.status_code == 422


def _secret(part: PartUnderTest, other: PartUnderTest) -> bytes:
    from shared.kit.source_keys import pair_secret

    own = part.deployment.secret_of(part.part.source)
    return pair_secret(own, part.deployment.keys[other.part.source])
