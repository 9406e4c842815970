"""A hundred clients at once, over sockets, for the last ten places: nobody is booked twice over."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from services.appointments.bookings.commands import book
from tests.support.part import PartUnderTest
from tests.support.stadium import FIRST, SLOTS, Stadium, batch

CLIENTS, PLACES = 100, 10
Url = str


class Quiet(WSGIRequestHandler):
    """Writes no access log."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@contextmanager
def served(part: PartUnderTest) -> Iterator[Url]:
    """The part behind a real port, a thread a request."""

    def application(environ: Any, start_response: Any) -> Any:
        environ["HTTP_AUTHORIZATION"] = part.http.authorization
        return part.http.app(environ, start_response)

    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def post(url: Url, body: dict[str, Any], key: str | None = None) -> tuple[int, dict[str, Any]]:
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": key or str(uuid.uuid4()),
    }
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, json.load(refusal)


def all_at_once(work: list[Callable[[], Any]]) -> list[Any]:
    """Run everything at the same moment, each in a thread of its own."""
    start = threading.Barrier(len(work))

    def run(one: Callable[[], Any]) -> Any:
        start.wait()
        return one()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


def a_day_with_ten_places_left(folder: Path, people: list[uuid.UUID]) -> Stadium:
    """All places of FIRST but ten are taken; the next day is free."""
    site = Stadium(folder)
    site.dock("v15", "stadium")
    site.ok("/api/batches", batch("SV-1"))
    for day in (FIRST, "2024-04-03"):
        span = {"from_day": day, "to_day": day, "product": "CoronaVac"}
        site.ok("/api/sessions", span)
    for resident in people:
        site.consented(resident)
    return site


def capacity_was_never_exceeded(site: Stadium) -> None:
    """Prove it from the log: at every event, no slot held more than it has."""
    held: Counter[tuple[str, str]] = Counter()
    capacity: dict[tuple[str, str], int] = {}
    for event in site.events("SessionOpened", "SlotTaken", "SlotReleased"):
        data = event["data"]
        if event["event"] == "SessionOpened":
            capacity |= {(data["day"], slot["time"]): slot["capacity"] for slot in data["slots"]}
            continue
        place = data["day"], data["time"]
        held[place] += 1 if event["event"] == "SlotTaken" else -1
        assert 0 <= held[place] <= capacity[place], place


@pytest.mark.parametrize("processes", [1, 2])
def test_100_clients_for_the_last_10_places_get_exactly_10_bookings(tmp_path: Path, processes: int):
    """With two stores open on one file it is the database that keeps the clients apart."""
    people = [uuid.uuid4() for _ in range(SLOTS * 50 - PLACES + CLIENTS)]
    early, late = people[: SLOTS * 50 - PLACES], people[-CLIENTS:]
    site = a_day_with_ten_places_left(tmp_path, people)
    with site.transaction():
        for resident in early:
            book(site.app, resident, *([site.today().fromisoformat(FIRST)] * 2))
    parts = [
        site,
        *(PartUnderTest(tmp_path, "appointments", "stadium") for _ in range(processes - 1)),
    ]
    with served(parts[0]) as first, served(parts[-1]) as last:
        urls = (first, last)

        def client(number: int) -> tuple[int, dict[str, Any]]:
            body = {"resident": str(late[number]), "from_day": FIRST}
            return post(f"{urls[number % 2]}/api/appointments", body)

        answers = all_at_once([lambda n=n: client(n) for n in range(CLIENTS)])
    statuses = Counter(status for status, _ in answers)
    assert statuses == {200: PLACES, 409: CLIENTS - PLACES}
    for status, answer in answers:
        if status == 409:
            assert answer["code"] == "no-free-slot"
            assert answer["next_free"][0]["day"] == "2024-04-03"
    assert site.taken(FIRST) == SLOTS * 50
    capacity_was_never_exceeded(site)
    booked = [e["data"]["resident"] for e in site.events("AppointmentBooked")]
    assert len(booked) == len(set(booked)) == SLOTS * 50


def test_one_command_sent_by_twenty_clients_at_once_happens_once(tmp_path: Path):
    anna = uuid.uuid4()
    site = a_day_with_ten_places_left(tmp_path, [anna])
    body = {"resident": str(anna), "from_day": FIRST}
    with served(site) as url:
        sends = [lambda: post(f"{url}/api/appointments", body, key="one")] * 20
        answers = all_at_once(sends)
    assert {status for status, _ in answers} == {200}
    assert len({json.dumps(answer) for _, answer in answers}) == 1
    assert site.taken(FIRST) == 1
