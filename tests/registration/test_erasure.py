"""A person can be forgotten: at once, or, when vaccinated, as the law allows (art. 46)."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from shared.town.privacy import KeyId
from shared.town.privacy.tombstones import Tombstones
from shared.town.privacy.wrapping import identity_keys
from tests.support.part import PartUnderTest
from tests.support.workbooks import card, person, roster

SITE = "appointments/stadium"
WANTED = {"reason": "by_request"}


class Town(PartUnderTest):
    """Registration with a resident or two."""

    def imported(self, order: int, name: str = "演练一", **changes: str) -> dict[str, Any]:
        answer = self.http.upload("/api/units/v01/roster", roster(person(order, name, **changes)))
        assert answer.status_code == 200, answer.text
        return answer.json["entries"][0]  # type: ignore[index]

    def resident(self, order: int = 101) -> str:
        return self.imported(order)["resident"]

    def shown(self, resident: str) -> dict[str, Any]:
        return self.http.get(f"/api/residents/{resident}").json or {}

    def erase(self, resident: str, **more: Any) -> Any:
        return self.http.post(f"/api/residents/{resident}/erase", WANTED, **more)

    def booked(self, resident: str, day: str, event: str = "AppointmentBooked") -> None:
        visit = {"site": "stadium", "unit": "v01", "dose": 1, "day": day, "time": "08:30"}
        more = {"product": "CoronaVac", "override": None} if event == "AppointmentBooked" else {}
        self.hears(SITE, event, resident=resident, **visit, **more)

    def vaccinated(self, resident: str, day: str = "2024-04-02") -> None:
        self.hears(
            SITE,
            "DoseAdministered",
            resident=resident,
            site="stadium",
            unit="v01",
            cohort="general",
            dose=1,
            day=day,
            product="CoronaVac",
            batch="SV-1",
            vaccinator="tester",
        )

    def received(self, expiry: str) -> None:
        self.hears(
            SITE,
            "BatchReceived",
            site="stadium",
            batch="SV-1",
            product="CoronaVac",
            doses=100,
            expiry=expiry,
            per_vial=1,
        )

    def keys_of(self, resident: str, version: int = 1) -> set[str]:
        names = [KeyId(resident, each, version) for each in ("facts", "contact")]
        return {name.key_class for name in self.app.privacy.table.keys(names)}  # type: ignore[attr-defined]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    part = Town(tmp_path, "registration")
    part.at("2024-03-26")
    return part


def test_a_person_without_a_dose_is_forgotten_at_once(town: Town):
    resident, other = town.resident(101), town.resident(102)
    before = town.http.get("/api/units").json
    answer = town.erase(resident)
    assert answer.json == {
        "resident": resident,
        "status": "erased",
        "records": [resident],
        "destroyed": ["facts", "contact"],
        "retained": [],
        "retained_until": None,
        "because": None,
    }
    (event,) = town.events("ResidentErased")
    assert event["data"] == {
        "resident": resident,
        "classes": ["facts", "contact"],
        "reason": "by_request",
        "retained_until": None,
    }
    assert town.keys_of(resident) == set()
    shown = town.shown(resident)
    assert [shown[name] for name in ("name", "card_number", "phone", "address")] == [None] * 4
    assert shown["erased"] == "2024-03-26"
    assert town.shown(other)["name"] == "演练一"
    assert town.http.get("/api/units").json == before
    assert town.view() == town.rebuilt_view()


def test_of_a_vaccinated_person_only_the_contact_is_forgotten_at_once(town: Town):
    resident = town.resident()
    town.vaccinated(resident)
    answer = town.erase(resident).json
    assert (answer["destroyed"], answer["retained"]) == (["contact"], ["facts"])
    assert answer["retained_until"] == "2031-12-31"
    assert "第四十六条保存至 2031年12月31日" in answer["because"]
    assert town.keys_of(resident) == {"facts"}
    shown = town.shown(resident)
    assert (shown["name"], shown["card_number"]) == ("演练一", card(101))
    assert (shown["phone"], shown["address"]) == (None, None)
    assert town.view() == town.rebuilt_view()


def test_the_rest_is_forgotten_after_the_retention_date_and_not_before(town: Town):
    resident = town.resident()
    town.vaccinated(resident)
    town.erase(resident)
    town.at("2031-12-31")
    assert town.erase(resident).json["status"] == "already_erased"
    assert town.keys_of(resident) == {"facts"}
    town.at("2032-01-01")
    answer = town.erase(resident).json
    assert (answer["destroyed"], answer["retained_until"]) == (["facts"], None)
    assert town.keys_of(resident) == set()
    assert town.shown(resident)["name"] is None
    assert [e["data"]["retained_until"] for e in town.events("ResidentErased")] == [
        "2031-12-31",
        None,
    ]


@pytest.mark.parametrize(
    ("expiry", "kept"),
    [("2025-01-31", "2031-12-31"), ("2028-02-29", "2033-03-01"), ("2027-06-30", "2032-06-30")],
)
def test_a_batch_that_expires_late_is_retained_longer(town: Town, expiry: str, kept: str):
    resident = town.resident()
    town.received("2024-12-31")
    town.received(expiry)
    town.vaccinated(resident)
    assert town.erase(resident).json["retained_until"] == kept


def test_a_second_request_says_it_is_already_done(town: Town):
    resident = town.resident()
    town.erase(resident)
    before = len(town.events())
    answer = town.erase(resident)
    assert (answer.status_code, answer.json["status"]) == (200, "already_erased")
    assert answer.json["destroyed"] == []
    assert len(town.events()) == before


def test_the_same_request_sent_twice_gets_the_same_answer(town: Town):
    resident = town.resident()
    first = town.erase(resident, key="once")
    again = town.erase(resident, key="once")
    assert again.json == first.json
    assert len(town.events("ResidentErased")) == 1


def test_nobody_and_no_reason_are_refused(town: Town):
    resident = town.resident()
    assert town.erase(str(uuid4())).status_code == 404
    url = f"/api/residents/{resident}/erase"
    assert town.http.post(url, {"reason": "restored"}).status_code == 422
    assert town.http.post(url, {}).status_code == 422
    assert town.keys_of(resident) == {"facts", "contact"}


def test_nobody_is_forgotten_while_a_dose_may_be_given(town: Town):
    resident = town.resident()
    town.booked(resident, "2024-04-02")
    town.at("2024-04-02")
    answer = town.erase(resident)
    assert (answer.status_code, answer.json["code"]) == (409, "visit-open")
    assert town.keys_of(resident) == {"facts", "contact"}
    assert not town.deployment.tombstones.exists()
    town.booked(resident, "2024-04-02", "NoShowRecorded")
    assert town.erase(resident).json["status"] == "erased"


def test_a_later_appointment_does_not_stand_in_the_way(town: Town):
    resident = town.resident()
    town.booked(resident, "2024-04-02")
    assert town.erase(resident).json["status"] == "erased"


def test_nothing_new_begins_for_an_erased_person(town: Town):
    resident = town.resident()
    town.erase(resident)
    for url, body in (
        ("consent", {"wished_week": "2024-W14"}),
        ("decline", {"reason": "no_time"}),
    ):
        answer = town.http.post(f"/api/residents/{resident}/{url}", body)
        assert (answer.status_code, answer.json["code"]) == (409, "erased")  # type: ignore[index]


def test_the_same_document_again_is_sealed_under_new_keys(town: Town):
    resident = town.resident()
    town.erase(resident)
    asked = town.http.upload("/api/units/v01/roster", roster(person(101, "演练一"))).json
    assert asked["questions"][0]["resident"] == resident  # type: ignore[index]
    url = f"/api/imports/{asked['import']}/questions/1"  # type: ignore[index]
    assert town.http.post(url, {"answer": "register"}).status_code == 200
    assert town.keys_of(resident) == set()
    assert town.keys_of(resident, version=2) == {"facts", "contact"}
    shown = town.shown(resident)
    assert (shown["name"], shown["phone"], shown["erased"]) == ("演练一", "13800000101", None)
    consent = town.http.post(f"/api/residents/{resident}/consent", {"wished_week": "2024-W14"})
    assert consent.status_code == 200
    assert town.erase(resident).json["destroyed"] == ["facts", "contact"]
    assert len(Tombstones(town.deployment.tombstones).read()) == 4
    assert town.view() == town.rebuilt_view()


def test_answers_given_before_an_erasure_cannot_be_read_any_more(town: Town):
    bad = roster(person(101, "演练一"), person(102, "演练二", card="42000019790521102Y"))
    first = town.http.upload("/api/units/v01/roster", bad, key="import")
    assert "42000019790521102Y" in first.text
    resident = first.json["entries"][0]["resident"]  # type: ignore[index]
    assert town.http.upload("/api/units/v01/roster", bad, key="import").json == first.json
    town.erase(resident)
    again = town.http.upload("/api/units/v01/roster", bad, key="import")
    assert (again.status_code, again.json["code"]) == (410, "answer-expired")  # type: ignore[index]


def test_the_page_erases_and_says_so(town: Town):
    resident = town.resident()
    page = town.http.page(f"/residents/{resident}")
    assert "<details>" in page.text and f"/api/residents/{resident}/erase" in page.text
    url = f"/residents/{resident}"
    asked = town.http.form(f"/api/residents/{resident}/erase", reason="by_request", _next=url)
    assert "将删除演练一的姓名" in asked.text
    done = town.http.press(asked)
    assert done.status_code == 303
    page = town.http.page(done.location)
    assert "已删除" in page.text and 'role="status"' in page.text
    assert "演练一" not in page.text and "13800000101" not in page.text
    assert f"/api/residents/{resident}/erase" not in page.text
    listed = town.http.page("/units/v01")
    assert "已删除" in listed.text and "演练一" not in listed.text


def test_the_page_of_a_vaccinated_person_says_until_when(town: Town):
    resident = town.resident()
    town.vaccinated(resident)
    town.erase(resident)
    page = town.http.page(f"/residents/{resident}")
    assert "2031年12月31日" in page.text and "演练一" in page.text
    assert "13800000101" not in page.text


def test_nothing_of_a_destroyed_key_stays_in_the_database_files(town: Town, tmp_path: Path):
    resident = town.resident()
    rows = town.app.rows(select(identity_keys).where(identity_keys.c.resident == resident))
    stored = [bytes(row["wrapped"]) for row in rows]
    files = sorted(tmp_path.glob("registration.db*"))

    def found() -> int:
        return sum(wrapped in file.read_bytes() for wrapped in stored for file in files)

    assert found() >= 2
    town.erase(resident)
    assert found() == 0
