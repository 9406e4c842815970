"""Mirror of reactions after doses (AEFI): cards as they are now, what their clocks count from, clusters.

A site takes in its own, supervision those of all sites.
"""

from __future__ import annotations

import json

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, select, update

from shared.kit.contracts import Event
from shared.kit.eventstore import Views, change, put, put_all
from shared.town.contracts.reactions import SERIOUS, URGENT
from shared.town.work import Work

tables = MetaData()
cards = Table(
    "reaction_cards",
    tables,
    Column("card", String, primary_key=True),
    Column("site", String, nullable=False),
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
    Column("first_course", String),  # as it was told when the card was opened
    Column("outcome", String, nullable=False),
    Column("found_by", String, nullable=False),
    Column("classified", String, nullable=False),
    Column("recorded_at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("counted_from", String, nullable=False),  # found, or recorded where nobody said
    Column("urgent_since", String),
    Column("serious_at", String),  # when it was last told to be so: no dose follows
    Column("reported_up", String),  # when, as it was told
    Column("reported_to", String),
    Column("reported_number", String),
    Column("reported_recorded", String),
)
clustered = Table(
    "reactions_clustered",
    tables,
    Column("card", String, primary_key=True),
    Column("cluster", String, primary_key=True),
    Column("since", String, nullable=False),
)
views = Views(tables)

_OF_DOSE = (
    "card",
    "site",
    "resident",
    "dose",
    "day",
    "batch",
    "onset",
    "found",
    "other",
    "found_by",
)
CHANGING = ("severity", "ended", "diagnosis", "course", "outcome", "classified")
YES_OR_NO = ("admitted", "concern")
_NO_REPORT = dict.fromkeys(("reported_up", "reported_to", "reported_number", "reported_recorded"))


@views.on("AdverseEventReported")
def _reported(connection: Connection, event: Event) -> None:
    data = event.data
    counted = data["found"] or event.recorded_at
    urgent = data["severity"] in URGENT or data["concern"]
    row = {name: data[name] for name in (*_OF_DOSE, *CHANGING)} | _NO_REPORT
    row |= {name: int(data[name]) for name in YES_OR_NO}
    row |= {
        "signs": json.dumps(data["signs"]),
        "first_course": data["course"],
        "recorded_at": event.recorded_at,
        "actor": event.actor,
        "counted_from": counted,
        "urgent_since": counted if urgent else None,
        "serious_at": event.recorded_at if data["severity"] in SERIOUS else None,
    }
    put(connection, cards, "card", row)


@views.on("AdverseEventFollowedUp")
def _followed_up(connection: Connection, event: Event) -> None:
    data = event.data
    row = {name: data[name] for name in CHANGING if data[name] is not None}
    row |= {name: int(data[name]) for name in YES_OR_NO if data[name] is not None}
    if data["severity"] in SERIOUS:
        row["serious_at"] = event.recorded_at
    if row:
        change(connection, cards, "card", row | {"card": data["card"]})
    if data["severity"] in URGENT or data["concern"]:
        _urgent(connection, data["card"], event.recorded_at)


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


def suspected_since(work: Work) -> dict[str, list[str]]:
    """Return of the cards in a cluster since when each of their clusters is suspected."""
    since: dict[str, list[str]] = {}
    for row in work.rows(select(clustered)):
        since.setdefault(row["card"], []).append(row["since"])
    return since
