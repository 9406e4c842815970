"""Tables of the reactions of all sites: what their clocks count from, their signs, clusters."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Index, Integer, MetaData, String, Table, update

from shared.kit.contracts import Event
from shared.kit.eventstore import Views, change, put, put_all
from shared.town.contracts.reactions import URGENT

tables = MetaData()
cards = Table(
    "reaction_cards",
    tables,
    Column("card", String, primary_key=True),
    Column("site", String, nullable=False),
    Column("resident", String, nullable=False),
    Column("dose", Integer, nullable=False),
    Column("batch", String, nullable=False),
    Column("severity", String, nullable=False),
    Column("counted_from", String, nullable=False),  # found, or recorded where nobody said
    Column("urgent_since", String),
    Column("reported_up", String),
    Column("reported_to", String),
    Column("reported_recorded", String),
)
signs = Table(
    "reaction_signs",
    tables,
    Column("card", String, primary_key=True),
    Column("sign", String, primary_key=True),
    Column("other", String, nullable=False),  # in words without spaces, to be compared
    Column("resident", String, nullable=False),
    Column("site", String, nullable=False),
    Column("batch", String, nullable=False),
    Column("day", String, nullable=False),  # of the onset
    Index("reaction_signs_of_site", "sign", "site", "day"),
    Index("reaction_signs_of_batch", "sign", "batch", "day"),
)
clustered = Table(
    "reactions_clustered",
    tables,
    Column("card", String, primary_key=True),
    Column("cluster", String, primary_key=True),
    Column("since", String, nullable=False),
)
clusters = Table(
    "reaction_clusters",
    tables,
    Column("cluster", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("place", String, nullable=False),
    Column("sign", String, nullable=False),
    Column("other", String, nullable=False),
    Column("since", String, nullable=False),
    Column("until", String, nullable=False),
    Column("cases", Integer, nullable=False),
    Column("recorded_at", String, nullable=False),
)
views = Views(tables)


def plain(text: str | None) -> str:
    """Return the words of another sign to be compared: however they are spaced."""
    return "".join((text or "").split()).casefold()


@views.on("AdverseEventReported")
def _reported(connection: Connection, event: Event) -> None:
    data = event.data
    row = {name: data[name] for name in ("card", "site", "resident", "dose", "batch", "severity")}
    counted = data["found"] or event.recorded_at
    urgent = data["severity"] in URGENT or data["concern"]
    row |= {"counted_from": counted, "urgent_since": counted if urgent else None}
    row |= dict.fromkeys(("reported_up", "reported_to", "reported_recorded"))
    put(connection, cards, "card", row)
    about = {name: data[name] for name in ("card", "resident", "site", "batch")}
    about["day"] = (data["onset"] or counted)[:10]
    rows = [
        about | {"sign": sign, "other": plain(data["other"]) if sign == "other" else ""}
        for sign in dict.fromkeys(data["signs"])
    ]
    put_all(connection, signs, ("card", "sign"), rows)


@views.on("AdverseEventFollowedUp")
def _followed_up(connection: Connection, event: Event) -> None:
    data = event.data
    if data["severity"] is not None:
        told = {"card": data["card"], "severity": data["severity"]}
        change(connection, cards, "card", told)
    if data["severity"] in URGENT or data["concern"]:
        _urgent(connection, data["card"], event.recorded_at)


@views.on("AdverseEventReportedUp")
def _reported_up(connection: Connection, event: Event) -> None:
    data = event.data
    row = {"card": data["card"], "reported_up": data["at"], "reported_to": data["to"]}
    change(connection, cards, "card", row | {"reported_recorded": event.recorded_at})


@views.on("ClusterSuspected")
def _clustered(connection: Connection, event: Event) -> None:
    data = event.data
    row = {name: data[name] for name in ("kind", "place", "sign", "since", "until")}
    row |= {"cluster": event.stream, "other": plain(data["other"]), "cases": len(data["cases"])}
    put(connection, clusters, "cluster", row | {"recorded_at": event.recorded_at})
    # Beside the cards, so that it does not matter which is heard first.
    since = {"cluster": event.stream, "since": event.recorded_at}
    rows = [{"card": case["card"]} | since for case in data["cases"]]
    put_all(connection, clustered, ("card", "cluster"), rows)


def _urgent(connection: Connection, card: str, since: str) -> None:
    """From then on the shorter time counts, also for what was reported up before."""
    at = cards.c
    mine = (at.card == card) & (at.urgent_since.is_(None) | at.reported_recorded.is_not(None))
    connection.execute(update(cards).where(mine).values(urgent_since=since))
