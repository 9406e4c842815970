"""An import is taken back, and every part of the town has forgotten its people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import requests

from deploy.rehearsal.api import Api
from shared.town.deployment import Deployment
from tests.support.running_town import STADIUM, a_town
from tests.support.workbooks import person, roster

DAY = date(2024, 4, 2)
UNIT = "v01"


@dataclass
class TakenBack:
    """The town before the import, and after it was taken back."""

    deployment: Deployment
    api: Api
    people: list[str]
    before: dict[str, Any]
    between: dict[str, Any]
    after: dict[str, Any]
    answer: dict[str, Any]


def counts(api: Api) -> dict[str, Any]:
    """What the parts count of registered people."""
    return {
        "figures": api.get("reporting", "/api/progress")["figures"],
        "units": api.get("registration", "/api/units")["units"],
        "replayed": api.get("supervision", f"/api/units/{UNIT}/history")["state"],
    }


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TakenBack]:
    with a_town(tmp_path_factory.mktemp("taken-back"), people=40, until=DAY) as (plan, api, _):
        before = counts(api)
        rows = [person(order, f"演练{order}") for order in range(801, 806)]
        told = api.roster(UNIT, roster(*rows), "a roster of another village")
        people = [each["resident"] for each in told["entries"]]
        job = api.get("registration", f"/api/units/{UNIT}/imports")["imports"][0]["import"]
        api.settle()
        between = counts(api)
        answer = api.command(
            "registration", f"/api/imports/{job}/take-back", {"people": 5}, "take it"
        )
        api.settle()
        yield TakenBack(plan, api, people, before, between, counts(api), answer)


def test_every_part_counts_as_before(town: TakenBack):
    assert town.answer["taken_back"] == 5
    assert town.between != town.before
    assert town.after == town.before


def test_screening_and_the_site_know_nobody_of_them(town: TakenBack):
    for source in ("screening", STADIUM):
        for resident in town.people:
            path = f"/residents/{resident}"
            headers = town.api.bearer(town.api.login_for(source, path))
            page = requests.get(
                town.deployment.part(source).url + path,
                headers=headers | {"Accept": "text/html"},
                timeout=30,
            )
            assert page.status_code == 404, (source, page.text)


def test_nobody_of_them_is_booked(town: TakenBack):
    for resident in town.people:
        wanted = {"resident": resident, "from_day": DAY.isoformat()}
        said = town.api.try_command(STADIUM, "/api/appointments", wanted, f"book {resident}")
        assert said[0] == 404, said


def test_the_ledger_says_it_and_verifies(town: TakenBack):
    [one, *_] = town.people
    told = town.api.get("supervision", f"/api/residents/{one}/history")["events"]
    assert "RegistrationTakenBack" in str(told[-1])
    audit = town.api.compute("supervision", "/api/audit")
    assert audit["chain"] == "ok"
    assert all(week["agrees"] for week in audit["weeks"])
