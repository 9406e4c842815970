"""Screening's pages speak one language at a time, and say no code, whatever was found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.screening.test_erasure import ERASED
from tests.screening.test_service import ANNA, QUESTIONS, WELL, screen, someone
from tests.support.one_language import chinese, in_english, latin
from tests.support.part import PartUnderTest

HERE = f"/residents/{ANNA}"
# Who is signed in, and what stands in the footer.
NAMES = ("tester", "screening")


@pytest.fixture
def desk(tmp_path: Path) -> PartUnderTest:
    desk = PartUnderTest(tmp_path, "screening")
    desk.at("2024-04-02")
    desk.hears("registration", "ResidentRegistered", **someone(ANNA, "1960-01-01"))
    return desk


def speaks_one_language(desk: PartUnderTest) -> None:
    for url in (
        "/",
        "/people",
        "/people?status=deferred&unit=v01",
        HERE,
    ):
        assert latin(desk.http.page(url).text, *NAMES) == [], url
        assert chinese(in_english(desk.http, url)) == [], url


@pytest.mark.parametrize(
    "answers",
    [
        None,
        {},
        {"temperature": 38.2, "acute_illness": True},
        {"severe_allergy": True, "epilepsy_family": True},
        {"healthy": False},
    ],
)
def test_every_page_speaks_one_language(desk: PartUnderTest, answers: dict[str, object] | None):
    if answers is not None:
        assert screen(desk, **answers).status_code == 200
    speaks_one_language(desk)
    desk.at("2024-05-20")
    speaks_one_language(desk)


def test_a_clearance_that_was_withdrawn_is_told_in_one_language(desk: PartUnderTest):
    screen(desk)
    desk.http.post(f"/api{HERE}/clearance/withdraw", {"reason": "7"})
    speaks_one_language(desk)


def test_somebody_erased_is_told_in_one_language(desk: PartUnderTest):
    desk.hears("registration", "ResidentErased", resident=ANNA, **ERASED)
    speaks_one_language(desk)


def test_days_reasons_units_and_the_age_are_said_in_words(desk: PartUnderTest):
    screen(desk, temperature=38.2, chronic_illness_acute_phase=True)
    queue, page = desk.http.page("/people").text, desk.http.page(HERE).text
    for said in ("发热、慢性疾病急性发作期", "到4月16日（周二）再筛查", "1960年1月1日"):
        assert said in queue
    for said in ("到4月16日（周二）再筛查", "推迟接种", "64周岁", "38.2 ℃", "答“是”"):
        assert said in page
    english = in_english(desk.http, HERE)
    for said in ("screened again on Tue 16 April", "38.2", "1 January 1960", "yes to: "):
        assert said in english
    said = WELL | {"temperature": 38.2, "chronic_illness_acute_phase": True}
    sent = {f"answers.{q}": str(said[q]).lower() for q in QUESTIONS} | {"site": "stadium"}
    for language, wrong in (("zh", latin), ("en", chinese)):
        for page in ("/", HERE):
            told = desk.http.follow(f"/api{HERE}/screening", page, language=language, **sent).text
            assert wrong(told, *NAMES) == [], page
            assert 'class="banner bad" role="status"' in told


def test_a_history_says_where_and_when(desk: PartUnderTest):
    screen(desk)
    page = desk.http.signed_in("somebody", ("auditor", "town")).page(HERE).text
    site = desk.app.campaign.site("stadium").name_zh
    assert f"<time>4月2日 08:00 · {site}</time>" in page


def test_a_page_of_somebody_without_a_readable_name_shows_no_id(desk: PartUnderTest):
    for url in ("/people", HERE):
        assert f">{str(ANNA)[:8]}<" not in desk.http.page(url).text
    assert "<title>姓名不显示 · vaxledger</title>" in desk.http.page(HERE).text
    assert "<title>name not shown · vaxledger</title>" in in_english(desk.http, HERE)
