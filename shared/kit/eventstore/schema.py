"""What tables a database has, asked at once, and the SQL that creates one, written once.

A part has about fifty tables: SQLAlchemy asks for each by itself, and writes each CREATE anew.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, MetaData, Table, TextClause, create_mock_engine, text
from sqlalchemy.schema import CreateIndex

from shared.kit.eventstore.prepared import drive

Found = dict[str, set[str]]
_COLUMNS = {
    "sqlite": text(
        "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c"
        " WHERE t.type = 'table'"
    ),
    "postgresql": text(
        "SELECT t.relname, c.attname FROM pg_class t JOIN pg_attribute c ON c.attrelid = t.oid"
        " WHERE t.relkind IN ('r', 'p') AND c.attnum > 0 AND NOT c.attisdropped"
        " AND t.relnamespace = current_schema()::regnamespace"
    ),
}
_INDEXES = {
    "sqlite": text("SELECT tbl_name, name FROM sqlite_master WHERE type = 'index'"),
    "postgresql": text(
        "SELECT tablename, indexname FROM pg_indexes WHERE schemaname = current_schema()"
    ),
}


class Schema(NamedTuple):
    """Names of a database's columns and indexes, by the name of their table."""

    columns: Found
    indexes: Found

    @classmethod
    def of(cls, connection: Connection) -> Schema:
        """Read what the database has."""
        dialect = connection.dialect.name
        return cls(
            _found(connection, _COLUMNS[dialect]),
            _found(connection, _INDEXES[dialect]),
        )


def _found(connection: Connection, asked: TextClause) -> Found:
    names = defaultdict[str, set[str]](set)
    for row in connection.execute(asked):
        names[row[0]].add(row[1])
    return names


def create_missing(connection: Connection, metadata: MetaData, there: Schema) -> None:
    """Create the tables that are not there, and the indexes that those there lack."""
    for table in metadata.sorted_tables:
        if table.name not in there.columns:
            statements = _creating(connection.dialect.name, table)
        else:
            known = there.indexes[table.name]
            missing = [index for index in table.indexes if index.name not in known]
            statements = [str(CreateIndex(each).compile(connection)) for each in missing]
        for statement in statements:
            drive(connection, statement)


@cache
def _creating(dialect: str, table: Table) -> list[str]:
    """SQL of a table with its indexes and triggers."""
    written: list[str] = []

    def write(statement: Any, *_: Any) -> None:
        written.append(str(statement.compile(dialect=engine.dialect)))

    engine = create_mock_engine(_URLS[dialect], write)
    table.create(engine, checkfirst=False)
    return written


_URLS = {"sqlite": "sqlite://", "postgresql": "postgresql+psycopg://"}
