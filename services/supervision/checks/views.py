"""Anomalies: everything that was flagged."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, String, Table, insert

from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, Views, add

tables = MetaData()
anomalies = Table(
    "anomalies",
    tables,
    Column("kind", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("position", BigInteger, nullable=False, index=True),
    Column("detail", String, nullable=False),
    Column("recorded_at", String, nullable=False),
)
# Doses given for each unit, by their number.
given = Table(
    "given",
    tables,
    Column("unit", String, primary_key=True),
    Column("dose", Integer, primary_key=True),
    Column("doses", Integer, nullable=False),
)
# Doses by whom they were given to, to tell which are too close.
doses = Table(
    "doses",
    tables,
    Column("source", String, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("resident", String, nullable=False, index=True),
    Column("site", String, nullable=False),
    Column("dose", Integer, nullable=False),
    Column("day", String, nullable=False),
    Column("product", String, nullable=False),
    Column("trace_code", String, index=True),
)
_DOSE = Prepared(insert(doses))
_TOLD = ("resident", "site", "dose", "day", "product", "trace_code")

views = Views(tables)


@views.on("AnomalyFlagged")
def _flagged(connection: Connection, event: Event) -> None:
    row = {key: event.data[key] for key in ("kind", "subject", "detail")}
    row |= {"position": event.position, "recorded_at": event.recorded_at}
    connection.execute(insert(anomalies), row)


@views.on("DoseAdministered")
def _given(connection: Connection, event: Event) -> None:
    told = {name: event.data[name] for name in _TOLD}
    _DOSE.run(connection, told | {"source": event.source, "position": event.position})
    row = {name: event.data[name] for name in ("unit", "dose")}
    if not add(connection, given, ("unit", "dose"), row, doses=1):
        connection.execute(insert(given), row | {"doses": 1})
