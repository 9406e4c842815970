"""In a running town a vaccinated and a booked resident are erased: names go, numbers stay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests

from deploy.rehearsal.api import Api
from shared.deployment import Deployment
from shared.privacy import ERASED
from tests.pages.deployed import a_town

DAY = date(2024, 4, 17)
WEEK = "2024-W15"
PEOPLE = 60


class Forgotten(NamedTuple):
    """A town after two erasures, with what it said before."""

    deployment: Deployment
    api: Api
    vaccinated: dict[str, Any]
    booked: dict[str, Any]
    names: dict[str, str]
    before: dict[str, Any]
    answers: dict[str, dict[str, Any]]


def figures(api: Api) -> dict[str, Any]:
    """What must not change: counts and reports; positions do, by the erasures themselves."""
    return {
        "units": api.get("registration", "/api/units"),
        "report": api.get("reporting", f"/api/weeks/{WEEK}"),
        "progress": api.get("reporting", "/api/progress")["figures"],
        "replay": api.compute("supervision", "/api/replay", week=WEEK),
    }


def people(api: Api, deployment: Deployment, status: str) -> Iterator[dict[str, Any]]:
    for unit in deployment.campaign.units:
        path = f"/api/units/{unit.code}/residents"
        yield from api.get("registration", path, status=status, limit=1000)["residents"]


def booked_later(api: Api, deployment: Deployment) -> dict[str, Any]:
    """Somebody without a dose whose first appointment is still to come."""
    sites = {unit.code: unit.site for unit in deployment.campaign.units}
    for person in people(api, deployment, "consented"):
        shown = api.get("registration", f"/api/residents/{person['resident']}")
        site = f"appointments/{sites[shown['unit']]}"
        course = api.get(site, f"/api/residents/{person['resident']}")
        live = [row for row in course["appointments"] if row["status"] == "booked"]
        if live and all(row["day"] > str(DAY) for row in live):
            return shown | {"source": site}
    raise AssertionError("nobody is booked for later")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forgotten]:
    folder: Path = tmp_path_factory.mktemp("forgotten")
    with a_town(folder, people=PEOPLE, until=DAY) as (deployment, api, rehearsal):
        monday = date(2024, 4, 22)
        rehearsal.wish(monday)
        rehearsal.book(DAY)
        api.settle()
        first = next(people(api, deployment, "first_done"))
        vaccinated = api.get("registration", f"/api/residents/{first['resident']}")
        vaccinated["source"] = f"appointments/{vaccinated['site']}"
        booked = booked_later(api, deployment)
        before = figures(api)
        answers: dict[str, dict[str, Any]] = {}
        for who, person in (("vaccinated", vaccinated), ("booked", booked)):
            path = f"/api/residents/{person['resident']}/erase"
            body = {"reason": "by_request"}
            answers[who] = api.command("registration", path, body, f"erase {who}")
        api.settle()
        names = {"vaccinated": vaccinated["name"], "booked": booked["name"]}
        yield Forgotten(deployment, api, vaccinated, booked, names, before, answers)


def page(town: Forgotten, source: str, path: str) -> str:
    url = town.deployment.part(source).url + path
    return requests.get(url, headers={"Accept": "text/html"}, timeout=30).text


def test_what_is_destroyed_is_what_the_law_does_not_need(town: Forgotten):
    vaccinated, booked = town.answers["vaccinated"], town.answers["booked"]
    assert (vaccinated["destroyed"], vaccinated["retained"]) == (["contact"], ["facts"])
    assert vaccinated["retained_until"] == "2031-12-31"
    assert (booked["destroyed"], booked["retained"]) == (["facts", "contact"], [])


def test_no_page_of_any_team_shows_the_names_any_more(town: Forgotten):
    path = f"/residents/{town.booked['resident']}"
    for source in ("registration", "screening", town.booked["source"]):
        shown = page(town, source, path)
        assert ERASED in shown, source
        assert town.names["booked"] not in shown, source
    path = f"/residents/{town.vaccinated['resident']}"
    for source in ("screening", town.vaccinated["source"]):
        assert ERASED in page(town, source, path), source


def test_the_places_are_free_and_nobody_is_expected(town: Forgotten):
    for person in (town.vaccinated, town.booked):
        course = town.api.get(person["source"], f"/api/residents/{person['resident']}")
        assert {row["status"] for row in course["appointments"]}.isdisjoint({"booked", "waiting"})


def test_nothing_new_begins(town: Forgotten):
    resident = town.booked["resident"]
    status, answer = town.api.try_command(
        town.booked["source"],
        "/api/appointments",
        {"resident": resident, "from_day": "2024-04-22"},
        "book the erased",
    )
    assert (status, answer["code"]) == (409, "erased")


def test_counts_and_reports_are_unchanged_and_the_ledger_verifies(town: Forgotten):
    assert figures(town.api) == town.before
    audit = town.api.compute("supervision", "/api/audit")
    assert audit["chain"] == "ok"
    assert {week["week"]: week["agrees"] for week in audit["weeks"]}[WEEK] is True
