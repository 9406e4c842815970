"""What a rule forbids is refused in the API with a problem, and on the page with what to do."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.screening.test_service import WELL, someone
from tests.support.part import PartUnderTest
from tests.support.stadium import ANNA, BO, FIRST, Stadium, batch

Wrong = tuple[str, dict[str, Any]]
DOSE = {"batch": "SV-1", "vaccinator": "nurse-01", "seen": "true"}


def second_dose_too_early(site: Stadium) -> Wrong:
    site.consented(ANNA)
    site.booked()
    site.vaccinated(ANNA, FIRST)
    return f"/api/residents/{ANNA}/dose", DOSE


def first_dose_after_5_june(site: Stadium) -> Wrong:
    site.consented(ANNA)
    return "/api/appointments", {"resident": str(ANNA), "from_day": "2024-06-06"}


def a_17_year_old(site: Stadium) -> Wrong:
    site.consented(BO, birth="2006-06-21")
    return "/api/appointments", {"resident": str(BO), "from_day": FIRST}


def a_dose_from_an_expired_batch(site: Stadium) -> Wrong:
    site.ok("/api/batches", batch("OLD", expiry="2024-04-01"))
    site.consented(ANNA)
    site.booked()
    site.at(FIRST)
    site.person(ANNA, "check-in")
    site.cleared(ANNA, FIRST)
    return f"/api/residents/{ANNA}/dose", DOSE | {"batch": "OLD"}


@pytest.mark.parametrize(
    ("wrong", "status", "code", "words"),
    [
        (second_dose_too_early, 422, "too-early", "第二剂最早4月16日（周二）"),
        (first_dose_after_5_june, 422, "after-cutoff", "第一剂最晚6月5日（周三）"),
        (a_17_year_old, 422, "under-age", "未满 18 周岁不能接种"),
        (a_dose_from_an_expired_batch, 422, "batch-expired", "已于4月1日（周一）过期，请换批次"),
    ],
)
def test_a_rule_of_the_plan(
    tmp_path: Path, wrong: Callable[[Stadium], Wrong], status: int, code: str, words: str
):
    site = Stadium(tmp_path).opens()
    url, body = wrong(site)
    before = len(site.events())
    answer = site.http.post(url, body)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert words in answer.json["detail"]
    shown = site.http.form(url, **body)
    assert (shown.status_code, shown.mimetype) == (status, "text/html")
    assert words in shown.text
    assert len(site.events()) == before


@pytest.fixture
def desk(tmp_path: Path) -> PartUnderTest:
    desk = PartUnderTest(tmp_path, "screening")
    desk.at("2024-04-02")
    desk.hears("registration", "ResidentRegistered", **someone(ANNA))
    return desk


URL = f"/api/residents/{ANNA}/screening"


def test_an_unknown_site(desk: PartUnderTest):
    answer = desk.http.post(URL, {"site": "moon", "answers": WELL})
    assert (answer.status_code, answer.json["code"]) == (404, "unknown-code")
    fields = {f"answers.{question}": str(value).lower() for question, value in WELL.items()}
    shown = desk.http.form(URL, site="moon", **fields)
    assert (shown.status_code, shown.mimetype) == (404, "text/html")
    assert "moon" in answer.json["detail"]
    assert "moon" in shown.text


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b'{"site": ', "application/json", 400, "malformed"),
        (b"[]", "application/json", 400, "malformed"),
        (b"\xff\xfe", "application/json", 400, "malformed"),
        (b"[" * 100_000, "application/json", 400, "malformed"),
        (b'{"site": "a\\u0000b"}', "application/json", 400, "malformed"),
        (b"site=stadium", "text/plain", 415, "unsupported-content-type"),
        (b'"' + b"x" * 1_000_001 + b'"', "application/json", 413, "too-large"),
        (b'{"site": "stadium"}', "application/json", 422, "invalid-input"),
    ],
)
def test_a_malformed_or_oversized_body(
    desk: PartUnderTest, body: bytes, kind: str, status: int, code: str
):
    headers = {"Idempotency-Key": str(uuid.uuid4()), "Authorization": desk.http.authorization}
    answer = desk.http.client.post(URL, data=body, content_type=kind, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.mimetype == "application/problem+json"
    assert desk.events() == []


def test_a_malformed_form_is_a_page(desk: PartUnderTest):
    shown = desk.http.form(URL, site="stadium")
    assert (shown.status_code, shown.mimetype) == (422, "text/html")
    assert "请填写这一项" in shown.text
    assert desk.http.form(URL, site="x" * 1_000_001).status_code == 413


def test_the_same_command_twice_is_recognised_by_both(desk: PartUnderTest):
    first = desk.http.post(URL, {"site": "stadium", "answers": WELL}, key="one")
    again = desk.http.post(URL, {"site": "stadium", "answers": WELL}, key="one")
    assert first.json == again.json
    assert again.headers["Idempotency-Replayed"] == "true"
    fields = {f"answers.{question}": str(value).lower() for question, value in WELL.items()}
    feverish = fields | {"answers.temperature": "38.2"}
    for _ in range(2):
        assert desk.http.form(URL, key="two", site="stadium", **feverish).status_code == 303
    assert [event["event"] for event in desk.events()] == ["ResidentCleared", "ResidentDeferred"]


def test_a_command_without_a_key_is_refused(desk: PartUnderTest):
    headers = {"Authorization": desk.http.authorization}
    answer = desk.http.client.post(URL, json={"site": "stadium", "answers": WELL}, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (400, "idempotency-key-missing")
