"""What a roster notes stands beside the questions: information, never a chosen answer."""

from __future__ import annotations

from tests.screening.test_service import ANNA, desk  # noqa: F401
from tests.support.part import PartUnderTest


def test_what_a_roster_notes_stands_beside_the_questions(desk: PartUnderTest):  # noqa: F811
    before = desk.http.page(f"/residents/{ANNA}").text
    assert "名册注明" not in before
    desk.hears("registration", "ResidentNoted", resident=ANNA, marks=["pregnant"], remark=None)
    page = desk.http.page(f"/residents/{ANNA}").text
    assert "名册注明：妊娠期" in page
    assert page.count("checked") == before.count("checked") == 0
    assert desk.view() == desk.rebuilt_view()


def test_all_of_it_is_said_anew_each_time(desk: PartUnderTest):  # noqa: F811
    for marks in (["pregnant", "away"], ["away"]):
        desk.hears("registration", "ResidentNoted", resident=ANNA, marks=marks, remark=None)
    page = desk.http.page(f"/residents/{ANNA}").text
    assert "外出务工" in page
    assert "妊娠期" not in page.split("<form")[1] or "名册注明：外出务工" in page


def test_notes_of_an_erased_person_are_gone(desk: PartUnderTest):  # noqa: F811
    desk.hears("registration", "ResidentNoted", resident=ANNA, marks=["ill"], remark=None)
    desk.hears(
        "registration",
        "ResidentErased",
        resident=ANNA,
        classes=["contact"],
        reason="by_request",
        retained_until=None,
    )
    assert "名册注明" not in desk.http.page(f"/residents/{ANNA}").text
