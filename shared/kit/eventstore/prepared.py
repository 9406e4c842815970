"""Statements made once: SQLAlchemy writes their SQL for the database at hand, the driver runs it.

    _LEND = Prepared(insert(loans))
    _READER = Prepared(select(loans.c.reader).where(loans.c.book == bindparam("wanted")))

    _LEND.run(connection, row)
    reader = _READER.value(connection, {"wanted": book})

For what every command and every followed event does: there SQLAlchemy takes several times as long
with a statement as the database does. All else is left to SQLAlchemy.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Boolean, Connection, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.selectable import SelectBase

Values = Mapping[str, Any]


def drive(connection: Connection, text: str, values: Any = ()) -> Any:
    """Let the driver run SQL as it is; its errors come as SQLAlchemy's, without the values."""
    driver: Any = connection.connection.dbapi_connection
    try:
        return driver.execute(text, values)
    except connection.dialect.loaded_dbapi.Error as error:  # type: ignore[attr-defined]
        raise _told(connection, text, error) from error


def drive_many(connection: Connection, text: str, rows: Sequence[Any]) -> None:
    """Let the driver run SQL once for each row of values; its errors come as SQLAlchemy's."""
    driver: Any = connection.connection.dbapi_connection
    try:
        driver.cursor().executemany(text, rows)
    except connection.dialect.loaded_dbapi.Error as error:  # type: ignore[attr-defined]
        raise _told(connection, text, error) from error


def drive_copy(connection: Connection, text: str, rows: Iterable[Sequence[Any]]) -> None:
    """Let PostgreSQL copy rows into a table; `text` is its COPY."""
    driver: Any = connection.connection.dbapi_connection
    try:
        with driver.cursor().copy(text) as copy:
            for row in rows:
                copy.write_row(row)
    except connection.dialect.loaded_dbapi.Error as error:  # type: ignore[attr-defined]
        raise _told(connection, text, error) from error


def in_order(names: Sequence[str]) -> Callable[[Values], tuple[Any, ...]]:
    """Return what takes the values of these names out of a mapping."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)


def _told(connection: Connection, text: str, error: Exception) -> Exception:
    dialect: Any = connection.dialect
    return DBAPIError.instance(text, None, error, dialect.loaded_dbapi.Error, dialect=dialect)


class Prepared:
    """One statement with named parameters, or an insert of the columns its values name.

    Values and results are texts, numbers, bytes or None, as they are in the columns; a yes or no
    can be written, but not read. A list of values is one parameter (see `bulk.among`).
    """

    def __init__(self, statement: Executable) -> None:
        """Take a statement; its SQL is written when it first runs."""
        self.statement: Any = statement
        self._written: dict[Any, tuple[str, Callable[[Values], Any]]] = {}
        self._row: Callable[[Any], Any] | None = None
        if isinstance(statement, SelectBase):
            columns = statement.selected_columns
            if any(isinstance(column.type, Boolean) for column in columns):
                raise TypeError("a yes or no is not read by a prepared statement")
            names = [str(column.key) for column in columns]
            self._row = namedtuple("Row", names, rename=True)._make  # pyright: ignore

    def run(self, connection: Connection, values: Values) -> int:
        """Run it; return how many rows it has changed."""
        return self._run(connection, values).rowcount

    def all(self, connection: Connection, values: Values) -> list[Any]:
        """Return all rows: tuples with the names of the columns."""
        assert self._row is not None
        return list(map(self._row, self._run(connection, values).fetchall()))

    def first(self, connection: Connection, values: Values) -> Any:
        """Return the first row, or None."""
        assert self._row is not None
        row = self._run(connection, values).fetchone()
        return None if row is None else self._row(row)

    def value(self, connection: Connection, values: Values) -> Any:
        """Return what stands first in the first row; None without one."""
        row = self._run(connection, values).fetchone()
        return None if row is None else row[0]

    def _run(self, connection: Connection, values: Values) -> Any:
        # An insert has the columns its values name; any other statement its own parameters.
        dialect = connection.dialect
        shape = (dialect.name, *values) if self._row is None else dialect.name
        if (written := self._written.get(shape)) is None:
            written = self._written[shape] = self._write(dialect, list(values))
        text, arranged = written
        return drive(connection, text, arranged(values))

    def _write(self, dialect: Any, names: list[str]) -> tuple[str, Callable[[Values], Any]]:
        keys = names if self.statement.is_insert else None
        made = self.statement.compile(dialect=dialect, column_keys=keys)
        if "POSTCOMPILE" in (text := str(made)):
            raise TypeError("a list of values is not for a prepared statement")
        fixed = {name: value for name, value in made.params.items() if value is not None}
        order: list[str] | None = made.positiontup
        if order is None:
            return text, (lambda values: {**fixed, **values})
        arranged = in_order(order)
        return text, (lambda values: arranged({**fixed, **values})) if fixed else arranged
