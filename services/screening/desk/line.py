"""Who waits to be screened at which site, in which order they are called, and who is called now."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from services.screening.desk.queries import (
    SCREENED,
    WITH_FINDINGS,
    Plain,
    screened_rows,
    waits_at,
)
from services.screening.desk.views import waiting
from shared.kit.formats import Id, Moment
from shared.town.mirrors.calls import InLine, in_line, of_station, on_number
from shared.town.mirrors.findings import findings
from shared.town.mirrors.merges import links, records_of
from shared.town.mirrors.numbers import numbers
from shared.town.mirrors.residents import residents
from shared.town.work import Work


class Waiting(Plain):
    """Somebody checked in at a site today whom no finding of today lets in or turns away.

    `came_as`: the record that was checked in; the rest is as in `InLine`, `then` its `since`.
    """

    identity: str
    at: str
    came_as: Id
    since: Moment
    then: Moment | None
    number: int | None
    finding: int | None
    state: str
    desk: str | None
    login: str | None
    for_desk: str | None
    turn: int
    version: int


_CALLS = of_station("screening")
_IN_QUEUE = (
    waiting.outerjoin(links, links.c.resident == waiting.c.resident)
    .join(WITH_FINDINGS, residents.c.resident == func.coalesce(links.c.into, waiting.c.resident))
    .outerjoin(
        numbers, and_(*(numbers.c[name] == waiting.c[name] for name in ("site", "day", "resident")))
    )
    .outerjoin(_CALLS, on_number(_CALLS, "screening"))
)


def queue(work: Work, sites: Collection[str] | None) -> list[Waiting]:
    """Return who waits today at some sites (None: all) to be screened, as they are called.

    Who has no number comes before all others, the longest wait first.
    """
    line = [each for each in in_line(_CALLS) if each.name not in ("site", "resident", "since")]
    at = waiting.c
    columns = (
        at.site.label("at"),
        at.resident.label("came_as"),
        at.since,
        _CALLS.c.since.label("then"),
    )
    query = SCREENED.add_columns(*columns, *line).select_from(_IN_QUEUE)
    query = query.where(*_unsettled(work, sites)).order_by(at.since, at.resident)
    waits = [cast("Waiting", each) for each in screened_rows(work, query)]
    return sorted(waits, key=lambda each: (each["turn"], each["number"] or 0))


def line(work: Work, site: str) -> list[InLine]:
    """Return everybody with a number who waits for screening at a site today."""
    query = select(*in_line(_CALLS)).select_from(_IN_QUEUE)
    numbered = numbers.c.number.is_not(None)
    return work.rows(query.where(*_unsettled(work, [site]), numbered), InLine)


def ticket_of(work: Work, resident: UUID) -> InLine | None:
    """Return how it is with the number under which a person waits today to be screened, if any."""
    site, records = waits_at(work, resident), records_of(work, str(resident))
    waits = line(work, site) if site else []
    return next((each for each in waits if each["resident"] in records), None)


def _unsettled(work: Work, sites: Collection[str] | None) -> tuple[ColumnElement[bool], ...]:
    """What is so of who waits today and is not settled."""
    today = work.today().isoformat()
    status, until = func.coalesce(findings.c.status, "unscreened"), findings.c.until
    settled = or_(
        status == "contraindicated",
        and_(status == "cleared", until >= today),
        and_(status == "deferred", until > today),
    )
    here = [] if sites is None else [waiting.c.site.in_(sites)]
    return (waiting.c.day == today, ~settled, *here)
