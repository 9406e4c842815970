"""How far each cadre of a unit has come with their people, against the quota (R24)."""

from __future__ import annotations

from datetime import date
from typing import TypedDict, cast

from sqlalchemy import String, and_, func, literal, select

from services.registration.mobilisation.queries import holds_on
from services.registration.mobilisation.views import calls, of_cadres, quotas, responsibilities
from services.registration.residents.joining import counted, is_given
from services.registration.staff.queries import cadres_at_work
from services.registration.tallies import queries as tallies
from services.registration.units import queries as units
from shared.kit.formats import only
from shared.town.work import Work


class Counts(TypedDict):
    """The people of a cadre on a day, and how these stand today."""

    assigned: int
    contacted: int
    not_reached: int
    willing: int
    refused: int
    first: int
    second: int


class CadreRow(Counts):
    """One cadre; the quota is of people with both doses."""

    cadre: str
    at_work: bool
    clerk: bool
    quota: int | None
    not_done: int


class Cadres(TypedDict):
    """A unit's cadres; `unassigned` count for the clerk, `unnamed` for nobody."""

    unit: str
    on: date
    clerk: str | None
    cadres: list[CadreRow]
    unassigned: int
    unnamed: int


class Gap(TypedDict):
    """How many people of a unit nobody is assigned to, and how many nobody answers for."""

    registered: int
    unassigned: int
    unnamed: int


NOBODY = Counts(assigned=0, contacted=0, not_reached=0, willing=0, refused=0, first=0, second=0)


def cadres(work: Work, unit: str, on: date | None = None) -> Cadres:
    """Return every cadre of a unit: people assigned on a day, and how those stand today.

    Whoever nobody is assigned to counts for the unit's clerk; without one, in `unnamed`.
    Raises `UnknownUnit`.
    """
    units.unit(work, unit)
    day = on or work.today()
    clerk = units.officers_of(work, unit, day)["clerk"]
    at_work = cadres_at_work(work, unit)
    here = select(quotas).where(quotas.c.unit == unit)
    wanted: dict[str, int] = {row["cadre"]: row["quota"] for row in work.rows(here)}
    # Nobody is assigned from a day to come on: whoever holds now holds today.
    counting = _counts_now if day >= work.today() else _counts_on
    counts, unassigned = counting(work, unit, day, clerk)
    logins = {*at_work, *wanted, *counts, clerk} - {None}
    rows: list[CadreRow] = []
    for login in sorted(map(str, logins)):
        own = counts.get(login, NOBODY)
        rows.append(
            CadreRow(
                **own,
                cadre=login,
                at_work=login in at_work,
                clerk=login == clerk,
                quota=wanted.get(login),
                not_done=own["assigned"] - own["second"],
            )
        )
    return {
        "unit": unit,
        "on": day,
        "clerk": clerk,
        "cadres": rows,
        "unassigned": unassigned,
        "unnamed": 0 if clerk else unassigned,
    }


def unnamed_by_unit(work: Work) -> dict[str, Gap]:
    """Return for each unit how many people nobody is assigned to, and nobody answers for."""
    at = of_cadres.c
    query = select(at.unit, func.sum(at.assigned).label("assigned")).where(at.cadre != "")
    assigned = {row["unit"]: int(row["assigned"]) for row in work.rows(query.group_by(at.unit))}
    named = units.named_on(work, work.today())
    with_clerk = {unit for unit, officers in named.items() if officers["clerk"] is not None}
    found: dict[str, Gap] = {}
    for row in tallies.counted_units(work):
        unit, registered = row["unit"], row["registered"]
        rest = registered - assigned.get(unit, 0)
        unnamed = 0 if unit in with_clerk else rest
        found[unit] = Gap(registered=registered, unassigned=rest, unnamed=unnamed)
    return found


def unassigned_in(work: Work, unit: str) -> int:
    """Return how many people of a unit nobody is assigned to. Raises `UnknownUnit`."""
    at = of_cadres.c
    query = select(func.coalesce(func.sum(at.assigned), 0).label("assigned"))
    assigned = work.row(query.where(at.unit == unit, at.cadre != "")) or {"assigned": 0}
    return tallies.counted_unit(work, unit)["registered"] - int(assigned["assigned"])


def quota_of(work: Work, cadre: str) -> int | None:
    """Return the sum of a cadre's quotas over the units; None when none is set."""
    query = select(func.sum(quotas.c.quota).label("quota")).where(quotas.c.cadre == cadre)
    return (work.row(query) or {}).get("quota")


def _counts_now(
    work: Work, unit: str, day: date, clerk: str | None
) -> tuple[dict[str | None, Counts], int]:
    """How `_counts_on` stands now, by the counters."""
    del day
    rows = work.rows(select(of_cadres).where(of_cadres.c.unit == unit))
    counts: dict[str | None, Counts] = {row["cadre"]: only(Counts, row) for row in rows}
    assigned = sum(each["assigned"] for each in counts.values())
    # Whom nobody is assigned to, and who has neither answered nor been called or vaccinated.
    untold = tallies.counted_unit(work, unit)["registered"] - assigned
    nobodys = counts.pop("", NOBODY)
    unassigned = nobodys["assigned"] + untold
    if unassigned:
        own = counts.get(clerk, NOBODY)
        both: dict[str, int] = {n: own[n] + nobodys[n] for n in Counts.__annotations__}
        counts[clerk] = cast("Counts", both | {"assigned": both["assigned"] + untold})
    return counts, unassigned


def _counts_on(
    work: Work, unit: str, day: date, clerk: str | None
) -> tuple[dict[str | None, Counts], int]:
    """How many people each cadre has, and how many of the clerk's nobody is assigned to."""
    person, at = counted(), responsibilities.c
    newest = (
        select(at.resident, func.max(at.position).label("position"))
        .where(holds_on(day))
        .group_by(at.resident)
        .subquery()
    )
    held = and_(at.resident == newest.c.resident, at.position == newest.c.position)
    joined = (
        person.outerjoin(newest, newest.c.resident == person.c.resident)
        .outerjoin(responsibilities, held)
        .outerjoin(calls, calls.c.resident == person.c.resident)
    )
    query = (
        select(
            func.coalesce(at.cadre, literal(clerk, String)).label("holder"),
            func.count().label("assigned"),
            func.count().filter(at.cadre.is_(None)).label("unassigned"),
            func.count().filter(calls.c.resident.is_not(None)).label("contacted"),
            func.count().filter(calls.c.outcome == "not_reached").label("not_reached"),
            func.count().filter(person.c.answer == "consent").label("willing"),
            func.count().filter(person.c.answer == "decline").label("refused"),
            func.count().filter(is_given(1, person.c.resident)).label("first"),
            func.count().filter(is_given(2, person.c.resident)).label("second"),
        )
        .select_from(joined)
        .where(person.c.unit == unit)
        .group_by("holder")  # by its name, for the clerk is a parameter
    )
    rows = work.rows(query)
    unassigned = sum(row.pop("unassigned") for row in rows)
    return {row.pop("holder"): cast("Counts", row) for row in rows}, unassigned
