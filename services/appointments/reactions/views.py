"""Table of reaction cards, as they are now, with what their clocks count from."""

from __future__ import annotations

import json

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, update

from shared.kit.contracts import Event
from shared.kit.eventstore import Views, change, put, put_all
from shared.town.contracts.reactions import URGENT

tables = MetaData()
cards = Table(
    "cards",
    tables,
    Column("card", String, primary_key=True),
    Column("resident", String, nullable=False, index=True),
    Column("dose", Integer, nullable=False),
    Column("day", String, nullable=False),
    Column("batch", String, nullable=False),
    Column("onset", String),
    Column("found", String),
    Column("ended", String),
    Column("signs", String, nullable=False),  # JSON
    Column("other", String),
    Column("severity", String, nullable=False),
    Column("admitted", Integer, nullable=False),
    Column("concern", Integer, nullable=False),
    Column("diagnosis", String),
    Column("course", String),
    Column("outcome", String, nullable=False),
    Column("found_by", String, nullable=False),
    Column("classified", String, nullable=False),
    Column("recorded_at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("counted_from", String, nullable=False),  # found, or recorded where nobody said
    Column("urgent_since", String),
    Column("reported_up", String),  # when, as it was told
    Column("reported_to", String),
    Column("reported_number", String),
    Column("reported_recorded", String),
)
clustered = Table(
    "clustered",
    tables,
    Column("card", String, primary_key=True),
    Column("cluster", String, primary_key=True),
    Column("since", String, nullable=False),
)
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

_SAID = (
    "resident",
    "dose",
    "day",
    "batch",
    "onset",
    "found",
    "ended",
    "other",
    "severity",
    "diagnosis",
    "course",
    "outcome",
    "found_by",
    "classified",
)
_CHANGED = ("severity", "ended", "diagnosis", "course", "outcome", "classified")
_NO_REPORT = dict.fromkeys(("reported_up", "reported_to", "reported_number", "reported_recorded"))


@views.on("AdverseEventReported")
def _reported(connection: Connection, event: Event) -> None:
    data = event.data
    counted = data["found"] or event.recorded_at
    urgent = data["severity"] in URGENT or data["concern"]
    row = {name: data[name] for name in _SAID} | _NO_REPORT
    row |= {
        "card": data["card"],
        "signs": json.dumps(data["signs"]),
        "admitted": int(data["admitted"]),
        "concern": int(data["concern"]),
        "recorded_at": event.recorded_at,
        "actor": event.actor,
        "counted_from": counted,
        "urgent_since": counted if urgent else None,
    }
    put(connection, cards, "card", row)


@views.on("AdverseEventFollowedUp")
def _followed_up(connection: Connection, event: Event) -> None:
    data = event.data
    row = {name: data[name] for name in _CHANGED if data[name] is not None}
    row |= {name: int(data[name]) for name in ("admitted", "concern") if data[name] is not None}
    if row:
        change(connection, cards, "card", row | {"card": data["card"]})
    if data["severity"] in URGENT or data["concern"]:
        _urgent(connection, data["card"], event.recorded_at)
    told = {name: data[name] for name in (*_CHANGED, "admitted", "concern")}
    said = {name: value for name, value in told.items() if value is not None}
    note = {"event": event.id, "card": data["card"], "recorded_at": event.recorded_at}
    note |= {"actor": event.actor, "told": json.dumps(said, ensure_ascii=False)}
    connection.execute(follow_ups.insert(), note)


@views.on("AdverseEventReportedUp")
def _reported_up(connection: Connection, event: Event) -> None:
    data = event.data
    row = {"card": data["card"], "reported_up": data["at"], "reported_to": data["to"]}
    row |= {"reported_number": data["number"], "reported_recorded": event.recorded_at}
    change(connection, cards, "card", row)


@views.on("ClusterSuspected")
def _clustered(connection: Connection, event: Event) -> None:
    # Beside the cards, so that it does not matter which is heard first.
    since = {"cluster": event.stream, "since": event.recorded_at}
    rows = [{"card": case["card"]} | since for case in event.data["cases"]]
    put_all(connection, clustered, ("card", "cluster"), rows)


def _urgent(connection: Connection, card: str, since: str) -> None:
    """From then on the shorter time counts, also for what was reported up before."""
    at = cards.c
    mine = (at.card == card) & (at.urgent_since.is_(None) | at.reported_recorded.is_not(None))
    connection.execute(update(cards).where(mine).values(urgent_since=since))
