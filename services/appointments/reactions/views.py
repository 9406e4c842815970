"""Table of what was added to cards of reactions; the cards themselves are a mirror's."""

from __future__ import annotations

import json

from sqlalchemy import Column, Connection, MetaData, String, Table

from shared.kit.contracts import Event
from shared.kit.eventstore import Views
from shared.town.mirrors.reactions import CHANGING, YES_OR_NO

tables = MetaData()
follow_ups = Table(
    "follow_ups",
    tables,
    Column("event", String, primary_key=True),
    Column("card", String, nullable=False, index=True),
    Column("recorded_at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("told", String, nullable=False),  # JSON
)
views = Views(tables)


@views.on("AdverseEventFollowedUp")
def _followed_up(connection: Connection, event: Event) -> None:
    told = {name: event.data[name] for name in (*CHANGING, *YES_OR_NO)}
    said = {name: value for name, value in told.items() if value is not None}
    note = {"event": event.id, "card": event.data["card"], "recorded_at": event.recorded_at}
    note |= {"actor": event.actor, "told": json.dumps(said, ensure_ascii=False)}
    connection.execute(follow_ups.insert(), note)
