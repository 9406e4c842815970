"""Where a person's course begins: at the site of their unit, or at the one they were sent to (R15, R17).

Whoever is sent on goes to the other site alone, and sendings of one person are numbered. A site
knows its own by itself and all others from registration; the newest counts, and of two of one
number registration's word. So a site that has sent somebody on has nobody to serve from that moment
on, whatever it hears late, and the other one has them once registration has told it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import FromClause, bindparam, case, func, or_, select

from services.appointments.courses.views import sent_on
from services.appointments.domain.refusals import DockedElsewhere
from shared.kit.formats import Id, Moment
from shared.town.mirrors.dockings import dockings, stays_at, told_of
from shared.town.mirrors.hosts import hosts
from shared.town.mirrors.residents import residents
from shared.town.work import Work

# Today, or from a later day on: the site may prepare.
_earlier = dockings.alias("earlier")
_BEGUN_LAST = (
    select(func.max(_earlier.c.since))
    .where(_earlier.c.unit == dockings.c.unit, _earlier.c.since <= bindparam("today"))
    .correlate(dockings)
    .scalar_subquery()
)
DOCKED_HERE = (
    select(dockings.c.unit)
    .where(
        dockings.c.unit == residents.c.unit,
        dockings.c.site == bindparam("here"),
        or_(dockings.c.since > bindparam("today"), dockings.c.since == _BEGUN_LAST),
    )
    .correlate(residents)
    .exists()
)
# One's own word is newer than registration's until that has followed.
_OWN_IS_NEWER = sent_on.c.number > func.coalesce(hosts.c.number, 0)
HOST = case((_OWN_IS_NEWER, sent_on.c.site), else_=hosts.c.site).label("host")
_NUMBER = case((_OWN_IS_NEWER, sent_on.c.number), else_=func.coalesce(hosts.c.number, 0))


class Host(NamedTuple):
    """The site to which a person goes alone, by the how-manyth sending; None: where the unit goes.

    `record`: the one that was sent; `wanted_back`: when this site asked for them.
    """

    site: str | None
    number: int
    record: Id
    wanted_back: Moment | None
    sent_at: Moment | None
    day: str | None


def with_host(people: FromClause) -> FromClause:
    """Return people joined with where they were sent to, for `HOST`."""
    told = people.outerjoin(hosts, hosts.c.resident == residents.c.resident)
    return told.outerjoin(sent_on, sent_on.c.resident == residents.c.resident)


def host_of(work: Work, records: Sequence[str]) -> Host:
    """Return where the person of some records goes: the last sending counts, then the first record's."""
    stays = case((residents.c.resident == records[0], 0), else_=1)
    query = (
        select(HOST, _NUMBER.label("number"), residents.c.resident)
        .add_columns(sent_on.c.wanted_back, sent_on.c.sent_at, sent_on.c.day)
        .select_from(with_host(residents))
        .where(residents.c.resident.in_(records))
        .order_by(_NUMBER.desc(), stays, residents.c.resident)
    )
    row = work.row(query.limit(1))
    return Host(*row.values()) if row else Host(None, 0, records[0], None, None, None)


def docked_here(work: Work, resident: str) -> bool:
    """Tell whether a resident's unit comes to this site, today or from a later day on (R15)."""
    query = select(residents.c.resident).where(residents.c.resident == resident, DOCKED_HERE)
    return work.row(query.params(here=work.site, today=work.today().isoformat())) is not None


def docked_days(work: Work, unit: str, first: date, last: date) -> tuple[date, date]:
    """Of some days, return the first ones on which the unit's people begin their courses here.

    Raises `DockedElsewhere`.
    """
    for since, until in stays_at(work.site, told_of(work, unit)):
        begins, ends = max(first, since), min(last, until or last)
        if begins <= ends:
            return begins, ends
    raise DockedElsewhere(first=first, last=last)
