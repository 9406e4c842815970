"""Supervision's views: anomalies, staff, and who looked at whom."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    MetaData,
    String,
    Table,
    and_,
    delete,
    insert,
)

from services.supervision.tables import kept
from shared.kit.contracts import Event
from shared.kit.eventstore import Views
from shared.kit.eventstore.views import put

tables = MetaData()
anomalies = Table(
    "anomalies",
    tables,
    Column("kind", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("detail", String, nullable=False),
    Column("recorded_at", String, nullable=False),
)

staff = Table(
    "staff",
    tables,
    Column("login", String, primary_key=True),
    Column("locked", Boolean, nullable=False),
)
grants = Table(
    "grants",
    tables,
    Column("login", String, primary_key=True),
    Column("role", String, primary_key=True),
    Column("scope", String, primary_key=True),
)
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

# Links between records and their undoing, as registration tells.
merges = Table(
    "merges",
    tables,
    Column("source", String, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("event", String, nullable=False),
    Column("resident", String, nullable=False),
    Column("into", String, nullable=False),
    Column("recorded_at", String, nullable=False),
)

views = Views(tables, kept)


@views.on("StaffEnrolled", "StaffUnlocked")
def _usable(connection: Connection, event: Event) -> None:
    put(connection, staff, "login", {"login": event.data["login"], "locked": False})


@views.on("StaffLocked")
def _locked(connection: Connection, event: Event) -> None:
    put(connection, staff, "login", {"login": event.data["login"], "locked": True})


@views.on("RoleGranted")
def _granted(connection: Connection, event: Event) -> None:
    connection.execute(insert(grants), dict(event.data))


@views.on("RoleRevoked")
def _revoked(connection: Connection, event: Event) -> None:
    connection.execute(delete(grants).where(_same_grant(event)))


def _same_grant(event: Event) -> Any:
    return and_(*(grants.c[name] == value for name, value in event.data.items()))


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


@views.on("AnomalyFlagged")
def _flagged(connection: Connection, event: Event) -> None:
    row = {key: event.data[key] for key in ("kind", "subject", "detail")}
    connection.execute(insert(anomalies), row | {"recorded_at": event.recorded_at})


@views.on("ResidentsMerged", "MergeUndone")
def _linked(connection: Connection, event: Event) -> None:
    row: dict[str, Any] = {name: event.data[name] for name in ("resident", "into")}
    place = {"source": event.source, "position": event.position, "event": event.name}
    connection.execute(insert(merges), row | place | {"recorded_at": event.recorded_at})
