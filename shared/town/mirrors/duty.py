"""Mirror of duty: who works at which site on which day, at which posts and desk."""

from __future__ import annotations

from sqlalchemy import Column, Connection, MetaData, String, Table, delete, select

from shared.kit.contracts import Event
from shared.kit.eventstore import Views, put
from shared.town.work import Work

tables = MetaData()
duty = Table(
    "duty",
    tables,
    Column("site", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("login", String, primary_key=True),
    Column("posts", String, nullable=False),  # codes with commas between
    Column("desk", String),
)
views = Views(tables)

_WHO = ("site", "day", "login")


@views.on("DutyTaken")
def _taken(connection: Connection, event: Event) -> None:
    row = {name: event.data[name] for name in (*_WHO, "desk")}
    put(connection, duty, _WHO, row | {"posts": ",".join(event.data["posts"])})


@views.on("DutyLeft")
def _left(connection: Connection, event: Event) -> None:
    this = (duty.c[name] == event.data[name] for name in _WHO)
    connection.execute(delete(duty).where(*this))


def sites_of(work: Work, login: str) -> list[str]:
    """Return the sites at which somebody is on duty today."""
    at = duty.c
    mine = at.day == work.today().isoformat(), at.login == login
    return [row["site"] for row in work.rows(select(at.site).where(*mine).order_by(at.site))]


def desks_at(work: Work, site: str) -> list[str]:
    """Return the desks of a site where somebody is on duty today."""
    at = duty.c
    today = at.site == site, at.day == work.today().isoformat(), at.desk.is_not(None)
    query = select(at.desk).where(*today).distinct().order_by(at.desk)
    return [row["desk"] for row in work.rows(query)]


def desk_of(work: Work, site: str, login: str) -> str | None:
    """Return the desk somebody on duty sits at today at a site; None: none is known."""
    at = duty.c
    mine = at.site == site, at.day == work.today().isoformat(), at.login == login
    found = work.row(select(at.desk).where(*mine))
    return found["desk"] if found else None
