"""Many values and many rows at once come to what one by one comes to, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    select,
)

from deploy.servers import PostgreSQL
from shared.eventstore.many import among, insert_all

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
    engine = create_engine(url)
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
    sqlite = connection.dialect.name == "sqlite"

    def found(condition: Any) -> list[int]:
        wanted = select(things.c.number).where(condition).order_by(things.c.number)
        return [number - 2**40 for number in connection.execute(wanted).scalars()]

    names = [a_thing(number)["id"] for number in (3, 5, 99)]
    assert found(among(things.c.id, names, sqlite=sqlite)) == [3, 5]
    assert found(among(things.c.number, [2**40 + 7, 1], sqlite=sqlite)) == [7]
    assert found(among(things.c.id, [], sqlite=sqlite)) == []
