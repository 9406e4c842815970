"""Jobs: claimed by one worker, lost with the lease, tried again when due, cancelled at any time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import TypedDict
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Column, Float, Integer, LargeBinary, MetaData, String, Table, insert

from shared.kit.clock import SystemClock
from shared.kit.eventstore import Context, Store, Views, Work
from shared.kit.jobs import Jobs

NOW, LEASE = 1000.0, 8.0

kept = MetaData()
table = Table(
    "letters",
    kept,
    Column("letter", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("free_at", Float),
    Column("done", Integer, nullable=False),
    Column("total", Integer),
    Column("text", LargeBinary),
)


class Letter(TypedDict):
    letter: str
    state: str
    tries: int
    free_at: float | None
    done: int
    total: int | None


LEASED = Jobs(
    table,
    Letter,
    key="letter",
    attempts="tries",
    due="free_at",
    order=["letter"],
    waiting=("new", "writing"),
    at_work=("writing",),
)
GIVEN_BACK = Jobs(
    table,
    Letter,
    key="letter",
    attempts="tries",
    due="free_at",
    order=["free_at", "letter"],
    waiting=("new",),
    at_work=("writing",),
)


@pytest.fixture
def workers(store_url: Callable[[], str]) -> Iterator[list[Work]]:
    """Two processes of one store, in which two letters wait."""
    url, clock = store_url(), SystemClock(ZoneInfo("Asia/Shanghai"))
    both = [Work(Store(url, "letters", Views(kept=kept), clock), ()) for _ in range(2)]
    with transaction(both[0]):
        row = {"state": "new", "tries": 0, "done": 0, "text": b"sealed"}
        rows = [row | {"letter": "a"}, row | {"letter": "b"}]
        both[0].store.current.connection.execute(insert(table), rows)
    yield both
    for each in both:
        each.store.close()


def transaction(work: Work) -> AbstractContextManager[object]:
    return work.store.transaction(Context.once("worker"))


def claimed(work: Work, now: float = NOW, jobs: Jobs[Letter] = LEASED) -> Letter | None:
    with transaction(work):
        return jobs.claim(work, now, state="writing", free_at=now + LEASE)


def test_two_workers_claim_different_jobs_the_oldest_first(workers: list[Work]):
    first, second = (claimed(work) for work in workers)
    assert first is not None and second is not None
    assert (first["letter"], second["letter"]) == ("a", "b")
    assert (first["tries"], first["state"], first["free_at"]) == (1, "writing", NOW + LEASE)
    assert claimed(workers[0]) is None


def test_workers_that_claim_at_once_never_get_the_same(workers: list[Work]):
    with ThreadPoolExecutor() as threads:
        got = list(threads.map(claimed, (*workers, *workers)))
    assert sorted(each["letter"] for each in got if each) == ["a", "b"]
    assert len(got) == 4


def test_a_job_is_somebody_elses_when_the_lease_is_over(workers: list[Work]):
    one, other = workers
    mine = claimed(one)
    assert mine is not None
    later = NOW + LEASE
    taken = claimed(other, later)
    assert taken is not None
    assert (taken["letter"], taken["tries"]) == ("a", 2)
    assert LEASED.held(one, mine) is None
    assert LEASED.held(other, taken) == taken


def test_a_lease_that_is_renewed_goes_on_and_tells_the_progress(workers: list[Work]):
    one, other = workers
    mine = claimed(one)
    assert mine is not None
    with transaction(one):
        LEASED.change(one, "a", free_at=NOW + 3 * LEASE, done=3, total=10)
    taken = claimed(other, NOW + 2 * LEASE)
    assert taken is not None
    assert taken["letter"] == "b"
    now = LEASED.held(one, mine)
    assert now is not None
    assert (now["done"], now["total"]) == (3, 10)


def test_a_job_that_failed_is_due_again_later(workers: list[Work]):
    work = workers[0]
    mine = claimed(work)
    assert mine is not None
    with transaction(work):
        LEASED.change(work, "a", state="new", free_at=NOW + 60)
        LEASED.change(work, "b", state="sent")
    assert claimed(work, NOW + 59) is None
    again = claimed(work, NOW + 60)
    assert again is not None
    assert (again["letter"], again["tries"]) == ("a", 2)


@pytest.mark.parametrize("state", ["sent", "failed", "cancelled"])
def test_what_has_ended_is_held_by_nobody_and_never_begun(workers: list[Work], state: str):
    one, other = workers
    mine = claimed(one)
    assert mine is not None
    with transaction(other):
        LEASED.change(other, "a", state=state, text=None)
    assert LEASED.held(one, mine) is None
    assert LEASED.payload(one, "a", "text") is None
    rest = claimed(one, NOW + 2 * LEASE)
    assert rest is not None
    assert rest["letter"] == "b"
    assert claimed(other, NOW + 2 * LEASE) is None


def test_without_a_lease_a_job_stays_until_it_is_given_back(workers: list[Work]):
    one, other = workers
    mine = claimed(one, jobs=GIVEN_BACK)
    assert mine is not None
    with transaction(one):
        GIVEN_BACK.change(one, "b", state="sent")
    assert claimed(other, NOW + 9 * LEASE, GIVEN_BACK) is None
    with transaction(other):
        GIVEN_BACK.change(other, "a", state="new")
    assert GIVEN_BACK.held(one, mine) is None
    taken = claimed(other, NOW + 9 * LEASE, GIVEN_BACK)
    assert taken is not None
    assert taken["tries"] == 2


def test_conditions_choose_among_what_waits(workers: list[Work]):
    work = workers[0]
    assert [row["letter"] for row in work.rows(LEASED.due(NOW, table.c.letter > "a"))] == ["b"]
    with transaction(work):
        assert LEASED.claim(work, NOW, table.c.letter > "b", state="writing") is None
        taken = LEASED.claim(work, NOW, table.c.letter > "a", state="writing")
    assert taken is not None
    assert taken["letter"] == "b"


def test_a_payload_is_bytes_and_not_in_the_row(workers: list[Work]):
    work = workers[0]
    assert LEASED.payload(work, "a", "text") == b"sealed"
    assert LEASED.payload(work, "z", "text") is None
    row = LEASED.get(work, "a")
    assert row is not None and "text" not in row
    assert LEASED.get(work, "z") is None
