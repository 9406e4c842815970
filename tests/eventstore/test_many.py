"""Many at once, and statements made once, come to what SQLAlchemy comes to, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from deploy.local.postgresql import PostgreSQL
from shared.kit.eventstore.bulk import among, in_json, insert_all
from shared.kit.eventstore.engine import open_engine
from shared.kit.eventstore.prepared import Prepared, drive, drive_many

things = Table(
    "things",
    MetaData(),
    Column("id", String, primary_key=True),
    Column("number", BigInteger),
    Column("new", Integer),
    Column("share", Float),
    Column("body", LargeBinary),
    Column("text", Text),
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def connection(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connection]:
    folder: Path = tmp_path_factory.mktemp("many")
    if request.param == "sqlite":
        yield from connected(f"sqlite:///{folder}/many.db")
        return
    with PostgreSQL(folder / "postgresql") as server:
        yield from connected(server.create_database("many"))


def connected(url: str) -> Iterator[Connection]:
    engine = open_engine(url)
    things.metadata.create_all(engine)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def a_thing(number: int) -> dict[str, Any]:
    odd = number % 2
    return {
        "id": f"名 '{number}' \\ {{}}",
        "number": 2**40 + number,
        "new": None if odd else number,
        "share": number / 3,
        "body": bytes(range(256)) if odd else b"",
        "text": None,
    }


@pytest.mark.parametrize("count", [0, 1, 7, 8, 500])
def test_rows_are_there_as_they_were_given(connection: Connection, count: int):
    rows = [a_thing(number) for number in range(count)]
    connection.execute(things.delete())
    insert_all(connection, things, rows)
    found = connection.execute(select(things).order_by(things.c.number)).mappings()
    assert [{**row, "body": bytes(row["body"])} for row in found] == rows


def test_values_of_a_list_are_found(connection: Connection):
    connection.execute(things.delete())
    insert_all(connection, things, [a_thing(number) for number in range(20)])

    def found(condition: Any) -> list[int]:
        wanted = select(things.c.number).where(condition).order_by(things.c.number)
        return [number - 2**40 for number in connection.execute(wanted).scalars()]

    names = [a_thing(number)["id"] for number in (3, 5, 99)]
    assert found(among(things.c.id, names)) == [3, 5]
    assert found(among(things.c.number, [2**40 + 7, 1])) == [7]
    assert found(among(things.c.id, [])) == []
    assert found(~among(things.c.id, names) & (things.c.new == 6)) == [6]
    two = Prepared(select(things.c.id).where(among(things.c.id, "ids")).order_by(things.c.id))
    assert [row.id for row in two.all(connection, {"ids": in_json(names)})] == names[:2]


def test_values_of_a_list_are_looked_up_in_the_index(connection: Connection):
    wanted = select(things.c.number).where(among(things.c.id, "ids"))
    if connection.dialect.name == "sqlite":
        shape, found = "EXPLAIN QUERY PLAN", "SEARCH things USING INDEX"
    else:
        connection.execute(text("SET LOCAL enable_seqscan TO off"))
        shape, found = "EXPLAIN", "Index Cond"
    written = wanted.compile(dialect=connection.dialect).string
    plan = drive(connection, f"{shape} {written}", _named_or_not(connection, in_json(["a"])))
    assert found in "\n".join(str(row) for row in plan)


def _named_or_not(connection: Connection, ids: str) -> Any:
    return (ids,) if connection.dialect.name == "sqlite" else {"ids": ids}


# Statements made once

INSERT, DELETE = Prepared(insert(things)), Prepared(delete(things))
ONE = Prepared(select(things).where(things.c.id == bindparam("wanted")))
NUMBER = Prepared(select(func.coalesce(func.max(things.c.number), -1)))
RAISE = Prepared(
    update(things).where(things.c.id == bindparam("wanted")).values(number=things.c.number + 1)
)


@pytest.fixture
def empty(connection: Connection) -> Iterator[Connection]:
    connection.rollback()
    with connection.begin():
        DELETE.run(connection, {})
        yield connection


def test_what_is_written_once_is_read_as_it_was(empty: Connection):
    for number in range(3):
        assert INSERT.run(empty, a_thing(number)) == 1
    thing = a_thing(1)
    found = ONE.first(empty, {"wanted": thing["id"]})
    assert found._asdict() == thing
    assert found.number == thing["number"]
    assert [row.id for row in ONE.all(empty, {"wanted": thing["id"]})] == [thing["id"]]
    assert found._asdict() == dict(
        empty.execute(select(things).where(things.c.id == thing["id"])).mappings().one()
    )


def test_an_insert_leaves_out_what_is_not_named(empty: Connection):
    INSERT.run(empty, {"id": "bare"})
    INSERT.run(empty, {"number": 7, "id": "numbered"})
    assert ONE.first(empty, {"wanted": "bare"}).number is None
    assert ONE.first(empty, {"wanted": "numbered"}).number == 7


def test_nothing_found_and_how_many_were_changed(empty: Connection):
    assert ONE.first(empty, {"wanted": "x"}) is None
    assert ONE.value(empty, {"wanted": "x"}) is None
    assert ONE.all(empty, {"wanted": "x"}) == []
    assert NUMBER.value(empty, {}) == -1
    assert RAISE.run(empty, {"wanted": "x"}) == 0
    INSERT.run(empty, {"id": "x", "number": 41})
    assert RAISE.run(empty, {"wanted": "x"}) == 1
    assert NUMBER.value(empty, {}) == 42


def test_errors_are_sqlalchemys_and_do_not_say_the_values(empty: Connection):
    INSERT.run(empty, {"id": "secret", "number": 1})
    with pytest.raises(IntegrityError) as refused, empty.begin_nested():
        INSERT.run(empty, {"id": "secret", "number": 2})
    assert refused.value.params is None
    unknown = Prepared(select(Table("nowhere", MetaData(), Column("id", String)).c.id))
    gone = pytest.raises((OperationalError, ProgrammingError), match="nowhere")
    with gone, empty.begin_nested():
        unknown.first(empty, {})


def test_a_missing_value_is_not_taken_for_nothing(empty: Connection):
    with pytest.raises((KeyError, ProgrammingError)), empty.begin_nested():
        ONE.first(empty, {})


def test_what_a_prepared_statement_is_not_for(empty: Connection):
    with pytest.raises(TypeError, match="a list of values"):
        Prepared(select(things.c.id).where(things.c.id.in_(["a", "b"]))).all(empty, {})
    with pytest.raises(TypeError, match="a yes or no"):
        Prepared(select(Table("flags", MetaData(), Column("on", Boolean)).c.on))


def test_rows_copied_in_are_the_rows_and_all_or_none(empty: Connection):
    insert_all(empty, things, [a_thing(n) for n in range(50)])
    assert ONE.first(empty, {"wanted": a_thing(7)["id"]})._asdict() == a_thing(7)
    twice = [a_thing(n) for n in range(49, 99)]
    with pytest.raises(IntegrityError), empty.begin_nested():
        # PostgreSQL may tell it with what comes next.
        insert_all(empty, things, twice) or ONE.first(empty, {"wanted": "x"})
    assert empty.execute(select(func.count()).select_from(things)).scalar() == 50


def copied(connection: Connection, rows: list[dict[str, Any]], *then: Callable[[], Any]) -> int:
    """Put rows alone into the table in a transaction; return the greatest number after it."""
    with connection.begin():
        DELETE.run(connection, {})
        insert_all(connection, things, rows)
        for each in then:
            each()
    return greatest(connection)


def greatest(connection: Connection) -> int:
    with connection.begin():
        return NUMBER.value(connection, {})


def break_off() -> None:
    raise RuntimeError


def test_a_copy_that_failed_is_told_at_the_commit_and_leaves_nothing(connection: Connection):
    connection.rollback()
    rows = [a_thing(n) for n in range(10)]
    assert copied(connection, rows) == a_thing(9)["number"]
    more = [a_thing(n % 19) for n in range(20)]
    with pytest.raises(IntegrityError):
        copied(connection, more)
    for some, error in ((more, (RuntimeError, IntegrityError)), (more[:19], RuntimeError)):
        with pytest.raises(error):
            copied(connection, some, break_off)
    assert greatest(connection) == a_thing(9)["number"]


def test_whatever_follows_a_copy_waits_for_it(connection: Connection):
    connection.rollback()
    rows = [a_thing(n) for n in range(2000)]
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    written = f"INSERT INTO things (id, number) VALUES ({mark}, {mark})"
    driven = [(row["id"], row["number"]) for row in rows[1000:]]
    for follows in (
        lambda: insert_all(connection, things, rows[1000:]),
        lambda: connection.execute(insert(things), rows[1000:]),
        lambda: drive_many(connection, written, driven),
    ):
        assert copied(connection, rows[:1000], follows) == a_thing(1999)["number"]
