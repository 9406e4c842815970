"""Whom a typed text means: residents found by blind traces, opened and compared (ADR 0010)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from sqlalchemy import BigInteger, ColumnElement, bindparam, func, or_, select

from services.registration.residents import queries as residents
from services.registration.residents.joining import records
from services.registration.residents.queries import ResidentRow, WithStatus
from services.registration.residents.status import Status, also_in
from services.registration.search.blind_index import REGION, Seen, Tracer
from services.registration.search.typed_text import Meant, meant_by
from services.registration.search.views import traces
from services.registration.units.queries import units_at
from shared.kit.formats import Day, Id
from shared.town import request_context
from shared.town.mirrors.hosts import sent_to
from shared.town.privacy import Identity
from shared.town.work import Work

PURPOSE = "residents"
SITES = "appointments"
# Two values hardly ever have the same trace: a few rows more than wanted make up for it.
SPARE = 8


class Found(TypedDict):
    """A resident as a search shows them; of the number the last four characters can be read."""

    resident: Id
    birth_date: Day
    sex: str
    unit: str
    status: Status
    name: str | None
    unit_name_zh: str
    unit_name_en: str
    number: str | None


class Result(TypedDict):
    """Who was found; `more` tells that there are others, so that more has to be typed."""

    residents: list[Found]
    more: bool


def tracer_of(work: Work) -> Tracer:
    """Return what computes traces under this deployment's key."""
    # Kept in memory: it copies hashes that it has begun.
    return work.own(Tracer, lambda: Tracer(work.privacy.blind(PURPOSE)))


def search(
    work: Work,
    text: str,
    *,
    reach: frozenset[str] | None = None,
    site: str = "",
    most: int = 20,
) -> list[str]:
    """Return the ids of at most `most` residents that a typed text means, in units within reach.

    Also those who go to a `site` alone, of whatever unit.

    The text decides what is asked for (see `meant_by`). Whoever has the traces is opened and
    compared before being named; `reach` None is the whole town. Nobody has looked at anybody
    yet: that happens when the caller opens those found. A person may be found twice only by
    two documents.
    """
    for group in meant_by(text):
        found: list[str] = []
        for who in _candidates(work, group, reach, site, most + SPARE):
            if len(found) < most and any(meant.holds(who) for meant in group):
                found.append(who.resident)
        if found:
            return found
    return []


def reach_of(work: Work, source: str, units: frozenset[str] | None) -> frozenset[str] | None:
    """Return in which units another part may search; of a site it is never what that part says."""
    service, _, site = source.partition("/")
    return frozenset(units_at(work, site)) if service == SITES else units


def found(work: Work, ids: Sequence[str]) -> list[Found]:
    """Return those found as a list shows them: this is a look, the number is masked."""
    rows = {row["resident"]: row for row in residents.with_statuses(work, ids)}
    listed = [rows[each] for each in ids if each in rows]
    opened = residents.identities(work, listed, ("name", "card_number", "number"))
    return [_shown(work, row, opened[row["resident"]] or {}) for row in listed]


def opened(work: Work, rows: Sequence[ResidentRow]) -> list[Seen]:
    """Open rows of the residents' view for the system's own use; nobody is shown them."""
    with request_context.deciding():
        identities = residents.identities(work, rows)
    return [
        Seen(
            resident=row["resident"],
            name=identity.get("name") or "",
            number=identity.get("card_number") or identity.get("number") or "",
            phone=identity.get("phone") or "",
            birth_date=row["birth_date"],
            sex=row["sex"],
        )
        for row in rows
        if (identity := identities[row["resident"]]) is not None
    ]


def _candidates(
    work: Work, group: Sequence[Meant], reach: frozenset[str] | None, site: str, most: int
) -> list[Seen]:
    regions, person = regions_of(work), records()
    has_one = or_(*(has(work, meant, regions) for meant in group))
    query = select(person).join(traces, traces.c.resident == person.c.resident).where(has_one)
    if reach is not None:
        # Without an index for this, both databases begin with the few who have the traces.
        counted = func.coalesce(person.c.unit, "").in_(sorted(reach))
        also = person.c.resident.in_(also_in(sorted(reach)))
        query = query.where(counted | also | person.c.resident.in_(sent_to(site)))
    return opened(work, work.rows(query.limit(most), ResidentRow))


def has(work: Work, meant: Meant, regions: range) -> ColumnElement[bool]:
    """Return the condition that somebody has a trace of what a text may mean."""
    wanted = list(tracer_of(work).sought(meant.column, meant.value, regions))
    # One parameter for all: thousands of single ones would each be looked at by SQLAlchemy.
    # Of its own, PostgreSQL would be told INTEGER when the first happens to fit one.
    asked = bindparam(None, wanted, BigInteger, expanding=True)
    return traces.c[meant.column].in_(asked)


def regions_of(work: Work) -> range:
    """Return the regions that rows of traces are in."""
    # Two questions: asked for both ends at once, SQLite would read the whole table.
    ends = [work.row(select(end(traces.c.number).label("number"))) for end in (func.min, func.max)]
    first, last = (end["number"] if end else None for end in ends)
    if first is None or last is None:
        return range(0)
    return range(first // REGION, last // REGION + 1)


def _shown(work: Work, row: WithStatus, who: Identity) -> Found:
    number = who.get("card_number") or who.get("number")
    unit = work.campaign.unit(row["unit"])
    return Found(
        resident=row["resident"],
        birth_date=row["birth_date"],
        sex=row["sex"],
        unit=row["unit"],
        status=row["status"],
        name=who.get("name"),
        unit_name_zh=unit.name_zh,
        unit_name_en=unit.name_en,
        number="*" * len(number[:-4]) + number[-4:] if number else None,
    )
