"""What is asked of notices: whom one would reach, how far each has come, what became of messages."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TypedDict
from uuid import UUID

from sqlalchemy import case, func, select

from services.registration.domain.notice import Notice
from services.registration.domain.notice_refusals import UnknownNotice
from services.registration.domain.recipient import Audience
from services.registration.domain.template import filled
from services.registration.notices.audience import born_by, filling, people_of
from services.registration.notices.channels.masking import masked_address, masked_name
from services.registration.notices.views import DUE, UNDER_WAY, messages, notices, outbox
from services.registration.residents import queries as residents
from services.registration.residents.joining import records
from services.registration.residents.queries import WithStatus
from shared.town.work import Work

EXAMPLES = 3
LISTED = 200
OUTCOMES = ("sent", "skipped", "failed")


class NoticeRow(TypedDict):
    """A row of notices; `units`, `cohorts` and `statuses` are lists in JSON."""

    notice: str
    position: int
    prepared_at: str
    prepared_by: str
    title: str
    zh: str
    en: str
    channel: str
    units: str
    cohorts: str
    statuses: str
    days_since_first: int | None
    status: str
    recipients: int
    released_at: str | None
    released_by: str | None
    ended_at: str | None


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


def people_for(work: Work, audience: Audience) -> list[WithStatus]:
    """Return everybody whom a notice is for now, in the order of registration."""
    return work.rows(people_of(audience, work.today(), born_by(work)), WithStatus)


def stored_notice(work: Work, notice: UUID) -> Notice:
    """Load a notice; raises `UnknownNotice`."""
    _row_of(work, notice)
    return work.get(Notice, notice)


def notice_preview(
    work: Work, audience: Audience, *, field: str, title: str, zh: str, en: str
) -> dict[str, object]:
    """Return how many people a text would go to now, and what a few of them would read, masked.

    `field` is where the address is in an identity, "" where none is needed. Raises `BadTemplate`,
    `BadTitle`.
    """
    Notice.check(title, zh, en)
    query = people_of(audience, work.today(), born_by(work))
    counted = work.row(select(func.count().label("people")).select_from(query.subquery()))
    some = work.rows(query.limit(EXAMPLES), WithStatus)
    opened = residents.identities(work, some, ("name", field) if field else ("name",))
    examples: list[dict[str, str]] = []
    for row in some:
        who = opened[row["resident"]] or {}
        in_zh, in_en = filling(work, row, masked_name(who.get("name") or ""))
        examples.append(
            {
                "to": masked_address(who.get(field) or "") if field else "",
                "title": title,
                "zh": filled(one_kind_of_line(zh), in_zh),
                "en": filled(one_kind_of_line(en), in_en),
            }
        )
    return {"recipients": counted["people"] if counted else 0, "examples": examples}


def newest(work: Work, reach: frozenset[str] | None) -> list[dict[str, object]]:
    """Return the newest notices with their reach, of units within `reach` (None: all)."""
    query = select(notices).order_by(notices.c.position.desc()).limit(LISTED)
    rows = [row for row in work.rows(query, NoticeRow) if _within(row, reach)]
    return [_with_reach(work, row) for row in rows]


def notice(work: Work, notice: UUID, reach: frozenset[str] | None) -> dict[str, object]:
    """Return one notice with its reach. Raises `UnknownNotice`, also for one of other units."""
    row = _row_of(work, notice)
    if not _within(row, reach):
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


def _within(row: NoticeRow, reach: frozenset[str] | None) -> bool:
    units = set(json.loads(row["units"]))
    return reach is None or (bool(units) and units <= reach)


def _with_reach(work: Work, row: NoticeRow) -> dict[str, object]:
    """A notice and its reach, counted from what became of each message."""
    at, audience = messages.c, audience_of(row)
    counted = select(
        at.outcome,
        at.reason,
        func.count().label("people"),
        func.count(at.delivered_at).label("delivered"),
        func.sum(case((at.doubtful.is_(True), 1), else_=0)).label("doubtful"),
    ).where(at.notice == row["notice"])
    found = work.rows(counted.group_by(at.outcome, at.reason))
    by = {each: [got for got in found if got["outcome"] == each] for each in OUTCOMES}
    return {
        **{name: value for name, value in row.items() if name != "position"},
        **{each: sum(got["people"] for got in by[each]) for each in OUTCOMES},
        **_waiting(work, row["notice"]),
        "units": audience.units,
        "cohorts": audience.cohorts,
        "statuses": audience.statuses,
        "delivered": sum(got["delivered"] for got in found),
        "reasons": {got["reason"]: got["people"] for got in by["skipped"]},
        "perhaps_twice": sum(got["doubtful"] for got in by["sent"]),
    }


def _waiting(work: Work, notice: str) -> dict[str, object]:
    at = outbox.c
    query = select(
        func.count().label("waiting"),
        func.min(at.due_at).label("next_try"),
        func.max(at.trouble).label("trouble"),
    ).where(at.notice == notice, at.state.in_((DUE, UNDER_WAY)))
    return work.row(query) or {"waiting": 0, "next_try": None, "trouble": None}
