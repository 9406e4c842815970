"""One person under two documents: linked at registration, one course at the site, counted once.

Registration's own events reach the site, screening, reporting and the ledger as they were stored.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from deploy.rehearsal.invariants import Rules, read_ledger
from services.registration.duplicates.commands import record_matches
from services.supervision.domain.replay import WeekReplay
from tests.registration.test_matches import pair, somebody
from tests.support.part import PartUnderTest
from tests.support.stadium import FIRST, SECOND, Stadium, batch
from tests.support.workbooks import roster

WEEK = "2024-W14"
UNIT = "v15"  # docked to the stadium


class Campaign:
    """The parts of one town; what one says the others hear, in order, when `settle` is called."""

    def __init__(self, folder: Path) -> None:
        self.town = PartUnderTest(folder / "registration", "registration")
        self.site = Stadium(folder / "site")
        self.office = PartUnderTest(folder / "office", "reporting")
        self.ledger = PartUnderTest(folder / "ledger", "supervision")
        self.heard: dict[tuple[str, str], int] = {}
        self.at("2024-03-26")
        self.settle()
        self.site.ok("/api/batches", batch("SV-1"))
        span = {"from_day": "2024-03-25", "to_day": "2024-06-20", "product": "CoronaVac"}
        self.site.ok("/api/sessions", span)
        self.settle()

    def at(self, day: str) -> None:
        for part in (self.town, self.site, self.office, self.ledger):
            part.at(day)

    def settle(self) -> None:
        """Deliver until nobody has anything to hear."""
        parts = {"registration": self.town, "appointments/stadium": self.site}
        ways = [
            ("registration", self.site),
            ("registration", self.office),
            ("registration", self.ledger),
            ("appointments/stadium", self.town),
            ("appointments/stadium", self.office),
            ("appointments/stadium", self.ledger),
        ]
        moved = True
        while moved:
            moved = False
            for source, listener in ways:
                known = self.heard.get((source, listener.part.source), 0)
                new = list(parts[source].app.store.log(known, 100_000))
                if new:
                    moved = True
                    listener.hears_log(source, new)
                    self.heard[source, listener.part.source] = new[-1][0]

    def registered(self, *orders: int) -> list[str]:
        rows = [somebody(order) for order in orders]
        answer = self.town.http.upload(f"/api/units/{UNIT}/roster", roster(*rows))
        assert answer.status_code == 200, answer.text
        return [entry["resident"] for entry in answer.json["entries"]]  # type: ignore[index]

    def consents(self, resident: str) -> None:
        url = f"/api/residents/{resident}/consent"
        assert self.town.http.post(url, {"wished_week": WEEK}).status_code == 200

    def merge(self, yields: str, stays: str) -> None:
        url = f"/api/matches/{yields}/{stays}/same"
        answer = self.town.http.post(url, {"stays": stays})
        assert answer.status_code == 200, answer.text
        self.settle()

    def unmerge(self, resident: str) -> None:
        assert self.town.http.post(f"/api/residents/{resident}/unmerge").status_code == 200
        self.settle()

    def vaccinated(self, resident: str, day: str) -> dict[str, Any]:
        self.at(day)
        assert self.site.person(resident, "check-in").status_code == 200  # type: ignore[arg-type]
        self.site.cleared(resident, day)  # type: ignore[arg-type]
        answer = self.site.give(resident)  # type: ignore[arg-type]
        assert answer.status_code == 200, answer.text
        self.settle()
        return answer.json

    def unit(self) -> dict[str, Any]:
        """The unit's figures; registration, reporting and the ledger's replay agree on them."""
        [row] = [
            row
            for row in self.office.http.get(f"/api/weeks/{WEEK}").json["figures"]["units"]  # type: ignore[index]
            if row["unit"] == UNIT
        ]
        own = self.town.http.get("/api/units").json["units"]  # type: ignore[index]
        mine = next(each for each in own if each["unit"] == UNIT)
        replay = WeekReplay(WEEK, [], [UNIT])
        for entry in self.entries():
            replay.take(entry["source"], entry["event"], entry["data"])
        [again] = replay.figures()["units"]
        names = ("registered", "consented", "declined")
        assert [row[name] for name in names] == [mine[name] for name in names]
        assert [row[name] for name in names] == [again[name] for name in names]
        return row

    def entries(self) -> list[dict[str, Any]]:
        return self.ledger.http.get("/api/ledger", limit=1000).json["entries"]  # type: ignore[index]

    def proven(self) -> None:
        """The rules hold in the ledger, and every view is that of a rebuild."""
        reading = read_ledger(self.entries(), Rules.of(self.town.app.campaign))
        assert reading.broken == []
        for part in (self.town, self.site, self.office):
            assert part.view() == part.rebuilt_view()


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return Campaign(tmp_path)


def test_a_person_under_two_documents_gets_two_doses_and_counts_once(campaign: Campaign):
    one, two = campaign.registered(101, 102)
    for resident in (one, two):
        campaign.consents(resident)
    campaign.settle()
    for resident in (one, two):
        campaign.site.booked(resident, FIRST)  # type: ignore[arg-type]
    campaign.settle()
    held = campaign.site.taken(FIRST)
    with campaign.town.transaction():
        record_matches(campaign.town.app, [pair(one, two)])
    campaign.merge(two, one)
    assert campaign.site.taken(FIRST) == held - 1
    assert (campaign.unit()["registered"], campaign.unit()["consented"]) == (1, 1)
    assert campaign.vaccinated(two, FIRST)["dose"] == 1
    assert campaign.vaccinated(one, SECOND)["dose"] == 2
    shown = campaign.town.http.get(f"/api/residents/{one}").json
    assert shown["status"] == "completed"  # type: ignore[index]
    assert (campaign.unit()["registered"], campaign.unit()["second"]) == (1, 0)
    campaign.proven()


def test_the_second_dose_waits_for_the_first_of_the_other_record(campaign: Campaign):
    one, two = campaign.registered(101, 102)
    for resident in (one, two):
        campaign.consents(resident)
    campaign.settle()
    campaign.site.booked(one, FIRST)  # type: ignore[arg-type]
    campaign.vaccinated(one, FIRST)
    campaign.merge(one, two)  # the record without a course stays
    told = [e for e in campaign.entries() if e["event"] == "ResidentsMerged"]
    assert [dose["day"] for dose in told[0]["data"]["doses"]] == [FIRST]
    answer = campaign.site.person(two, "move", day="2024-04-10", time="09:00", dose=2)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json["code"]) == (422, "too-early")
    assert campaign.vaccinated(two, SECOND)["dose"] == 2
    campaign.proven()


def test_undo_leaves_no_trace_but_the_history(campaign: Campaign):
    one, two = campaign.registered(101, 102)
    campaign.consents(one)
    campaign.settle()
    campaign.site.booked(one, FIRST)  # type: ignore[arg-type]
    campaign.settle()
    parts = (campaign.town, campaign.site, campaign.office)
    before = [part.view() for part in parts]
    campaign.merge(two, one)
    assert [part.view() for part in parts] != before
    campaign.unmerge(two)
    after = [part.view() for part in parts]
    after[0]["decisions"] = before[0]["decisions"]
    assert after == before
    assert json.dumps(campaign.unit()) == json.dumps(campaign.unit())
    assert campaign.unit()["registered"] == 2
    campaign.proven()


def test_events_in_another_order_come_to_the_same(campaign: Campaign):
    """The site's dose is told to registration only after the link."""
    one, two = campaign.registered(101, 102)
    campaign.consents(one)
    campaign.settle()
    campaign.site.booked(one, FIRST)  # type: ignore[arg-type]
    campaign.at(FIRST)
    campaign.site.person(one, "check-in")  # type: ignore[arg-type]
    campaign.site.cleared(one, FIRST)  # type: ignore[arg-type]
    assert campaign.site.give(one).status_code == 200  # type: ignore[arg-type]
    campaign.merge(one, two)
    assert campaign.town.http.get(f"/api/residents/{two}").json["status"] == "first_done"  # type: ignore[index]
    assert campaign.site.known(two)["doses"][0]["day"] == FIRST  # type: ignore[arg-type]
    campaign.proven()
