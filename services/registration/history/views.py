"""Read model of what other teams say of residents: their events as they came."""

from __future__ import annotations

import json

from sqlalchemy import BigInteger, Column, Connection, MetaData, String, Table, Text, insert

from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, Views

tables = MetaData()
heard = Table(
    "heard",
    tables,
    Column("source", String, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("resident", String, nullable=False, index=True),
    Column("event", String, nullable=False),
    Column("at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("facts", Text, nullable=False),
)

views = Views(tables)

_HEARD = Prepared(insert(heard))


@views.on(
    "ResidentCleared",
    "ClearanceWithdrawn",
    "LiftProposed",
    "LiftDeclined",
    "FindingLifted",
    "ResidentDeferred",
    "ContraindicationFound",
    "AppointmentBooked",
    "AppointmentMoved",
    "AppointmentCancelled",
    "AppointmentRefused",
    "ResidentSentOn",
    "ResidentWantedBack",
    "NoShowRecorded",
    "DoseAdministered",
    "AdverseEventReported",
    "AdverseEventFollowedUp",
    "AdverseEventReportedUp",
)
def _heard(connection: Connection, event: Event) -> None:
    row = {
        "source": event.source,
        "position": event.position,
        "resident": event.data["resident"],
        "event": event.name,
        "at": event.recorded_at,
        "actor": event.actor,
        "facts": json.dumps(event.data, ensure_ascii=False),
    }
    _HEARD.run(connection, row)
