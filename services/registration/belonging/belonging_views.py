"""Read models of second lists and of cohorts beside the main one (R16, R20).

Most people are on one list and in one cohort, which the table `residents` holds; only what comes
on top is here. `listed` and `in_cohorts` put both together.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Select,
    String,
    Table,
    bindparam,
    delete,
    false,
    insert,
    select,
    true,
    union_all,
)
from sqlalchemy.sql.expression import CompoundSelect

from services.registration.views import residents, tables, views
from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, among, in_json, insert_all

memberships = Table(
    "memberships",
    tables,
    Column("resident", String, primary_key=True),
    Column("unit", String, primary_key=True, index=True),
    Column("tie", String, nullable=False),
)
tags = Table(
    "tags",
    tables,
    Column("resident", String, primary_key=True),
    Column("cohort", String, primary_key=True, index=True),
)


def listed() -> CompoundSelect[Any, Any, Any, bool]:
    """Return a query for who is on which unit's list: resident, unit, tie, counts."""
    at, also = residents.c, memberships.c
    return union_all(
        select(at.resident, at.unit, at.tie, true().label("counts")),
        select(also.resident, also.unit, also.tie, false().label("counts")),
    )


def in_cohorts() -> CompoundSelect[Any, Any]:
    """Return a query for who belongs to which cohort: resident, cohort."""
    return union_all(
        select(residents.c.resident, residents.c.cohort), select(tags.c.resident, tags.c.cohort)
    )


def also_in(codes: Collection[str]) -> Select[Any]:
    """Return a query for whom units list that another unit counts."""
    return select(memberships.c.resident).where(memberships.c.unit.in_(codes))


_LIST = Prepared(insert(memberships))
_UNLIST = Prepared(
    delete(memberships).where(
        memberships.c.resident == bindparam("of_resident"),
        memberships.c.unit == bindparam("of_unit"),
    )
)
_UNTAG_ALL = Prepared(delete(tags).where(among(tags.c.resident, "ids")))
_UNTAG = Prepared(
    delete(tags).where(
        tags.c.resident == bindparam("of_resident"), tags.c.cohort == bindparam("of_cohort")
    )
)


@views.on("ResidentAlsoListed")
def _(connection: Connection, event: Event) -> None:
    _leave(connection, event)
    _LIST.run(connection, event.data)


@views.on("ResidentUnlisted", "ResidentCorrected")
def _leave(connection: Connection, event: Event) -> None:
    # A correction that lets this very unit count the person ends its second list.
    _UNLIST.run(connection, {f"of_{name}": event.data[name] for name in ("resident", "unit")})


@views.on_run("CohortsTagged")
def _(connection: Connection, events: Sequence[Event]) -> None:
    latest = {event.data["resident"]: event.data["cohorts"][1:] for event in events}
    _UNTAG_ALL.run(connection, {"ids": in_json(latest)})
    rows = [
        {"resident": resident, "cohort": cohort}
        for resident, cohorts in latest.items()
        for cohort in cohorts
    ]
    insert_all(connection, tags, rows)


@views.on("ResidentCorrected")
def _(connection: Connection, event: Event) -> None:
    now_main = {f"of_{name}": event.data[name] for name in ("resident", "cohort")}
    _UNTAG.run(connection, now_main)
