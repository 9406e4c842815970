"""Many at once: a list of values is one parameter, a list of rows one statement of the driver.

SQLAlchemy takes every value of an IN list and every row of an INSERT in hand one by one, which
takes longer than the database does with them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Connection, Insert, String, Table, bindparam, insert
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from shared.kit.eventstore.prepared import drive, drive_copy, drive_many, in_order

FEW = 8
Rows = Sequence[dict[str, Any]]
_written: dict[tuple[Any, ...], tuple[str, list[str] | None]] = {}


class _Among(FunctionElement[bool]):
    inherit_cache = True
    type = Boolean()

    def self_group(self, against: Any = None) -> Any:
        del against  # a condition as it is: compared with 1, no index would serve it
        return self


@compiles(_Among, "sqlite")
def _(element: _Among, compiler: Any, **_: Any) -> str:
    column, given = map(compiler.process, element.clauses)
    # Both are written by SQLAlchemy.
    return f"{column} IN (SELECT value FROM json_each({given}))"  # nosec B608


@compiles(_Among, "postgresql")
def _(element: _Among, compiler: Any, **_: Any) -> str:
    column, given = map(compiler.process, element.clauses)
    kind = compiler.dialect.type_compiler_instance.process(element.clauses.clauses[0].type)
    values = f"SELECT CAST(jsonb_array_elements_text(CAST({given} AS JSONB)) AS {kind})"
    return f"{column} = ANY (ARRAY({values}))"


def among(column: ColumnElement[Any], values: Sequence[Any] | str) -> ColumnElement[bool]:
    """Return the condition that a column has one of the values: texts, or whole numbers.

    Given a name instead of values, it is that of a parameter, whose value is `in_json(values)`.
    """
    if isinstance(values, str):
        return _Among(column, bindparam(values, type_=String))
    return _Among(column, bindparam(None, in_json(values), type_=String))


def in_json(values: Iterable[Any]) -> str:
    """Return values as the one parameter that `among` takes."""
    return json.dumps(list(values))


def insert_all(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert rows, which all have the same columns; their values go to the driver as they are."""
    if not rows:
        return
    if connection.dialect.name == "sqlite" or len(rows) < FEW:
        run_all(connection, insert(table), ("insert", table), rows)
        return
    # Copied in, instead of one message for each row.
    columns = tuple(rows[0])
    preparer = connection.dialect.identifier_preparer
    names = ", ".join(map(preparer.quote, columns))
    copying = f"COPY {preparer.format_table(table)} ({names}) FROM STDIN"
    drive_copy(connection, copying, map(in_order(columns), rows))


def run_all(connection: Connection, statement: Insert, name: tuple[Any, ...], rows: Rows) -> None:
    """Run an insert for every row; `name` says which one it is, the same for the same statement."""
    if not rows:
        return
    columns = tuple(rows[0])
    key = (connection.dialect.name, *name, columns)
    if key not in _written:
        made = statement.compile(dialect=connection.dialect, column_keys=list(columns))
        _written[key] = (str(made), made.positiontup)
    text, order = _written[key]
    values = list(map(in_order(order), rows) if order else rows)
    if len(values) > 1:
        drive_many(connection, text, values)
    else:
        drive(connection, text, values[0])
