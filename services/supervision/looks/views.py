"""Every look at a resident, as every part tells of it."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Index, Integer, MetaData, String, Table, insert

from shared.kit.contracts import Event
from shared.kit.eventstore import Views

tables = MetaData()
# A look is named by its event; one row a resident that was shown.
looks = Table(
    "looks",
    tables,
    Column("look", String, primary_key=True),
    Column("resident", String, primary_key=True, index=True),
    Column("login", String, nullable=False),
    Column("viewed", String, nullable=False),
    Column("page", String, nullable=False),
    Column("reason", String),
    Column("source", String, nullable=False),
    Column("recorded_at", String, nullable=False, index=True),
    Index("looks_by_login", "login", "recorded_at"),
)

# One row a question for keys; `in_hour`: of how many different residents since the hour began.
handouts = Table(
    "handouts",
    tables,
    Column("handout", String, primary_key=True),
    Column("part", String, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("withheld", Integer, nullable=False),
    Column("in_hour", Integer, nullable=False),
    Column("recorded_at", String, nullable=False, index=True),
)

views = Views(tables)


@views.on("PersonalDataViewed")
def _looked(connection: Connection, event: Event) -> None:
    look = {
        "look": event.id,
        "login": event.data["login"],
        "viewed": ", ".join(event.data["viewed"]),
        "page": event.data["page"],
        "reason": event.data["reason"],
        "source": event.source,
        "recorded_at": event.recorded_at,
    }
    rows = [look | {"resident": resident} for resident in event.data["residents"]]
    connection.execute(insert(looks), rows)


@views.on("KeysHandedOut")
def _handed_out(connection: Connection, event: Event) -> None:
    row = {name: event.data[name] for name in ("part", "asked", "withheld", "in_hour")}
    row |= {"handout": event.id, "recorded_at": event.recorded_at}
    connection.execute(insert(handouts), row)
