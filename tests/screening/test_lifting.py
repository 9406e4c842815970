"""What was found stands, whatever is answered next: it is taken back with a reason, and by two (B3)."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from tests.screening.test_service import ANNA, screen, someone
from tests.support.part import HttpClient, PartUnderTest
from tests.support.reactions import reaction

HERE = f"/residents/{ANNA}"
LIFT = f"/api{HERE}/finding/lift"
DAY = "2024-04-02"
BECAUSE = {"reason": "the clinic has excluded it"}
LASTING = ["severe_allergy", "convulsions_own", "epilepsy_family", "severe_chronic_illness"]


@pytest.fixture
def desk(tmp_path: Path) -> PartUnderTest:
    desk = PartUnderTest(tmp_path, "screening")
    desk.at(DAY)
    desk.hears("registration", "ResidentRegistered", **someone(ANNA))
    return desk


@pytest.fixture
def other(desk: PartUnderTest) -> HttpClient:
    return desk.http.signed_in("doctor-02", ("screener", "site:township"))


def status(desk: PartUnderTest) -> str:
    return desk.http.get(f"/api{HERE}").json["status"]  # type: ignore[index]


def reacts(desk: PartUnderTest, severity: str, who: uuid.UUID = ANNA, dose: int = 1) -> None:
    about = {"resident": who, "dose": dose, "day": DAY, "batch": "SV-1", "site": "stadium"}
    desk.hears(
        "appointments/stadium",
        "AdverseEventReported",
        **about | reaction(severity=severity, signs=["anaphylaxis"]),
    )


@pytest.mark.parametrize("question", LASTING)
def test_no_answers_take_back_what_lasts(desk: PartUnderTest, question: str):
    screen(desk, **{question: True})
    for day in (DAY, "2024-05-20"):
        desk.at(day)
        refused = screen(desk)
        assert (refused.status_code, refused.json["code"]) == (409, "finding-stands")
        assert "今天的筛查" not in desk.http.page(HERE).text
    assert status(desk) == "contraindicated"
    assert len(desk.events()) == 1


def test_what_is_deferred_is_screened_again_on_its_day(desk: PartUnderTest):
    screen(desk, temperature=38.2)
    refused = screen(desk, temperature=36.5)
    assert (refused.status_code, refused.json["code"]) == (409, "deferral-stands")
    desk.at("2024-04-09")
    assert screen(desk).json["outcome"] == "cleared"


def test_a_pregnancy_ends_when_one_who_screens_says_so(desk: PartUnderTest):
    found = screen(desk, pregnant=True).json
    assert (found["outcome"], found["until"]) == ("deferred", None)
    page = desk.http.page(HERE).text
    assert "由筛查医生结束" in page
    assert "9999" not in page + desk.http.page("/people").text
    desk.at("2024-06-19")
    assert screen(desk).json["code"] == "deferral-stands"
    nurse = desk.http.signed_in("nurse", ("site_staff", "site:township"))
    assert nurse.post(LIFT, BECAUSE).status_code == 403
    assert desk.http.post(LIFT, BECAUSE).json["outcome"] == "lifted"
    assert desk.http.post(LIFT, BECAUSE).json["outcome"] == "lifted"
    assert len(desk.events("FindingLifted")) == 1
    assert screen(desk).json["outcome"] == "cleared"


@pytest.mark.parametrize("nothing", ["", " ", "\u3000", "\u200b "])
def test_spaces_are_no_reason(desk: PartUnderTest, nothing: str):
    assert screen(desk, severe_allergy=True).status_code == 200
    answer = desk.http.post(LIFT, {"reason": nothing})
    assert answer.status_code == 422
    assert desk.events("LiftProposed") == []


def test_a_contraindication_is_lifted_by_two(desk: PartUnderTest, other: HttpClient):
    screen(desk, severe_allergy=True)
    proposed = desk.http.post(LIFT, BECAUSE).json
    assert (proposed["outcome"], proposed["proposed_by"]) == ("contraindicated", "tester")
    assert desk.http.post(f"{LIFT}/agree").json["code"] == "same-person"
    assert screen(desk).json["code"] == "finding-stands"
    assert "您已提出撤销" in desk.http.page(HERE).text
    assert "the clinic has excluded it" in other.page(HERE).text
    assert other.post(f"{LIFT}/agree").json["outcome"] == "lifted"
    assert other.post(f"{LIFT}/agree").json["outcome"] == "lifted"
    [event] = desk.events("FindingLifted")
    assert (event["data"]["proposed_by"], event["actor"]) == ("tester", "doctor-02")
    assert "须重新筛查" in desk.http.page(HERE).text
    assert screen(desk).json["outcome"] == "cleared"
    assert desk.view() == desk.rebuilt_view()


def test_the_other_one_may_say_no(desk: PartUnderTest, other: HttpClient):
    screen(desk, convulsions_own=True)
    assert other.post(f"{LIFT}/decline", BECAUSE).json["code"] == "nothing-proposed"
    desk.http.post(LIFT, BECAUSE)
    assert other.post(f"{LIFT}/decline", BECAUSE).json["proposed_by"] is None
    assert other.post(f"{LIFT}/agree").json["code"] == "nothing-proposed"
    assert status(desk) == "contraindicated"
    assert desk.view() == desk.rebuilt_view()


def test_the_page_asks_before_it_is_proposed_and_before_it_is_agreed(
    desk: PartUnderTest, other: HttpClient
):
    screen(desk, severe_allergy=True)
    asked = desk.http.form(LIFT, **BECAUSE)
    assert "另一名筛查医生同意后才生效" in asked.text
    assert desk.events("LiftProposed") == []
    assert desk.http.press(asked).status_code == 303
    agreed = other.form(f"{LIFT}/agree")
    assert "the clinic has excluded it" in agreed.text
    assert desk.events("FindingLifted") == []
    assert other.press(agreed).status_code == 303
    assert status(desk) == "lifted"


def test_with_nothing_found_there_is_nothing_to_lift(desk: PartUnderTest):
    assert desk.http.post(LIFT, BECAUSE).json["code"] == "nothing-to-lift"
    screen(desk)
    assert desk.http.post(LIFT, BECAUSE).json["code"] == "nothing-to-lift"


@pytest.mark.parametrize("birth_date", ["2006-05-01", "1960-01-01"])
def test_an_age_forbids_only_as_long_as_it_does(desk: PartUnderTest, birth_date: str):
    who = uuid.UUID(int=7)
    desk.hears("registration", "ResidentRegistered", **someone(who, birth_date))
    answers = {"healthy": False} if birth_date < "1970" else {}
    assert screen(desk, who, **answers).json["outcome"] == "contraindicated"
    desk.at("2024-05-02")
    assert screen(desk, who).json["outcome"] == "cleared"


# A severe reaction (B2), a refusal (B11): by policy


def test_a_severe_reaction_forbids_the_next_dose(desk: PartUnderTest, other: HttpClient):
    screen(desk)
    reacts(desk, "severe")
    [event] = desk.events("ContraindicationFound")
    assert (event["data"]["reasons"], event["data"]["lasting"]) == (["severe_reaction"], True)
    assert screen(desk).json["code"] == "finding-stands"
    assert "上一剂后严重不良反应" in desk.http.page(HERE).text
    desk.http.post(LIFT, BECAUSE)
    assert other.post(f"{LIFT}/agree").json["outcome"] == "lifted"
    assert screen(desk).json["outcome"] == "cleared"


def test_a_mild_reaction_forbids_nothing(desk: PartUnderTest):
    reacts(desk, "mild")
    assert screen(desk).json["outcome"] == "cleared"


def test_a_reaction_of_somebody_who_is_not_registered_yet_is_kept(desk: PartUnderTest):
    later = uuid.UUID(int=9)
    reacts(desk, "severe", later)
    desk.hears("registration", "ResidentRegistered", **someone(later))
    assert screen(desk, later).json["code"] == "finding-stands"


def test_whoever_declines_is_screened_again(desk: PartUnderTest):
    screen(desk)
    desk.hears("registration", "VaccinationDeclined", resident=ANNA, reason="health")
    desk.hears(
        "registration",
        "ConsentGiven",
        resident=ANNA,
        wished_week="2024-W14",
        wished_site=None,
    )
    assert status(desk) == "withdrawn"
    for page in (HERE, "/people"):
        shown = desk.http.page(page).text
        assert 'class="reason">暂不接种' in shown
        assert ">declined" not in shown
    assert screen(desk).json["outcome"] == "cleared"


# For which dose


def test_a_clearance_names_the_dose_that_is_due_wherever_others_were_given(desk: PartUnderTest):
    given = {"cohort": "general", "product": "CoronaVac", "batch": "1", "vaccinator": "n"}
    about = {"resident": ANNA, "unit": "v01", "day": DAY}
    for dose, site in ((1, "stadium"), (2, "township")):
        assert screen(desk).json["dose"] == dose
        desk.hears(
            f"appointments/{site}", "DoseAdministered", **about | given, dose=dose, site=site
        )
        desk.at(f"2024-04-{20 + dose}")
    assert screen(desk).json["code"] == "course-complete"


def test_the_first_page_lists_what_waits_for_a_second_one(desk: PartUnderTest, other: HttpClient):
    assert "等第二名筛查医生决定" not in desk.http.page("/").text
    screen(desk, severe_allergy=True)
    assert desk.http.post(LIFT, BECAUSE).status_code == 200
    page = desk.http.page("/").text
    assert "等第二名筛查医生决定" in page
    assert f'href="{HERE}"' in page
    assert BECAUSE["reason"] in page
    assert other.post(f"{LIFT}/decline", {"reason": "it was severe"}).status_code == 200
    assert "等第二名筛查医生决定" not in desk.http.page("/").text


def test_nobody_sees_proposals_of_people_out_of_reach(desk: PartUnderTest):
    screen(desk, severe_allergy=True)
    desk.http.post(LIFT, BECAUSE)
    for site, seen in (("township", True), ("stadium", False)):
        doctor = desk.http.signed_in("doctor", ("screener", f"site:{site}"))
        assert (f'href="{HERE}"' in doctor.page("/").text) is seen, site
