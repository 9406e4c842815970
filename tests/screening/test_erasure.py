"""An erased person at screening: no name, and nothing new begins."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from tests.screening.test_service import ANNA, screen, someone
from tests.support.part import PartUnderTest

ERASED = {"classes": ["facts", "contact"], "reason": "by_request", "retained_until": None}


@pytest.fixture
def desk(tmp_path: Path) -> PartUnderTest:
    desk = PartUnderTest(tmp_path, "screening")
    desk.at("2024-04-02")
    desk.hears("registration", "ResidentRegistered", **someone(ANNA))
    return desk


def test_an_erased_person_is_not_screened(desk: PartUnderTest):
    desk.hears("registration", "ResidentErased", resident=ANNA, **ERASED)
    answer = screen(desk)
    assert (answer.status_code, answer.json["code"]) == (409, "erased")
    assert desk.events() == []
    assert desk.view() == desk.rebuilt_view()


def test_the_pages_say_that_the_person_is_erased(desk: PartUnderTest):
    assert "已删除" not in desk.http.page("/people").text
    desk.hears("registration", "ResidentErased", resident=ANNA, **ERASED)
    assert "已删除" in desk.http.page("/people").text
    assert "已删除" in desk.http.page(f"/residents/{ANNA}").text


def test_keys_kept_in_memory_are_forgotten(desk: PartUnderTest, monkeypatch: pytest.MonkeyPatch):
    forgotten: list[str] = []
    monkeypatch.setattr(desk.app.privacy, "forget", forgotten.append)
    desk.hears("registration", "ResidentErased", resident=ANNA, **ERASED)
    desk.hears("registration", "ResidentErased", resident=uuid4(), **ERASED)
    assert forgotten[0] == str(ANNA) and len(forgotten) == 2


def test_whoever_is_registered_again_is_screened_again(desk: PartUnderTest):
    desk.hears("registration", "ResidentErased", resident=ANNA, **ERASED)
    desk.hears("registration", "ResidentCorrected", **someone(ANNA))
    assert screen(desk).status_code == 200
