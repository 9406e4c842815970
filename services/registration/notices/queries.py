"""What is asked of notices: how far each has come, and what became of its messages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC
from typing import Any, TypedDict, cast
from uuid import UUID

from sqlalchemy import Select, case, func, select

from services.registration.domain.notice import Notice
from services.registration.domain.notice_refusals import UnknownNotice
from services.registration.domain.recipient import Audience
from services.registration.notices.views import DUE, UNDER_WAY, messages, notices, outbox
from services.registration.residents.joining import records
from shared.kit.eventstore import among
from shared.kit.formats import Id, Moment
from shared.town.work import Work

LISTED = 200
OUTCOMES = ("sent", "skipped", "failed")


def sent_to(work: Work, ids: Sequence[str], since: str) -> set[str]:
    """Return to which of some residents a message went at a moment or later."""
    at = messages.c
    query = select(at.resident).where(among(at.resident, ids), at.outcome == "sent", at.at >= since)
    return {row["resident"] for row in work.rows(query)}


class Written(TypedDict):
    """What a notice says, and how far it is."""

    notice: Id
    prepared_at: Moment
    prepared_by: str
    title: str
    zh: str
    en: str
    channel: str
    days_since_first: int | None
    status: str
    recipients: int
    released_at: Moment | None
    released_by: str | None
    ended_at: Moment | None
    replaced_by: Id | None


class NoticeRow(Written):
    """A row of notices; `units`, `cohorts` and `statuses` are lists in JSON."""

    position: int
    units: str
    cohorts: str
    statuses: str


class Reach(Written):
    """A notice and its reach, counted from what became of each message."""

    units: list[str]
    cohorts: list[str]
    statuses: list[str]
    sent: int
    skipped: int
    failed: int
    waiting: int
    next_try: Moment | None
    trouble: str | None
    delivered: int
    reasons: dict[str, int]
    perhaps_twice: int


class Notices(TypedDict):
    """The newest notices."""

    notices: list[Reach]


class Result(TypedDict):
    """What became of one message; `unit` counts the resident."""

    message: str
    outcome: str
    reason: str | None
    trouble: str | None
    tries: int
    doubtful: bool
    at: str
    delivered_at: str | None
    unit: str | None


class UnitResult(TypedDict):
    """How many people of a unit were sent a message, were skipped, or failed."""

    unit: str
    sent: int
    skipped: int
    failed: int
    delivered: int


def audience_of(row: NoticeRow) -> Audience:
    """Return the audience of a notice."""
    units, cohorts, statuses = (json.loads(row[n]) for n in ("units", "cohorts", "statuses"))
    return Audience(units, cohorts, statuses, row["days_since_first"])


def one_kind_of_line(text: str) -> str:
    """Return a text as it is sent: line ends are \\n, none at the beginning and end."""
    return "\n".join(text.splitlines()).strip()


def instant(work: Work) -> str:
    """Return now as the outbox writes it: UTC, so that it can be compared as text."""
    return work.now().astimezone(UTC).isoformat()


def stored_notice(work: Work, notice: UUID) -> Notice:
    """Load a notice; raises `UnknownNotice`."""
    _row_of(work, notice)
    return work.get(Notice, notice)


def newest(work: Work, reach: frozenset[str] | None) -> Notices:
    """Return the newest notices with their reach, of units within `reach` (None: all)."""
    rows = work.rows(_newest(work, reach).limit(LISTED), NoticeRow)
    return {"notices": [_with_reach(work, row) for row in rows]}


def latest(work: Work, reach: frozenset[str] | None) -> Reach | None:
    """Return the newest notice that was released, with its reach, of units within `reach`."""
    released = _newest(work, reach).where(notices.c.released_at.is_not(None))
    row = work.row(released.limit(1), NoticeRow)
    return _with_reach(work, row) if row else None


def _newest(work: Work, reach: frozenset[str] | None) -> Select[Any]:
    """The query for notices of units within `reach`, the newest first."""
    query = select(notices).order_by(notices.c.position.desc())
    if reach is None:
        return query
    told = [row["units"] for row in work.rows(select(notices.c.units).distinct())]
    return query.where(among(notices.c.units, [each for each in told if _within(each, reach)]))


def notice(work: Work, notice: UUID, reach: frozenset[str] | None) -> Reach:
    """Return one notice with its reach. Raises `UnknownNotice`, also for one of other units."""
    row = _row_of(work, notice)
    if not _within(row["units"], reach):
        raise UnknownNotice
    return _with_reach(work, row)


def results(work: Work, notice: UUID) -> list[Result]:
    """Return what became of each message, in the order of the residents' registration."""
    person = records()
    query = (
        select(messages, person.c.unit)
        .select_from(messages.outerjoin(person, person.c.resident == messages.c.resident))
        .where(messages.c.notice == str(notice))
    )
    return work.rows(query.order_by(person.c.listed, messages.c.message), Result)


def results_by_unit(work: Work, notice: UUID) -> list[UnitResult]:
    """Return what became of the messages to each unit's people."""
    at, person = messages.c, records()
    query = (
        select(
            person.c.unit,
            *(func.sum(case((at.outcome == each, 1), else_=0)).label(each) for each in OUTCOMES),
            func.count(at.delivered_at).label("delivered"),
        )
        .select_from(messages.join(person, person.c.resident == at.resident))
        .where(at.notice == str(notice))
        .group_by(person.c.unit)
    )
    return work.rows(query.order_by(person.c.unit), UnitResult)


def _row_of(work: Work, notice: UUID) -> NoticeRow:
    row = work.row(select(notices).where(notices.c.notice == str(notice)), NoticeRow)
    if row is None:
        raise UnknownNotice
    return row


def _within(listed: str, reach: frozenset[str] | None) -> bool:
    units = set(json.loads(listed))
    return reach is None or (bool(units) and units <= reach)


def _with_reach(work: Work, row: NoticeRow) -> Reach:
    """A notice and its reach, counted from what became of each message."""
    at, audience = messages.c, audience_of(row)
    counted = select(
        at.outcome,
        at.reason,
        func.count().label("people"),
        func.count(at.delivered_at).label("delivered"),
        func.sum(case((at.doubtful.is_(True), 1), else_=0)).label("doubtful"),
    ).where(at.notice == row["notice"])
    waits = select(
        func.count().label("waiting"),
        func.min(outbox.c.due_at).label("next_try"),
        func.max(outbox.c.trouble).label("trouble"),
    ).where(outbox.c.notice == row["notice"], outbox.c.state.in_((DUE, UNDER_WAY)))
    found = work.rows(counted.group_by(at.outcome, at.reason))
    by = {each: [got for got in found if got["outcome"] == each] for each in OUTCOMES}
    reach = {
        **{name: value for name, value in row.items() if name != "position"},
        **{each: sum(got["people"] for got in by[each]) for each in OUTCOMES},
        **(work.row(waits) or {}),
        "units": audience.units,
        "cohorts": audience.cohorts,
        "statuses": audience.statuses,
        "delivered": sum(got["delivered"] for got in found),
        "reasons": {got["reason"]: got["people"] for got in by["skipped"]},
        "perhaps_twice": sum(got["doubtful"] for got in by["sent"]),
    }
    return cast("Reach", reach)
