"""Every look at a resident, as every part tells of it."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Index, MetaData, String, Table, insert

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
