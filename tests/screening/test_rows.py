"""Each row of R07 and R09 to R13 by every entrance: program, page, and what a site does of it."""

from __future__ import annotations

import uuid
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.screening.test_rules import CASES, DAY, Case, well
from tests.support.part import PartUnderTest
from tests.support.stadium import Stadium, facts

WHO = uuid.UUID(int=3)
UNIT = "v15"
ROWS = [
    pytest.param(case, id=f"{case.row}-{case.of.age}-{case.kind}-{n}")
    for n, case in enumerate(CASES)
]


def registered(case: Case) -> dict[str, Any]:
    """Somebody of the case's age and sex, on the day of its screening."""
    born = date(DAY.year - case.of.age, DAY.month, DAY.day)
    return facts(WHO, UNIT, str(born)) | {"sex": case.of.sex}


@pytest.fixture
def desk(tmp_path: Path) -> PartUnderTest:
    desk = PartUnderTest(tmp_path, "screening")
    desk.at(str(DAY))
    return desk


def hears_of(desk: PartUnderTest, case: Case) -> None:
    desk.hears("registration", "ResidentRegistered", **registered(case))
    for site in ("stadium", "township") if case.of.moved else ("stadium",):
        since = "2024-03-25" if site == "stadium" else str(DAY)
        desk.hears("registration", "UnitDocked", unit=UNIT, site=site, since=since)


def answers_of(case: Case) -> dict[str, Any]:
    return well(case.of) | case.answers


@pytest.mark.parametrize("case", ROWS)
def test_a_program_is_told(desk: PartUnderTest, case: Case):
    hears_of(desk, case)
    body = {"site": "stadium", "answers": answers_of(case)}
    found = desk.http.post(f"/api/residents/{WHO}/screening", body).json
    assert found is not None
    assert (found["outcome"], tuple(found["reasons"])) == (case.kind, case.reasons)


@pytest.mark.parametrize("case", ROWS)
def test_the_page_asks_and_tells(desk: PartUnderTest, case: Case):
    hears_of(desk, case)
    page = desk.http.page(f"/residents/{WHO}").text
    fields = {f"answers.{code}": str(said).lower() for code, said in answers_of(case).items()}
    for code in case.answers:
        assert f'name="answers.{code}"' in page
    sent = desk.http.form(f"/api/residents/{WHO}/screening", site="stadium", _next="/", **fields)
    assert sent.status_code == 303, sent.text
    [event] = desk.events()
    assert tuple(event["data"].get("reasons", ())) == case.reasons


@pytest.mark.parametrize("case", ROWS)
def test_a_site_gives_a_dose_to_the_cleared_alone(tmp_path: Path, desk: PartUnderTest, case: Case):
    hears_of(desk, case)
    body = {"site": "stadium", "answers": answers_of(case)}
    assert desk.http.post(f"/api/residents/{WHO}/screening", body).status_code == 200
    site = Stadium(tmp_path / "site").opens()
    site.hears("registration", "ResidentRegistered", **registered(case))
    site.hears("registration", "ConsentGiven", resident=WHO, wished_week="2024-W14")
    site.at(str(DAY))
    if case.reasons != ("under_age",):
        site.booked(WHO, str(DAY))
        assert site.person(WHO, "check-in").status_code == 200
    site.hears_log("screening", desk.app.store.log(0, 10))
    given = site.give(WHO)
    assert (given.status_code == 200) is (case.kind == "cleared"), given.text
    assert len(site.events("DoseAdministered")) == (case.kind == "cleared")
    if case.kind != "cleared" and case.reasons != ("under_age",):
        assert len(site.events("AppointmentCancelled")) == 2, "both doses are given back"


BAD: list[tuple[str, dict[str, Any]]] = [
    ("a temperature of 370", {"temperature": 370}),
    ("a temperature no thermometer shows", {"temperature": 37.26}),
    ("no temperature", {"temperature": None}),
    ("an answer that is none", {"severe_allergy": "perhaps"}),
    ("a question nobody knows", {"left_handed": True}),
    ("a man who is pregnant", {"pregnant": True}),
]


@pytest.mark.parametrize(("what", "wrong"), BAD, ids=[what for what, _ in BAD])
def test_bad_input_is_told_and_stores_nothing(
    desk: PartUnderTest, what: str, wrong: dict[str, Any]
):
    man = Case("R09", CASES[-1].of, {}, "cleared")
    hears_of(desk, man)
    body = {"site": "stadium", "answers": answers_of(man) | wrong}
    answer = desk.http.post(f"/api/residents/{WHO}/screening", body)
    assert answer.status_code == 422, what
    fields = {f"answers.{code}": str(said) for code, said in body["answers"].items()}
    page = desk.http.form(f"/api/residents/{WHO}/screening", site="stadium", **fields)
    assert page.status_code == 422
    assert 'role="alert"' in page.text or 'class="banner bad"' in page.text
    assert desk.events() == []
