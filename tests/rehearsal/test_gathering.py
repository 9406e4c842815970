"""Gathering: what is said at the same time goes in one request, and everybody gets their own answer."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from deploy.rehearsal import gathering as gathering_module
from deploy.rehearsal.gathering import Gathering, Place, Said
from tests.support.stadium import ANNA, Stadium, batch

SITE: Place = ("appointments/stadium", "leader")


class Door:
    """A bulk door that holds its first answer back until it may go."""

    def __init__(self) -> None:
        self.requests: list[list[dict[str, Any]]] = []
        self.may_go = threading.Event()
        self.asked = threading.Event()
        self.failing = False

    def send(self, place: Place, lines: bytes) -> bytes:
        """Answer each line with its own key."""
        del place
        said = [json.loads(line) for line in lines.splitlines()]
        self.requests.append(said)
        self.asked.set()
        self.may_go.wait(20)
        if self.failing:
            raise ConnectionError("gone")
        answers = [{"key": o["key"], "status": 200, "answer": {"mine": o["key"]}} for o in said]
        return b"\n".join(json.dumps(each).encode() for each in answers)


def all_say(gathering: Gathering, door: Door, number: int) -> list[Any]:
    """Say one thing, and while it is under way so many more; what was said to each."""

    def say(key: str) -> Any:
        try:
            return gathering.say(SITE, key, "/api/x", {})
        except ConnectionError as error:
            return str(error)

    with ThreadPoolExecutor(number + 1) as pool:
        first = pool.submit(say, "first")
        assert door.asked.wait(20)
        others = [pool.submit(say, f"key-{at}") for at in range(number)]
        waiting = gathering._waiting
        while len(waiting[SITE]) < number:
            threading.Event().wait(0.001)
        door.may_go.set()
        return [each.result(20) for each in (first, *others)]


def test_what_waits_goes_together_and_each_gets_its_own_answer():
    door = Door()
    said = all_say(Gathering(door.send), door, 5)
    assert said == [
        Said(200, {"mine": key}) for key in ("first", *(f"key-{at}" for at in range(5)))
    ]
    assert [len(each) for each in door.requests] == [1, 5]


def test_no_request_has_more_than_a_part_takes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gathering_module, "MOST_COMMANDS", 2)
    door = Door()
    all_say(Gathering(door.send), door, 5)
    assert [len(each) for each in door.requests] == [1, 2, 2, 1]


def test_a_request_that_fails_is_everybodys_failure_and_holds_nobody_up():
    door = Door()
    door.failing = True
    gathering = Gathering(door.send)
    assert all_say(gathering, door, 3) == ["gone"] * 4
    door.failing = False
    assert gathering.say(SITE, "later", "/api/x", {}).status == 200


def test_it_speaks_as_a_part_hears(tmp_path: Path):
    stadium = Stadium(tmp_path).opens()

    def send(place: Place, lines: bytes) -> bytes:
        headers = stadium.http.bearer(stadium.http.person)
        return stadium.http.client.post("/api/commands", data=lines, headers=headers).data

    gathering = Gathering(send)
    taken = gathering.say(SITE, "a", "/api/batches", batch("SV-2"))
    assert (taken.status, taken.replayed) == (200, False)
    assert gathering.say(SITE, "a", "/api/batches", batch("SV-2")) == Said(
        200, taken.document, True
    )
    assert gathering.say(SITE, "b", f"/api/residents/{ANNA}/check-in", {}).document["code"]
