"""What a part's processes must not know by themselves alone: each test has two, with nothing but their store in common."""

from __future__ import annotations

import json
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from services.registration.rosters.runner import run_imports
from services.supervision.domain.refusals import SessionOver
from shared.kit import memory
from shared.kit.eventstore import Context
from shared.kit.eventstore.told import heard, tell
from shared.kit.messaging.shared_health import NAME
from shared.kit.web.limits import Limits, TooManyRequests
from shared.kit.web.nameko_service import tell_health
from shared.town.privacy.keys import RemoteKeys
from shared.town.privacy.sealing import KeyId
from tests.access.test_sign_in import PASSWORD, Desk
from tests.support.part import PartUnderTest, a_deployment
from tests.support.workbooks import person, roster

ANNA = str(uuid.UUID("5f0c8d1e-2b1a-8c3d-9e4f-0a1b2c3d4e5f"))
HTML = {"Accept": "text/html"}


# Signing in


@pytest.fixture
def desks(tmp_path: Path) -> tuple[Desk, Desk]:
    one, other = Desk(tmp_path), Desk(tmp_path)
    for desk in (one, other):
        desk.gate.staff._seconds = 0.0  # as supervision's own gate has it
    one.enrol("nurse", ("auditor", "town"))
    return one, other


def sign_in(desk: Desk, password: str = PASSWORD) -> int:
    said = {"login": "nurse", "password": password, "next": "/account"}
    return desk.browser.client.post("/sign-in", data=said, headers=HTML).status_code


def goes_on_at(desk: Desk, other: Desk) -> None:
    """The browser's next connection leads to another process."""
    cookie = desk.browser.client.get_cookie(desk.gate.cookie)
    assert cookie is not None
    other.browser.client.set_cookie(cookie.key, cookie.value)


def account(desk: Desk) -> int:
    return desk.browser.client.get("/account", headers=HTML).status_code


def test_whoever_signed_in_at_one_process_is_signed_in_at_the_other(desks: tuple[Desk, Desk]):
    one, other = desks
    assert sign_in(one) == 303
    goes_on_at(one, other)
    assert (account(one), account(other)) == (200, 200)
    session = other.office.open_sessions("nurse")[0]["session"]
    other.office.end(session)
    assert (account(one), account(other)) == (303, 303)


def test_a_ticket_of_one_process_is_good_once_at_the_other(desks: tuple[Desk, Desk]):
    one, other = desks
    assert sign_in(one) == 303
    session = one.office.open_sessions("nurse")[0]["session"]
    ticket = one.office.ticket(session, "state", one.gate.audience)
    assert other.office.exchange(ticket, "state", one.gate.audience)
    with pytest.raises(SessionOver):
        one.office.exchange(ticket, "state", one.gate.audience)


def test_wrong_passwords_are_counted_by_both_together(desks: tuple[Desk, Desk]):
    tries = [sign_in(desk, "wrong password") for _ in range(3) for desk in desks]
    assert tries[-1] == 429


# Erasure


def test_a_key_is_forgotten_by_all_processes(tmp_path: Path):
    one, other = (PartUnderTest(tmp_path, "screening") for _ in range(2))
    keys = other.app.privacy._keys
    assert isinstance(keys, RemoteKeys)
    keys._cache[KeyId(ANNA, "facts", 1)] = b"key"
    with memory.apart():
        other.app.forget_with_others()
        assert keys._cache
        before = time.monotonic()
        erased = {"resident": ANNA, "classes": ["facts", "contact"], "reason": "by_request"}
        one.hears("registration", "ResidentErased", **erased)
        other.app.forget_with_others()
        assert keys._cache == {}
        assert memory.forgotten_since(before)  # and its memory is washed
        keys._cache[KeyId(ANNA, "facts", 2)] = b"another"
        other.app.forget_with_others()
        assert keys._cache


def test_a_process_drops_only_the_key_of_whoever_it_has_heard_of_itself(tmp_path: Path):
    one, other = (PartUnderTest(tmp_path, "screening") for _ in range(2))
    keys = one.app.privacy._keys
    assert isinstance(keys, RemoteKeys)
    somebody, erased = KeyId(str(uuid.uuid4()), "facts", 1), KeyId(ANNA, "facts", 1)
    keys._cache |= {somebody: b"key", erased: b"key"}
    of_anna = {"resident": ANNA, "classes": ["facts", "contact"], "reason": "by_request"}
    with memory.apart():
        one.hears("registration", "ResidentErased", **of_anna)
        one.app.forget_with_others()
        assert list(keys._cache) == [somebody]
        one.app.forget_with_others()
        assert list(keys._cache) == [somebody]
        # What another has told counts also when this one has told something since.
        for each in (other, one):
            with each.transaction():
                each.app.forget(ANNA)
        one.app.forget_with_others()
        assert keys._cache == {}


def test_what_was_rolled_back_was_heard_of_by_nobody(tmp_path: Path):
    one, other = (PartUnderTest(tmp_path, "screening") for _ in range(2))
    keys = one.app.privacy._keys
    assert isinstance(keys, RemoteKeys)
    with memory.apart():
        with suppress(ZeroDivisionError), one.transaction():
            one.app.forget(ANNA)
            raise ZeroDivisionError
        keys._cache[KeyId(ANNA, "facts", 1)] = b"key"
        with other.transaction():
            other.app.forget(ANNA)  # with the number that was not stored
        one.app.forget_with_others()
        assert keys._cache == {}


def test_an_answer_is_kept_under_no_key_that_another_process_has_destroyed(tmp_path: Path):
    one, other = (PartUnderTest(tmp_path, "registration", broker="amqp://one") for _ in range(2))
    one.at("2024-04-01")
    address, moves = "/api/units/v01/dock", {"site": "community"}
    for day in ("2024-04-15", "2024-04-22"):  # with the second it knows the key of the day
        assert other.http.post(address, moves | {"since": day}).status_code == 200
    taken = one.http.upload("/api/units/v01/roster", roster(person(101)))
    resident = taken.json["entries"][0]["resident"]
    erased = one.http.post(f"/api/residents/{resident}/erase", {"reason": "by_request"})
    assert erased.status_code == 200, erased.text
    for replayed in (False, True):
        answer = other.http.post(address, moves | {"since": "2024-05-06"}, key="after")
        assert answer.status_code == 200, answer.text
        assert ("Idempotency-Replayed" in answer.headers) is replayed


# How the followers are


def two_edges(folder: Path, processes: int) -> tuple[Any, Any]:
    """Two processes of reporting that follow screening, each begun as one of so many."""
    edges = list[Any]()
    for _ in range(2):
        part = PartUnderTest(folder, "reporting", processes=processes)
        edges.append(part.routes.edge)
        edges[-1].health[:] = [part.follower("screening").health]
    leads, other = edges
    leads.lead._here.set()
    return leads, other


def test_the_process_that_follows_tells_the_others_how_it_fares(tmp_path: Path):
    leads, other = two_edges(tmp_path, processes=2)
    assert [each.failing for each in other.followers_health()] == [None]
    leads.health[0].fail(ConnectionError("nobody answers"), "2024-04-01T08:00:00+08:00")
    leads.shared_health.tell()
    [told] = other.followers_health()
    assert (told.failing, told.since) == (
        "ConnectionError: nobody answers",
        "2024-04-01T08:00:00+08:00",
    )
    leads.health[0].recover()
    leads.shared_health.tell()
    assert [each.failing for each in other.followers_health()] == [None]


def test_it_tells_it_again_when_another_had_the_lead_meanwhile(tmp_path: Path):
    leads, other = two_edges(tmp_path, processes=2)
    leads.shared_health.tell()
    leads.lead._here.clear()
    other.health[0].fail(ConnectionError("nobody answers"), "2024-04-01T08:00:00+08:00")
    other.shared_health.tell()
    leads.shared_health.tell()
    [told] = other.followers_health()
    assert told.failing is None


def test_what_a_later_version_tells_besides_is_left_out(tmp_path: Path):
    leads, other = two_edges(tmp_path, processes=2)
    said = [{"source": "screening", "failing": "why", "of_a_later_version": 1}]
    with leads.work.store.transaction(Context.once("tester")):
        tell(leads.work.store, NAME, json.dumps(said))
    [told] = other.followers_health()
    assert told.failing == "why"


def test_a_process_that_serves_alone_tells_nobody_and_believes_nothing_old(tmp_path: Path):
    leads, other = two_edges(tmp_path, processes=2)
    leads.health[0].fail(ConnectionError("nobody answers"), "2024-04-01T08:00:00+08:00")
    tell_health(leads)
    assert [each.failing for each in other.followers_health()] != [None]
    before = heard(leads.work.store, NAME)
    alone, starting = two_edges(tmp_path, processes=1)
    tell_health(alone)
    assert heard(alone.work.store, NAME) == before
    assert [each.failing for each in starting.followers_health()] == [None]


def test_how_many_serve_stands_in_no_deployment_s_file(tmp_path: Path):
    one_of_two = a_deployment(tmp_path).shared_by(2)
    one_of_two.save()
    assert one_of_two.processes == 2
    assert "processes" not in json.loads(one_of_two.file.read_text())


# Limits


def test_each_of_two_processes_has_half_of_the_rates(tmp_path: Path):
    deployment = a_deployment(tmp_path, rehearsal=False, account_rate=0.4, address_rate=0.0)

    def taken(processes: int) -> int:
        """So many requests are answered at once."""
        limits, number = Limits(deployment.shared_by(processes), lambda: 0.0), 0
        while True:
            try:
                limits.account("nurse")
            except TooManyRequests:
                return number
            number += 1

    assert (taken(1), taken(2)) == (4, 2)
    assert deployment.shared_by(2).address_rate == 0.0


# Imports


def test_an_import_is_taken_in_by_one_process_and_done_by_the_other(tmp_path: Path):
    takes, works = (PartUnderTest(tmp_path, "registration") for _ in range(2))
    takes.at("2024-04-01")
    sent = takes.http.send("/api/units/v01/roster", roster(person(101), person(102)))
    job = f"/api/imports/{sent.json['import']}"
    assert takes.http.get(job).json["state"] == "queued"
    assert run_imports(works.app) == 1
    assert takes.http.get(job).json["state"] == works.http.get(job).json["state"] == "done"
    page = takes.http.page(f"/imports/{sent.json['import']}")
    assert page.status_code == 200
