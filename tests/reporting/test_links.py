"""A person with two records counts once in what is reported; doses count as given (R16)."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.supervision.domain.replay import WeekReplay
from shared.town.mirrors.findings import findings
from tests.screening.test_service import ANNA, someone
from tests.support.examples import examples
from tests.support.part import PartUnderTest, a_deployment

BO = uuid.UUID("6a1d9e2f-3c2b-8d4e-af50-1b2c3d4e5f60")
CLEO = uuid.UUID("7b2eaf30-4d3c-8e5f-b061-2c3d4e5f6071")
WEEK = "2024-W14"
STADIUM = "appointments/stadium"


class Office(PartUnderTest):
    """Reporting, and the audit's replay of the same events."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        super().__init__(folder, "reporting", **changes)
        self.at("2024-04-03")
        sites = [site.code for site in self.app.campaign.sites]
        units = [unit.code for unit in self.app.campaign.units]
        self.replay = WeekReplay(WEEK, sites, units)
        self.told = 0

    def tell(self, event: str, source: str = "registration", **data: Any) -> None:
        self.hears(source, event, **data)
        self.told += 1
        text = {k: str(v) if isinstance(v, uuid.UUID) else v for k, v in data.items()}
        self.replay.take(source, event, text)

    def merge(self, yields: uuid.UUID = BO, stays: uuid.UUID = ANNA) -> None:
        self.tell("ResidentsMerged", resident=yields, into=stays, doses=[])

    def unmerge(self, yields: uuid.UUID = BO, stays: uuid.UUID = ANNA) -> None:
        self.tell("MergeUndone", resident=yields, into=stays)

    def unit(self, code: str = "v01") -> tuple[int, int, int]:
        figures = self.http.get(f"/api/weeks/{WEEK}").json["figures"]  # type: ignore[index]
        assert figures["units"] == self.replay.figures()["units"]
        row = next(row for row in figures["units"] if row["unit"] == code)
        return row["registered"], row["consented"], row["declined"]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.tell("ResidentRegistered", **someone(ANNA))
    office.tell("ResidentRegistered", **someone(BO) | {"unit": "v02"})
    return office


def test_a_merged_person_counts_once_where_the_record_stays(office: Office):
    office.tell("ConsentGiven", resident=ANNA, wished_week=WEEK)
    office.tell("VaccinationDeclined", resident=BO, reason="no_time")
    assert (office.unit("v01"), office.unit("v02")) == ((1, 1, 0), (1, 0, 1))
    office.merge()
    assert (office.unit("v01"), office.unit("v02")) == ((1, 0, 1), (0, 0, 0))
    office.tell("ConsentGiven", resident=BO, wished_week=WEEK)
    assert office.unit("v01") == (1, 1, 0)
    office.unmerge()
    assert (office.unit("v01"), office.unit("v02")) == ((1, 1, 0), (1, 1, 0))
    assert office.view() == office.rebuilt_view()


def test_doses_count_as_they_were_given(office: Office):
    for resident, unit in ((ANNA, "v01"), (BO, "v02")):
        office.tell(
            "DoseAdministered",
            STADIUM,
            site="stadium",
            resident=resident,
            unit=unit,
            cohort="general",
            dose=1,
            day="2024-04-02",
            product="CoronaVac",
            batch="B1",
            vaccinator="nurse-01",
        )
    before = office.http.get("/api/progress").json["figures"]["town"]  # type: ignore[index]
    office.merge()
    assert office.http.get("/api/progress").json["figures"]["town"] == before  # type: ignore[index]
    office.unit()


def test_a_finding_of_either_record_counts_once(office: Office):
    about = {"site": "stadium", "day": "2024-04-02", "rules": "1"}
    for who in (ANNA, BO):
        office.hears(
            "screening", "ContraindicationFound", resident=who, reasons=["epilepsy_own"], **about
        )
    screening = lambda: office.http.get("/api/progress").json["screening"]  # type: ignore[index] # noqa: E731
    assert screening() == {"contraindicated": 2}
    office.merge()
    assert screening() == {"contraindicated": 1}
    office.hears("screening", "ResidentCleared", resident=BO, valid_until="2024-04-08", **about)
    assert screening() == {"contraindicated": 1}
    office.unmerge()
    assert screening() == {"contraindicated": 1}
    office.hears("screening", "ResidentCleared", resident=ANNA, valid_until="2024-04-08", **about)
    assert screening() == {}
    assert office.view() == office.rebuilt_view()


def test_a_published_week_stays_as_it_was_published(office: Office):
    office.at("2024-04-08")
    published = office.http.post(f"/api/weeks/{WEEK}/close").json
    office.merge()
    again = office.http.get(f"/api/weeks/{WEEK}").json
    assert again["figures"] == published["figures"]  # type: ignore[index]


FINDINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "forbid": ("ContraindicationFound", {"reasons": ["epilepsy_own"]}),
    "defer": ("ResidentDeferred", {"reasons": ["fever"], "until": "2024-04-09"}),
    "clear": ("ResidentCleared", {"valid_until": "2024-04-08"}),
}
_STEP = st.tuples(
    st.sampled_from(("consent", "decline", "move", "link", "apart", "forbid", "defer", "clear")),
    st.sampled_from((ANNA, BO, CLEO)),
    st.sampled_from((ANNA, BO, CLEO)),
)


@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(_STEP, max_size=12))
def test_the_report_and_its_replay_agree_in_whatever_order(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, uuid.UUID, uuid.UUID]]
):
    office = Office(tmp_path_factory.mktemp("office"))
    for who, unit in ((ANNA, "v01"), (BO, "v02"), (CLEO, "v01")):
        office.tell("ResidentRegistered", **someone(who) | {"unit": unit})
    into: dict[uuid.UUID, uuid.UUID] = {}
    for what, one, other in steps:
        if what == "consent":
            office.tell("ConsentGiven", resident=one, wished_week=WEEK)
        elif what == "decline":
            office.tell("VaccinationDeclined", resident=one, reason="no_time")
        elif what == "move":
            unit = {"unit": "v02" if other == BO else "v01"}
            office.tell("ResidentCorrected", **someone(one) | unit)
        elif what in FINDINGS:
            event, more = FINDINGS[what]
            about = {"site": "stadium", "day": "2024-04-02", "rules": "1"}
            office.hears("screening", event, resident=one, **about, **more)
        elif what == "apart" and one in into:
            office.unmerge(one, into.pop(one))
        elif what == "link" and not ({one, other} & into.keys() or one in (other, *into.values())):
            into[one] = other
            office.merge(one, other)
    rows = office.app.rows(findings.select())
    against = Counter(
        row["status"]
        for row in rows
        if row["stands"] and row["status"] in ("contraindicated", "deferred")
    )
    assert (office.http.get("/api/progress").json or {})["screening"] == against
    total = sum(office.unit(code)[0] for code in ("v01", "v02"))
    assert total == 3 - len(into)
    assert office.view() == office.rebuilt_view()


def test_people_and_findings_are_counted_the_same_on_both_stores(
    store_url: Callable[[], str], tmp_path: Path
):
    url = store_url()
    parts = tuple(
        replace(part, store=url) if part.source == "reporting" else part
        for part in a_deployment(tmp_path).parts
    )
    office = Office(tmp_path, parts=parts)
    for who, unit in ((ANNA, "v01"), (BO, "v02"), (CLEO, "v01")):
        office.tell("ResidentRegistered", **someone(who) | {"unit": unit})
    office.tell("ConsentGiven", resident=BO, wished_week=WEEK)
    for who, what in ((BO, "forbid"), (CLEO, "defer"), (ANNA, "clear")):
        event, more = FINDINGS[what]
        about = {"site": "stadium", "day": "2024-04-02", "rules": "1"}
        office.hears("screening", event, resident=who, **about, **more)
    office.merge()
    assert (office.unit("v01"), office.unit("v02")) == ((2, 1, 0), (0, 0, 0))
    office.unmerge()
    assert (office.unit("v01"), office.unit("v02")) == ((2, 0, 0), (1, 1, 0))
    found = (office.http.get("/api/progress").json or {})["screening"]
    assert found == {"contraindicated": 1, "deferred": 1}
    assert office.view() == office.rebuilt_view()
