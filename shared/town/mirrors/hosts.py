"""Mirror of hosts: who goes to a site alone, wherever the unit goes, because another sent them (R17)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Column, Connection, Integer, MetaData, Select, String, Table, case, select

from shared.kit.contracts import Event
from shared.kit.eventstore import Views, put
from shared.town.work import Work

tables = MetaData()
hosts = Table(
    "hosts",
    tables,
    Column("resident", String, primary_key=True),
    Column("site", String, index=True),  # null: where the unit goes, again
    Column("number", Integer, nullable=False),
)
views = Views(tables)


class Host(NamedTuple):
    """To which site the person alone goes, by the how-manyth sending; None: where the unit goes."""

    site: str | None
    number: int


NOBODYS = Host(None, 0)


@views.on("ResidentSentTo")
def _sent(connection: Connection, event: Event) -> None:
    site = event.data["site"] if event.data["alone"] else None
    row = {"resident": event.data["resident"], "number": event.data["number"], "site": site}
    put(connection, hosts, "resident", row)


def sent_to(site: str) -> Select[tuple[str]]:
    """Return the query for the residents who go to a site alone."""
    return select(hosts.c.resident).where(hosts.c.site == site)


def host_of(work: Work, records: Sequence[str]) -> Host:
    """Return where the person of these records goes: the last sending counts, of equals the first record's."""
    at = hosts.c
    query = select(at.site, at.number).where(at.resident.in_(records))
    stays = case((at.resident == records[0], 0), else_=1)
    row = work.row(query.order_by(at.number.desc(), stays, at.resident).limit(1))
    return Host(row["site"], row["number"]) if row else NOBODYS
