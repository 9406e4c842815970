"""A package of vaccine that was used for more doses than it holds is looked into."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.part import PartUnderTest

DAY, TRACE = "2024-04-02", "83301550012345678901"
GIVEN = {
    "unit": "v01",
    "cohort": "general",
    "dose": 1,
    "day": DAY,
    "product": "CoronaVac",
    "batch": "SV-1",
    "vaccinator": "nurse-01",
}


@pytest.fixture
def group(tmp_path: Path) -> PartUnderTest:
    group = PartUnderTest(tmp_path, "supervision")
    group.at(DAY)
    return group


def dose(group: PartUnderTest, number: int, site: str, code: str | None) -> None:
    who, source = uuid.UUID(int=number), f"appointments/{site}"
    group.hears(
        source,
        "DoseAdministered",
        resident=who,
        site=site,
        trace_code=code,
        body_side=None,
        **GIVEN,
    )


def flagged(group: PartUnderTest) -> list[tuple[str, str, str]]:
    facts = [event["data"] for event in group.events("AnomalyFlagged")]
    return [(each["kind"], each["subject"], each["detail"]) for each in facts]


def test_a_package_used_at_two_sites_is_flagged_which_neither_can_see(group: PartUnderTest):
    dose(group, 1, "stadium", TRACE)
    dose(group, 2, "culture-centre", None)
    assert flagged(group) == []
    dose(group, 3, "culture-centre", TRACE)
    assert flagged(group) == [("trace_code_used", TRACE, "shown for 2 doses, holds 1")]
    page = group.http.page("/").text
    assert f"追溯码 {TRACE}" in page
    assert "扫过 2 次，每支 1 剂" in page
    assert group.view() == group.rebuilt_view()


def test_a_vial_of_two_doses_is_not_flagged_for_two(group: PartUnderTest):
    plan = group.app.campaign
    products = tuple(replace(each, doses_per_vial=2) for each in plan.products)
    group.app.campaign = replace(plan, products=products)
    for number in (1, 2):
        dose(group, number, "stadium", TRACE)
    assert flagged(group) == []
    dose(group, 3, "stadium", TRACE)
    assert flagged(group) == [("trace_code_used", TRACE, "shown for 3 doses, holds 2")]


def test_what_a_site_has_refused_is_flagged_once(group: PartUnderTest):
    for _ in range(2):
        group.hears(
            "appointments/stadium",
            "PackageRefused",
            site="stadium",
            day=DAY,
            trace_code=TRACE,
            used=1,
            doses=1,
        )
    assert flagged(group) == [("trace_code_used", TRACE, "shown for 2 doses, holds 1")]


def test_a_vial_holds_what_its_delivery_said(group: PartUnderTest):
    received = {"site": "stadium", "batch": "SV-1", "product": "CoronaVac", "doses": 40}
    more = {"expiry": "2024-12-31", "per_vial": 2, "note": None}
    group.hears("appointments/stadium", "BatchReceived", **received, **more)
    dose(group, 1, "stadium", TRACE)
    dose(group, 2, "stadium", TRACE)
    assert flagged(group) == []
    dose(group, 3, "stadium", TRACE)
    assert flagged(group) == [("trace_code_used", TRACE, "shown for 3 doses, holds 2")]
