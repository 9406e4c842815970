"""A unit goes to another site while people work: nobody is lost, nobody is booked at two sites."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests

from deploy.rehearsal.api import Api
from deploy.rehearsal.driver import Rehearsal
from shared.kit.service_tokens import STATUS
from tests.support.calls import as_operator
from tests.support.running_town import a_town
from tests.support.waiting import until

TODAY, SINCE = date(2024, 3, 25), date(2024, 4, 8)
OLD, NEW = "appointments/stadium", "appointments/community"
LEADERS = {OLD: "stadium-leader", NEW: "community-leader", "registration": "office"}


@dataclass
class Redocked:
    """A town of whose unit everybody who consents is booked at the old site."""

    api: Api
    unit: str
    people: list[str]

    def post(self, source: str, path: str, **body: Any) -> requests.Response:
        """Send a command as the office, or as the leader of the site."""
        headers = self.api.bearer(LEADERS[source]) | {"Idempotency-Key": str(uuid.uuid4())}
        url = self.api.deployment.part(source).url + path
        return requests.post(url, json=body, headers=headers, timeout=30)

    def ok(self, source: str, path: str, **body: Any) -> dict[str, Any]:
        answer = self.post(source, path, **body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def office(self, step: str, **body: Any) -> dict[str, Any]:
        return self.ok("registration", f"/api/units/{self.unit}/{step}", **body)

    def live(self, source: str) -> dict[str, dict[int, str]]:
        """Standing appointments of the unit's people at a site: resident -> dose -> day."""
        found: dict[str, dict[int, str]] = {}
        headers = self.api.bearer(LEADERS[source])
        for resident in self.people:
            url = f"{self.api.deployment.part(source).url}/api/residents/{resident}"
            answer = requests.get(url, headers=headers, timeout=30)
            rows = answer.json()["appointments"] if answer.status_code == 200 else []
            days = {row["dose"]: row["day"] for row in rows if row["status"] == "booked"}
            if days:
                found[resident] = days
        return found

    def again(self) -> set[str]:
        """Who is to be booked again."""
        url = f"/api/units/{self.unit}/to-be-booked-again"
        return {row["resident"] for row in self.api.get("registration", url)["residents"]}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redocked]:
    folder: Path = tmp_path_factory.mktemp("redocking")
    with a_town(folder, people=600, until=TODAY) as (_, api, rehearsal):
        yield booked_at_the_old_site(api, rehearsal)


def booked_at_the_old_site(api: Api, rehearsal: Rehearsal) -> Redocked:
    people: dict[str, list[str]] = {}
    for resident, person in rehearsal.people.items():
        if person.consents and rehearsal.site_of[person.unit] == "stadium":
            people.setdefault(person.unit, []).append(resident)
    unit = max(people, key=lambda code: len(people[code]))
    town = Redocked(api, unit, people[unit])
    assert len(town.people) >= 8
    for n, resident in enumerate(town.people):
        # Two before the unit leaves, the others after.
        day = date(2024, 4, 2) if n < 2 else date(2024, 4, 8 + n % 5)
        body = {"resident": resident, "from_day": str(day), "to_day": "2024-05-01"}
        town.ok(OLD, "/api/appointments", **body)
    api.settle()
    return town


def test_a_move_among_people_at_work_loses_nobody_and_doubles_nobody(town: Redocked):
    before = town.live(OLD)
    assert before.keys() == set(town.people)
    url = f"/api/units/{town.unit}/dock/preview"
    headers = town.api.bearer("office")
    preview = requests.get(
        town.api.deployment.part("registration").url + url,
        params={"site": "community", "since": str(SINCE)},
        headers=headers,
        timeout=30,
    ).json()
    moving = {r for r, days in before.items() if days[1] >= str(SINCE)}
    assert preview["people"] == len(moving) == len(town.people) - 2
    assert sum(row["bookings"] for row in preview["moving"]) == sum(
        len(before[resident]) for resident in moving
    )
    town.office("dock", site="community", since=str(SINCE))
    town.api.settle()
    assert town.live(OLD) == before, "docking alone moves nothing"

    cancels, books, declines = sorted(moving)[0], sorted(moving)[1:4], sorted(moving)[4]
    steps: list[Callable[[], object]] = [
        lambda: town.office("move-bookings"),
        lambda: town.post(OLD, f"/api/residents/{cancels}/cancel", reason="by_resident"),
        lambda: town.office("move-bookings"),
        lambda: town.post("registration", f"/api/residents/{declines}/decline", reason="no_time"),
    ]
    for resident in books:
        body = {"resident": resident, "from_day": "2024-04-15", "to_day": "2024-05-20"}
        steps.append(lambda body=body: town.post(NEW, "/api/appointments", **body))
    with ThreadPoolExecutor(len(steps)) as pool:
        for done in [pool.submit(step) for step in steps]:
            done.result()
    town.api.settle()

    old, new = town.live(OLD), town.live(NEW)
    assert old.keys() & new.keys() == set()
    assert old.keys() == {r for r, days in before.items() if days[1] < str(SINCE)}
    assert all(days[1] >= str(SINCE) for days in new.values())
    assert declines not in new
    lost = set(town.people) - old.keys() - new.keys() - town.again() - {cancels, declines}
    assert lost == set()
    assert len(new) >= len(moving) - 2


def test_the_order_again_changes_nothing(town: Redocked):
    before = town.live(OLD), town.live(NEW)
    town.office("move-bookings")
    town.api.settle()
    assert (town.live(OLD), town.live(NEW)) == before


def test_rebuilt_from_zero_the_parts_say_the_same(town: Redocked):
    before = town.live(OLD), town.live(NEW), town.again()
    for source in ("registration", OLD, NEW):
        part = town.api.deployment.part(source)
        headers = as_operator(town.api.deployment, source)
        answer = requests.post(f"{part.url}/rebuild", headers=headers, json={}, timeout=120)
        assert answer.status_code == 200, answer.text
        knows_staff_again(town, source)
    town.api.settle()
    assert (town.live(OLD), town.live(NEW), town.again()) == before


def knows_staff_again(town: Redocked, source: str) -> None:
    """Wait until a rebuilt part has read anew who may sign in."""

    def status(part: str) -> dict[str, Any]:
        headers = as_operator(town.api.deployment, part, STATUS)
        url = town.api.deployment.part(part).url
        return requests.get(f"{url}/status", headers=headers, timeout=30).json()

    head = status("supervision")["head"]

    def reached() -> int:
        told = status(source)
        return next(f["position"] for f in told["follows"] if f["source"] == "supervision")

    until(lambda: reached() >= head, 60)
