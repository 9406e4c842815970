"""Tables of the signs of all reactions, to find alike ones, and of clusters; cards are a mirror's."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Index, Integer, MetaData, String, Table

from shared.kit.contracts import Event
from shared.kit.eventstore import Views, put, put_all

tables = MetaData()
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
    about = {name: data[name] for name in ("card", "resident", "site", "batch")}
    about["day"] = (data["onset"] or data["found"] or event.recorded_at)[:10]
    rows = [
        about | {"sign": sign, "other": plain(data["other"]) if sign == "other" else ""}
        for sign in dict.fromkeys(data["signs"])
    ]
    put_all(connection, signs, ("card", "sign"), rows)


@views.on("ClusterSuspected")
def _clustered(connection: Connection, event: Event) -> None:
    data = event.data
    row = {name: data[name] for name in ("kind", "place", "sign", "since", "until")}
    row |= {"cluster": event.stream, "other": plain(data["other"]), "cases": len(data["cases"])}
    put(connection, clusters, "cluster", row | {"recorded_at": event.recorded_at})
