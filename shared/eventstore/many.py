"""Many at once: a list of values is one parameter, a list of rows one statement of the driver.

SQLAlchemy takes every value of an IN list and every row of an INSERT in hand one by one, which
takes longer than the database does with them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    String,
    Table,
    any_,
    bindparam,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from shared.eventstore.prepared import drive_copy, drive_many, in_order

FEW = 8
Rows = Sequence[dict[str, Any]]
_written: dict[tuple[Any, ...], tuple[str, list[str] | None]] = {}


def among(
    column: ColumnElement[Any], values: Sequence[Any], *, sqlite: bool
) -> ColumnElement[bool]:
    """Return the condition that a column has one of the values: texts, or whole numbers."""
    if sqlite:
        listed = func.json_each(bindparam(None, json.dumps(list(values)), type_=String))
        return column.in_(select(listed.table_valued("value").c.value))
    return column == any_(bindparam(None, list(values), type_=ARRAY(column.type)))


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
    if order is None:
        drive_many(connection, text, list(rows))
    else:
        drive_many(connection, text, list(map(in_order(order), rows)))
