"""Group commit: commands that share a turn of the writer do what they would do one after another."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError, OperationalError

from shared.kit.clock import SystemClock
from shared.kit.contracts.chain import beginning, chained
from shared.kit.eventstore import Context, Store, turns
from shared.kit.eventstore.answers import KeyReused
from shared.kit.refusals import refusal
from tests.eventstore.test_store import CAMPAIGN, DAY, Session, Sessions, counts, views

SOURCE = "appointments/stadium"
NAMES = UUID(int=7)
Full = refusal("full", 409, zh="满了", en="full")
Command = tuple[str, str]  # what is done, and its idempotency key
Ended = tuple[str, Any]


class Desk(Sessions):
    """Takes places, refuses, and fails in ways that a database and a program fail."""

    def take_as(self, key: str, places: int) -> dict[str, int]:
        session = self.get(Session, Session.create_id("stadium", DAY))
        if session.taken + places > session.places:
            raise Full
        for number in range(places):
            session.take(uuid5(NAMES, f"{key} {number}"))
        self.save(session)
        return {"taken": session.taken}

    def fail_after_writing(self, key: str) -> None:
        self.take_as(key, 1)
        raise ZeroDivisionError

    def break_a_constraint(self, key: str) -> None:
        self.take_as(key, 1)
        with self.store.connection() as connection:
            connection.execute(insert(counts), {"day": str(DAY), "n": 0})

    def run(self, command: Command) -> Ended:
        """Do a command; return how it ended."""
        what, key = command
        work: dict[str, Callable[[], Any]] = {
            "take": lambda: self.take_as(key, 1),
            "take three": lambda: self.take_as(key, 3),
            "fail": lambda: self.fail_after_writing(key),
            "break": lambda: self.break_a_constraint(key),
        }
        try:
            answer, again = self.store.execute(context(key), what, work[what])
        except Exception as error:
            return type(error).__name__, None
        return ("again" if again else "done"), answer


def context(key: str) -> Context:
    return Context(key, "nurse-01", "correlation-1")


def new_desk(url: str, places: int = 8) -> Desk:
    desk = Desk(Store(url, SOURCE, views, SystemClock(CAMPAIGN.zone)))
    with desk.store.transaction(context("open")):
        desk.open(places)
    return desk


@pytest.fixture
def desk(store_url: Callable[[], str]) -> Iterator[Desk]:
    made = new_desk(store_url())
    yield made
    made.store.close()


def together(desk: Desk, commands: list[Command]) -> list[Ended]:
    """Do commands of which each comes in while the one before it waits for the commit."""
    coming, ended = deque(enumerate(commands)), dict[int, Ended]()

    def let_in() -> None:
        if coming:
            at, command = coming.popleft()
            ended[at] = desk.run(command)

    desk.store.turns.let_in = let_in
    while coming:
        let_in()
    desk.store.turns.let_in = lambda: None
    return [ended[at] for at in range(len(commands))]


def history(desk: Desk) -> list[Any]:
    """What the store holds, but for the moments at which it was recorded."""
    log = desk.store.log(0, 1000)
    assert list(log) == [
        each._replace(seal="")
        for each in chained(beginning(SOURCE), ((each.position, each.body) for each in log))
    ]
    bodies = [json.loads(each.body) for each in log]
    for body in bodies:
        del body["recorded_at"], body["occurred_at"]
    return [bodies, desk.rows(counts.select())]


def commits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many members each turn had that was committed."""
    found = list[int]()
    commit = turns.Turn.commit
    monkeypatch.setattr(
        turns.Turn, "commit", lambda turn: (found.append(turn.members), commit(turn))[1]
    )
    return found


keys = st.sampled_from([f"key-{number}" for number in range(6)])
some = st.lists(
    st.tuples(st.sampled_from(["take", "take", "take three", "fail", "break"]), keys), max_size=12
)


@given(some)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_shared_turn_comes_to_the_same_as_one_after_the_other(
    store_url: Callable[[], str], commands: list[Command]
):
    one, other = new_desk(store_url()), new_desk(store_url())
    try:
        assert together(one, commands) == [other.run(command) for command in commands]
        assert history(one) == history(other)
    finally:
        one.store.close()
        other.store.close()


def test_who_waits_together_is_committed_together(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    found = commits(monkeypatch)
    ended = together(desk, [("take", "a"), ("take three", "b"), ("take", "c")])
    assert ended == [("done", {"taken": 1}), ("done", {"taken": 4}), ("done", {"taken": 5})]
    assert found == [3]


def test_a_lone_command_is_committed_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    found = commits(monkeypatch)
    ended = [desk.run(("take", key)) for key in "ab"]
    assert ended == [("done", {"taken": 1}), ("done", {"taken": 2})]
    assert found == [1, 1]


def test_no_turn_has_more_than_its_number(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(turns, "MOST", 2)
    found = commits(monkeypatch)
    together(desk, [("take", key) for key in "abcde"])
    assert sorted(found) == [1, 2, 2]


def test_one_key_twice_in_a_turn_has_one_effect(desk: Desk):
    ended = together(desk, [("take", "a"), ("take", "a"), ("take three", "a")])
    assert ended == [("done", {"taken": 1}), ("again", {"taken": 1}), (KeyReused.__name__, None)]


@pytest.mark.parametrize("failing", ["fail", "break"])
@pytest.mark.parametrize("at", [0, 1, 2])
def test_who_fails_undoes_its_own_and_touches_no_neighbour(desk: Desk, failing: str, at: int):
    commands = [("take", "a"), ("take", "b")]
    commands.insert(at, (failing, "wrong"))
    ended = together(desk, commands)
    error = {"fail": ZeroDivisionError, "break": IntegrityError}[failing].__name__
    done = [each for each in ended if each[0] == "done"]
    assert done == [("done", {"taken": 1}), ("done", {"taken": 2})]
    assert ended[at] == (error, None)
    assert len(desk.store.log(0, 10)) == 3
    # Its key is free: it has never been used.
    assert desk.run(("take", "wrong")) == ("done", {"taken": 3})


def test_nobody_goes_on_before_the_commit(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """Also who was refused: a refusal may rest on what another did in the same turn."""
    run, stored = desk.run, list[int]()

    def noted(command: Command) -> Ended:
        ended = run(command)
        with desk.store.engine.connect() as connection:
            count = connection.execute(text("SELECT count(*) FROM events")).scalar_one()
        stored.append(count)
        return ended

    monkeypatch.setattr(desk, "run", noted)
    ended = together(desk, [("take three", key) for key in "abc"])
    assert ended == [("done", {"taken": 3}), ("done", {"taken": 6}), ("Full", None)]
    assert stored == [7, 7, 7]


def test_a_commit_that_fails_is_every_members_failure(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    dialect: Any = desk.store.engine.dialect

    def no_commit(_connection: Any) -> None:
        raise dialect.loaded_dbapi.OperationalError("disk I/O error")

    with monkeypatch.context() as patched:
        patched.setattr(dialect, "do_commit", no_commit)
        ended = together(desk, [("take", "a"), ("fail", "b"), ("take", "c")])
    assert ended == [("OperationalError", None)] * 3
    assert len(desk.store.log(0, 10)) == 1
    ended = together(desk, [("take", "a"), ("take", "c")])
    assert ended == [("done", {"taken": 1}), ("done", {"taken": 2})]


def test_a_turn_that_the_database_has_ended_takes_nobody_in(desk: Desk):
    """SQLite ends one when the disk is full; who was in it must not believe to be stored."""

    others = list[Ended]()

    def another() -> None:
        turn = desk.store.turns._open
        assert turn is not None
        driver: Any = turn.connection.connection.dbapi_connection
        driver.rollback() if desk.store.is_sqlite else driver.close()
        others.append(desk.run(("take", "b")))

    coming = iter([another])
    desk.store.turns.let_in = lambda: next(coming, lambda: None)()
    with pytest.raises(OperationalError):
        desk.store.execute(context("a"), "take", lambda: desk.take_as("a", 1))
    assert others == [("OperationalError", None)]
    assert len(desk.store.log(0, 10)) == 1
    assert desk.run(("take", "c")) == ("done", {"taken": 1})


def test_who_writes_alone_ends_a_shared_turn_first(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    found = commits(monkeypatch)
    positions = list[int]()

    def alone() -> None:
        with desk.store.transaction(context("alone")):
            desk.take_as("alone", 1)
        positions.append(desk.store.head())

    let_in = iter([alone])
    desk.store.turns.let_in = lambda: next(let_in, lambda: None)()
    assert desk.run(("take", "a")) == ("done", {"taken": 1})
    assert (found, positions) == ([1, 1], [3])


def test_what_is_to_be_done_afterwards_waits_for_the_commit_and_is_left_to_who_is_stored(
    desk: Desk,
):
    """Whoever is told of a thing before it is committed looks, finds nothing, and waits."""
    done = list[str]()

    def command(key: str, failing: bool = False) -> None:
        def work() -> None:
            desk.take_as(key, 1)
            desk.store.current.afterwards.append(lambda: done.append(key))
            if failing:
                raise ZeroDivisionError

        desk.store.execute(context(key), "take", work)

    def others() -> None:
        assert done == []
        with pytest.raises(ZeroDivisionError):
            command("b", failing=True)
        command("c")

    coming = iter([others])
    desk.store.turns.let_in = lambda: next(coming, lambda: None)()
    command("a")
    assert done == ["a", "c"]


def test_what_writes_nothing_does_not_say_that_the_database_takes_writes(desk: Desk):
    told = list[int]()
    desk.store.listeners.append(lambda: told.append(desk.store.head()))
    desk.store._failed = True
    with desk.store.together():
        desk.run(("fail", "a"))
    assert (desk.store._failed, told) == (True, [])
    with desk.store.together():
        desk.run(("take", "b"))
        assert told == []
    assert (desk.store._failed, told) == (False, [2])


def test_who_is_ended_in_the_middle_of_a_batch_leaves_no_turn_open(desk: Desk):
    """Until somebody else wrote here, no other process could."""
    with pytest.raises(KeyboardInterrupt, match="done"), desk.store.together():
        raise KeyboardInterrupt(desk.run(("take", "a")))
    assert len(desk.store.log(0, 10)) == 2
    assert desk.run(("take", "a")) == ("again", {"taken": 1})
