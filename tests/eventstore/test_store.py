"""The event store: what is acknowledged stays, in order, without gaps, and cannot be changed."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
from eventsourcing.domain import Aggregate, event
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, text, update
from sqlalchemy.exc import DatabaseError

from shared.kit.clock import SystemClock
from shared.kit.contracts import decode
from shared.kit.contracts.catalogue import ContractError
from shared.kit.eventstore import Context, Store, Views, Work
from shared.kit.eventstore.answers import KeyReused
from shared.kit.eventstore.followed import Reached
from shared.town.campaign import load
from tests.support.part import CAMPAIGN_FILE

DAY = date(2024, 4, 2)
CAMPAIGN = load(CAMPAIGN_FILE)


class Session(Aggregate):
    """A session as appointments has it, as small as it can be."""

    @staticmethod
    def create_id(site: str, day: date) -> UUID:
        return uuid5(UUID(int=0), f"{site}:{day}")

    @event("SessionOpened")
    def __init__(self, site: str, day: date, product: str, slots: list[dict[str, Any]]) -> None:
        self.site, self.day, self.taken = site, day, 0
        self.places = slots[0]["capacity"]

    def take(self, resident: UUID) -> None:
        self._on_taken(site=self.site, day=self.day, time="08:00", resident=resident, dose=1)

    @event("SlotTaken")
    def _on_taken(self, site: str, day: date, time: str, resident: UUID, dose: int) -> None:
        self.taken += 1


tables = MetaData()
counts = Table("counts", tables, Column("day", String, primary_key=True), Column("n", Integer))
views = Views(tables)


@views.on("SessionOpened")
def _(connection, event):
    connection.execute(insert(counts), {"day": event.data["day"], "n": 0})


@views.on("SlotTaken")
def _(connection, event):
    connection.execute(
        update(counts).where(counts.c.day == event.data["day"]).values(n=counts.c.n + 1)
    )


class Sessions(Work):
    def __init__(self, store: Store) -> None:
        super().__init__(store, (Session,), {Session: 5})

    def open(self, places: int = 10) -> None:
        slots = [{"time": "08:00", "capacity": places}]
        self.save(Session(site="stadium", day=DAY, product="CoronaVac", slots=slots))

    def take(self) -> dict[str, int]:
        session = self.get(Session, Session.create_id("stadium", DAY))
        session.take(uuid4())
        self.save(session)
        return {"taken": session.taken}


def context(key: str | None = None) -> Context:
    return Context(key or str(uuid4()), "nurse-01", "correlation-1")


@pytest.fixture
def sessions(store_url) -> Iterator[Sessions]:
    store = Store(store_url(), "appointments/stadium", views, SystemClock(CAMPAIGN.zone))
    app = Sessions(store)
    with store.transaction(context()):
        app.open()
    yield app
    store.close()


def take(app: Sessions, key: str | None = None) -> tuple[Any, bool]:
    answer, before = app.store.execute(context(key), "take", app.take)
    return answer, bool(before)


def test_positions_grow_by_one_and_the_view_follows_in_the_same_transaction(sessions):
    for _ in range(12):
        take(sessions)
    assert [each.position for each in sessions.store.log(0, 100)] == list(range(1, 14))
    assert sessions.rows(counts.select()) == [{"day": "2024-04-02", "n": 12}]
    assert sessions.store.log(12, 100) == sessions.store.log(0, 100)[12:]


def test_the_stored_event_says_who_when_why_and_bears_its_public_name(sessions):
    take(sessions, "key-1")
    position, body = sessions.store.log(1, 1)[0][:2]
    stored = decode("appointments/stadium", position, body)
    assert (stored.name, stored.version, stored.stream_version) == ("SlotTaken", 1, 2)
    assert (stored.actor, stored.command, stored.correlation) == (
        "nurse-01",
        "key-1",
        "correlation-1",
    )
    assert stored.recorded_at.endswith("+08:00")
    assert stored.data["time"] == "08:00"
    with sessions.store.connection() as connection:
        topics = connection.execute(text("SELECT DISTINCT topic FROM events")).scalars().all()
    assert sorted(topics) == ["SessionOpened.v1", "SlotTaken.v1"]


def test_a_command_sent_again_has_its_effect_once_and_the_same_answer(sessions):
    first = take(sessions, "key-1")
    again = take(sessions, "key-1")
    assert first == ({"taken": 1}, False)
    assert again == ({"taken": 1}, True)
    assert sessions.store.head() == 2


def test_a_key_used_for_another_command_is_refused(sessions):
    take(sessions, "key-1")
    with pytest.raises(KeyReused):
        sessions.store.execute(context("key-1"), "another", sessions.take)


def test_a_failing_command_leaves_nothing_behind(sessions):
    def fail_after_saving() -> None:
        sessions.take()
        raise RuntimeError("the light went out")

    with pytest.raises(RuntimeError, match="light"):
        sessions.store.execute(context("key-1"), "take", fail_after_saving)
    assert sessions.store.head() == 1
    assert sessions.rows(counts.select()) == [{"day": "2024-04-02", "n": 0}]
    assert take(sessions, "key-1") == ({"taken": 1}, False)


def test_an_event_that_breaks_its_contract_is_never_stored(sessions):
    with pytest.raises(ContractError), sessions.store.transaction(context()):
        sessions.save(
            Session(site="stadium", day="soon", product="CoronaVac", slots=[{"capacity": 1}])
        )
    assert sessions.store.head() == 1


@pytest.mark.parametrize(
    "statement", ["UPDATE events SET topic = 'X.v1'", "DELETE FROM events", "TRUNCATE events"]
)
def test_the_database_itself_refuses_to_change_history(sessions, statement):
    if sessions.store.is_sqlite and statement.startswith("TRUNCATE"):
        pytest.skip("SQLite has no TRUNCATE")
    before = sessions.store.log(0, 10)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        sessions.store.engine.begin() as connection,
    ):
        connection.execute(text(statement))
    assert sessions.store.log(0, 10) == before


def test_concurrent_commands_never_lose_or_double_a_place(sessions):
    errors: list[Exception] = []

    def worker() -> None:
        try:
            for _ in range(10):
                take(sessions)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=worker) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert take(sessions)[0] == {"taken": 81}
    assert [each.position for each in sessions.store.log(0, 100)] == list(range(1, 83))


def test_two_processes_on_one_store_do_not_overtake_each_other(sessions):
    other = Sessions(Store(sessions.store.url, "appointments/stadium", views, sessions.store.clock))
    threads = [
        threading.Thread(target=lambda app=app: [take(app) for _ in range(15)])
        for app in (sessions, other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.position for each in sessions.store.log(0, 100)] == list(range(1, 32))
    assert sessions.rows(counts.select()) == [{"day": "2024-04-02", "n": 30}]
    other.store.close()


def test_a_long_stream_is_loaded_from_its_snapshot(sessions):
    for _ in range(11):
        take(sessions)
    with sessions.store.connection() as connection:
        rows = connection.execute(text("SELECT stream_version, topic FROM snapshots")).all()
    assert sorted(tuple(row) for row in rows) == [(5, "snapshot:Session"), (10, "snapshot:Session")]
    session = sessions.get(Session, Session.create_id("stadium", DAY))
    assert (session.taken, session.version, session.day) == (11, 12, DAY)


def test_views_rebuilt_from_zero_are_the_same(sessions):
    for _ in range(4):
        take(sessions)
    before = sessions.rows(counts.select())
    assert sessions.rebuild_views() == 5
    assert sessions.rows(counts.select()) == before


def test_appending_outside_of_a_transaction_is_a_programming_error(sessions):
    with pytest.raises(RuntimeError, match="transaction"):
        sessions.take()


def test_a_store_opened_again_goes_on_where_it_was(sessions):
    take(sessions)
    reopened = Sessions(
        Store(sessions.store.url, "appointments/stadium", views, sessions.store.clock)
    )
    assert take(reopened)[0] == {"taken": 2}
    reopened.store.close()


def test_a_repeatable_transaction_commits_like_any_other(sessions):
    with sessions.store.transaction(context(), repeatable=True):
        sessions.store.track("registration", Reached(5, 5, b"link"))
    assert sessions.store.reached("registration") == (5, 5, b"link")
    with suppress(RuntimeError), sessions.store.transaction(context(), repeatable=True):
        sessions.store.track("registration", Reached(9, 9, b"next"))
        raise RuntimeError
    assert sessions.store.reached("registration") == (5, 5, b"link")


def test_the_relay_of_a_green_process_waits_for_a_command_without_holding_it_up(store_url):
    green = [sys.executable, "-W", "ignore", "-m", "tests.support.green_threads", store_url()]
    ended = subprocess.run(green, capture_output=True, text=True, timeout=60)
    assert (ended.stdout.split(), ended.stderr) == (["command", "mark"], "")


def test_views_of_another_version_are_made_anew_of_the_events(sessions):
    for _ in range(3):
        take(sessions)
    store = sessions.store
    with store.transaction(context()):
        store.track("registration", Reached(7, 7, b"link"))
    with store.engine.begin() as connection:
        connection.execute(text("DROP TABLE counts"))
        connection.execute(text("CREATE TABLE counts (day VARCHAR PRIMARY KEY, people INTEGER)"))
    again = Store(store.url, store.source, views, store.clock)
    with again.connection() as connection:
        assert [tuple(row) for row in connection.execute(counts.select())] == [("2024-04-02", 3)]
    # Followed anew from its beginning; what was decided on it is not decided again.
    assert again.reached("registration") == (0, 7, b"link")
    with store.engine.begin() as connection:
        connection.execute(text("DROP TABLE counts"))
    third = Store(store.url, store.source, views, store.clock)
    with third.connection() as connection:
        assert [tuple(row) for row in connection.execute(counts.select())] == [("2024-04-02", 3)]
    for each in (again, third):
        each.close()
