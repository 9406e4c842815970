"""Table of who is on duty on which day."""

from __future__ import annotations

from sqlalchemy import Column, Connection, MetaData, String, Table, delete

from shared.kit.contracts import Event
from shared.kit.eventstore import Views, put

tables = MetaData()
duty = Table(
    "duty",
    tables,
    Column("day", String, primary_key=True),
    Column("login", String, primary_key=True),
    Column("posts", String, nullable=False),  # codes with commas between
    Column("desk", String),
)
views = Views(tables)


@views.on("DutyTaken")
def _taken(connection: Connection, event: Event) -> None:
    row = {name: event.data[name] for name in ("day", "login", "desk")}
    row["posts"] = ",".join(event.data["posts"])
    put(connection, duty, ("day", "login"), row)


@views.on("DutyLeft")
def _left(connection: Connection, event: Event) -> None:
    this = duty.c.day == event.data["day"], duty.c.login == event.data["login"]
    connection.execute(delete(duty).where(*this))
