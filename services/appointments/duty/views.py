"""Table of who was on duty on which day at all, also after having left; who is, the mirror `duty` holds."""

from __future__ import annotations

from sqlalchemy import Column, Connection, MetaData, String, Table

from shared.kit.contracts import Event
from shared.kit.eventstore import Views, put_all

tables = MetaData()
served = Table(
    "duty_served",
    tables,
    Column("day", String, primary_key=True),
    Column("login", String, primary_key=True),
    Column("post", String, primary_key=True),
)
views = Views(tables)


@views.on("DutyTaken")
def _taken(connection: Connection, event: Event) -> None:
    who = {name: event.data[name] for name in ("day", "login")}
    posts = [who | {"post": post} for post in event.data["posts"]]
    put_all(connection, served, ("day", "login", "post"), posts)
