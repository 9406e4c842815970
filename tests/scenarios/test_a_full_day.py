"""A full day at a site on real servers: five desks, three screeners, and the site killed meanwhile.

Every minute everybody expected is in exactly one state, and what was acknowledged is in the logs once.
"""

from __future__ import annotations

import secrets
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from deploy.cli.accounts import rehearsal_accounts
from deploy.local.running import Running, running_cluster
from deploy.parts import open_work
from deploy.rehearsal.api import Api
from deploy.rehearsal.driver import NO
from services.supervision.sign_in.commands import set_password
from services.supervision.sign_in.passwords import hashed_drawn
from services.supervision.staff import commands as staff
from shared.kit.eventstore import Context
from shared.town.access.roles import SCREENER, SITE_STAFF
from shared.town.campaign import week_of
from tests.faults import checker
from tests.faults.journal import Journal
from tests.support.examples import LONG
from tests.support.workbooks import person, roster

PEOPLE, KILLS = (600, 5) if LONG else (30, 1)
DAY, UNIT, SITE = date(2024, 4, 2), "v18", "stadium"
STADIUM = f"appointments/{SITE}"
OPENS, A_MINUTE = datetime(2024, 4, 2, 8, 30), timedelta(minutes=1)
ARRIVE_PER_MINUTE = 2
DESKS = [f"desk-{number}" for number in range(1, 6)]
SCREENERS = [f"screens-{number}" for number in range(1, 4)]
DOOR, PATIENCE_SECONDS = "stadium-nurse", 90.0
WELL: dict[str, Any] = dict.fromkeys(NO, False) | {"temperature": 36.5, "healthy": True}
BATCH = "SV-2024-001"


class Day:
    """The people of the day, those who serve them, and what the parts have acknowledged."""

    def __init__(self, running: Running, folder: Path) -> None:
        self.running, self.deployment = running, running.deployment
        accounts = rehearsal_accounts(self.deployment)
        accounts |= enrolled(running)
        self.api = Api(self.deployment, 1, 4, accounts)
        self.url = {part.source: part.url for part in self.deployment.parts}
        self.journal = Journal(folder / "journal")
        self.now = OPENS
        self.leaves = deque[tuple[datetime, str]]()
        self.come_back = deque[int]()
        self.missed, self.held = set[int](), set[int]()

    def send(
        self, login: str, source: str, path: str, body: dict[str, Any], name: str
    ) -> dict[str, Any] | None:
        """Send a command until it is answered, whoever is killed; None: it was refused."""
        key = self.api.key_of(name)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                headers = self.api.bearer(login) | {"Idempotency-Key": key}
                answer = requests.post(
                    self.url[source] + path, json=body, headers=headers, timeout=20
                )
                if answer.status_code < 500:
                    break
            except requests.RequestException:
                pass
            assert time.monotonic() < deadline, f"{name}: no answer"
            time.sleep(0.2)
        assert answer.status_code in (200, 404, 409, 422), answer.text
        if answer.status_code != 200:
            return None
        return answer.json()

    def asked(self, login: str, path: str) -> dict[str, Any]:
        """What the site answers, once it does."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = requests.get(
                    self.url[STADIUM] + path, headers=self.api.bearer(login), timeout=20
                )
                if answer.status_code == 200:
                    return answer.json()
            except requests.RequestException:
                pass
            assert time.monotonic() < deadline, path
            time.sleep(0.2)

    def did(self, source: str, name: str) -> None:
        """Write down that a command that has an effect was acknowledged."""
        self.journal.acknowledged(source, self.api.key_of(name))


def enrolled(running: Running) -> dict[str, str]:
    """Accounts of five desks and three screeners beside those of a rehearsal; their passwords."""
    work = open_work(running.deployment, running.deployment.part("supervision"))
    passwords = {login: secrets.token_urlsafe(12) for login in (*DESKS, *SCREENERS)}
    try:
        with work.store.transaction(Context.once("operator")):
            for login, password in passwords.items():
                staff.enrol(work, login, "")
                role = SCREENER if login in SCREENERS else SITE_STAFF
                staff.grant(work, login, role, f"site:{SITE}")
                set_password(work, login, hashed_drawn(password))
    finally:
        work.store.close()
    return passwords


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    folder = tmp_path_factory.mktemp("day")
    with running_cluster(folder, rehearsal=True) as running:
        served = Day(running, folder)
        try:
            yield served
        finally:
            served.journal.close()
            served.api.close()


def prepared(day: Day) -> list[str]:
    """Everybody is registered, consents and is booked for the day; the desks are on duty."""
    api, start = day.api, day.deployment.campaign.start
    api.set_clock(start, "06:00")
    rows = [person(number) for number in range(1, PEOPLE + 1)]
    entries = api.roster(UNIT, roster(*rows), "the roster of the day")["entries"]
    people = [entry["resident"] for entry in sorted(entries, key=lambda entry: entry["row"])]
    assert len(people) == PEOPLE
    for first in range(0, PEOPLE, 500):
        answers = [
            {"resident": each, "answer": "consent", "wished_week": week_of(DAY)}
            for each in people[first : first + 500]
        ]
        api.command("registration", f"/api/units/{UNIT}/answers", {"answers": answers}, f"{first}")
    expiry = str(day.deployment.campaign.end + timedelta(days=200))
    delivered = {"batch": BATCH, "product": "CoronaVac", "doses": 2 * PEOPLE, "expiry": expiry}
    api.command(STADIUM, "/api/batches", delivered, "a delivery")
    span = {"from_day": str(DAY), "to_day": "2024-06-20", "product": "CoronaVac"}
    api.command(STADIUM, "/api/sessions", span, "sessions")
    api.settle()
    api.each(
        lambda each: api.command(
            STADIUM, "/api/appointments", {"resident": each, "from_day": str(DAY)}, f"book {each}"
        ),
        people,
    )
    api.set_clock(DAY, f"{OPENS:%H:%M}")
    for number, login in enumerate(DESKS, 1):
        body = {"posts": ["vaccinator"], "desk": str(number)}
        assert day.send(login, STADIUM, "/api/duty", body, f"duty {login}")
    for number, login in enumerate(SCREENERS, 1):
        body = {"posts": ["screener"], "desk": f"S{number}"}
        assert day.send(login, STADIUM, "/api/duty", body, f"duty {login}")
    api.settle()
    return people


def at_the_door(day: Day, resident: str) -> None:
    name = f"check-in {resident}"
    answer = day.send(DOOR, STADIUM, f"/api/residents/{resident}/check-in", {}, name)
    assert answer is not None and answer["number"]
    day.did(STADIUM, name)


def screens(day: Day, login: str, minute: int) -> None:
    """A screener calls whoever is next, and finds them well; once in a while nobody comes."""
    name = f"{login} calls {minute}"
    called = day.send(login, "screening", "/api/queue/call-next", {}, name)
    if called is None:
        return
    resident, number = called["resident"], called["number"]
    if number % 19 == 0 and number not in day.missed:
        day.missed.add(number)
        passing = {"site": SITE, "number": number, "version": called["version"]}
        for step in ("pass", "resume"):
            told = day.send(
                login, "screening", f"/api/queue/{step}", passing, f"{step} {number} {minute}"
            )
            assert told is not None
            passing["version"] = told["version"]
        return
    found = {"site": SITE, "answers": WELL}
    name = f"screening {resident}"
    assert day.send(login, "screening", f"/api/residents/{resident}/screening", found, name)
    day.did("screening", name)


def vaccinates(day: Day, login: str, minute: int) -> None:
    """A desk calls whoever is next and gives the dose; once in a while the person steps aside."""
    called = day.send(login, STADIUM, "/api/queue/call-next", {}, f"{login} calls {minute}")
    if called is None:
        return
    resident, number = called["resident"], called["number"]
    if number % 17 == 0 and number not in day.held:
        day.held.add(number)
        step = {"number": number, "version": called["version"]}
        assert day.send(login, STADIUM, "/api/queue/hold", step, f"hold {number}")
        day.come_back.append(number)
        return
    name = f"dose {resident}"
    dose = {"batch": BATCH, "vaccinator": login}
    assert day.send(login, STADIUM, f"/api/residents/{resident}/dose", dose, name)
    day.did(STADIUM, name)
    observed = timedelta(minutes=day.deployment.campaign.observation_minutes)
    day.leaves.append((day.now + observed, resident))


def observes(day: Day, minute: int) -> None:
    """Whoever's half hour is over leaves; who had stepped aside waits again."""
    while day.leaves and day.leaves[0][0] <= day.now:
        _, resident = day.leaves.popleft()
        name = f"leaves {resident}"
        assert day.send(DOOR, STADIUM, f"/api/residents/{resident}/observation-end", {}, name)
        day.did(STADIUM, name)
    while day.come_back:
        number = day.come_back.popleft()
        name = f"back {number} {minute}"
        day.send(DOOR, STADIUM, "/api/queue/resume", {"number": number}, name)


def states(day: Day) -> dict[str, int]:
    """Where everybody of the day is, as the site counts them."""
    return day.asked("stadium-leader", "/api/queue")["states"]


@pytest.mark.timeout(1800)
def test_everybody_is_in_one_state_every_minute_and_nothing_is_lost(day: Day):
    expected = deque(prepared(day))
    site = day.running.group[STADIUM]
    minutes_of_kills = {
        round(PEOPLE / ARRIVE_PER_MINUTE * n / (KILLS + 1)) for n in range(1, KILLS + 1)
    }
    killed, minute = 0, 0
    with ThreadPoolExecutor(len(DESKS) + len(SCREENERS) + 1) as hands:
        while True:
            day.api.set_clock(DAY, f"{day.now:%H:%M}")
            for _ in range(min(ARRIVE_PER_MINUTE, len(expected))):
                at_the_door(day, expected.popleft())
            working = [hands.submit(screens, day, login, minute) for login in SCREENERS]
            working += [hands.submit(vaccinates, day, login, minute) for login in DESKS]
            if minute in minutes_of_kills:
                site.kill()
                killed += 1
            for each in working:
                each.result()
            observes(day, minute)
            now = states(day)
            assert sum(now.values()) == PEOPLE, (f"{day.now:%H:%M}", now)
            assert now["booked"] == len(expected)
            if now["done"] == PEOPLE:
                break
            assert day.now < OPENS + timedelta(hours=11), now
            day.now, minute = day.now + A_MINUTE, minute + 1
    print(f"{PEOPLE} people in {minute + 1} minutes of the day, site killed {killed} times: {now}")
    assert killed == KILLS
    day.api.settle()
    logs = checker.Reader(day.deployment).read()
    journal = day.journal.read()
    assert len(journal) == 4 * PEOPLE
    assert checker.lost(journal, logs) == []
    assert checker.doubled(journal, logs) == []
    doses = [
        each["data"]["resident"] for each in logs[STADIUM] if each["event"] == "DoseAdministered"
    ]
    assert len(doses) == len(set(doses)) == PEOPLE
    numbers = [
        each["data"]["number"] for each in logs[STADIUM] if each["event"] == "ResidentCheckedIn"
    ]
    assert sorted(numbers) == list(range(1, PEOPLE + 1))
