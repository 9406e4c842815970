"""Views are the same whether events have their effects one by one or run by run."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, create_engine, select

from shared.kit.contracts import Event
from shared.kit.contracts.plain import quick_dump
from shared.kit.eventstore import Views, change, put, put_all
from shared.town.contracts import catalogue

tables = MetaData()
people = Table(
    "people", tables, Column("who", String, primary_key=True), Column("said", Integer, default=0)
)
steps = Table("steps", tables, Column("at", Integer, primary_key=True), Column("name", String))


def an_event(position: int, name: str, who: str) -> Event:
    data: dict[str, Any] = {"who": who, "said": position}
    return Event("t", position, name, 1, who, 1, "", "", "", "", "", None, data, b"")


def views_of(connection: Connection, by_runs: bool) -> Views:
    views = Views(tables)

    @views.on_run("Came", "Spoke")
    def _(connection: Connection, events: Sequence[Event]) -> None:
        put_all(connection, people, "who", [event.data for event in events])

    @views.on("Left")
    def _(connection: Connection, event: Event) -> None:
        connection.execute(people.delete().where(people.c.who == event.data["who"]))

    @views.on("Told")
    def _(connection: Connection, event: Event) -> None:
        change(connection, people, "who", event.data)

    @views.on("Told")
    def _(connection: Connection, event: Event) -> None:
        connection.execute(people.update().values(said=people.c.said + 1000))

    @views.on("Came", "Left")
    def _(connection: Connection, event: Event) -> None:
        put(connection, steps, "at", {"at": event.position, "name": event.name})

    return views


EVENTS = st.lists(
    st.tuples(st.sampled_from(("Came", "Spoke", "Told", "Left", "Other")), st.sampled_from("abc")),
    max_size=30,
)


@given(EVENTS)
def test_runs_come_to_the_same_as_one_by_one(said: list[tuple[str, str]]):
    events = [an_event(at, name, who) for at, (name, who) in enumerate(said, 1)]
    found = list[Any]()
    for by_runs in (False, True):
        engine = create_engine("sqlite://")
        with engine.begin() as connection:
            tables.create_all(connection)
            views = views_of(connection, by_runs)
            if by_runs:
                views.apply_all(connection, events)
            else:
                for event in events:
                    views.apply_all(connection, [event])
            found.append(
                [sorted(map(tuple, connection.execute(select(t)))) for t in (people, steps)]
            )
        engine.dispose()
    assert found[0] == found[1]


def test_what_follows_from_several_events_is_told_them_once_and_last():
    room, told = Views(), list[tuple[list[int], int]]()

    @room.after("Came", "Left")
    def _(connection: Connection, events: Sequence[Event]) -> None:
        rows = connection.execute(select(people)).all()
        told.append(([event.position for event in events], len(rows)))

    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        tables.create_all(connection)
        views = Views.together([room, views_of(connection, True)])
        said = [("Came", "a"), ("Told", "a"), ("Came", "b"), ("Left", "a"), ("Came", "c")]
        views.apply_all(connection, [an_event(at, *each) for at, each in enumerate(said, 1)])
        views.apply_all(connection, [an_event(6, "Told", "b")])
    engine.dispose()
    assert told == [([1, 3, 4, 5], 2)]


def test_a_quick_dump_writes_what_the_schema_writes():
    quick = 0
    for contract in catalogue:
        data = contract.load(contract.example)
        assert contract.dump(data) == contract.schema.dump(data)
        quick += quick_dump(contract.schema) is not None
    registered = catalogue.latest("ResidentRegistered")
    assert quick_dump(registered.schema) is not None
    assert 5 < quick < len(list(catalogue)), "plain ones are quick, the others are not"
    assert registered.dump(registered.load(registered.example))["resident"] == str(
        uuid.UUID(registered.example["resident"])
    )
