"""What is done with notices: written, released by a person, stopped, tried again (R19, R21, R23)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, and_, func, select, update

from services.registration.domain.notice import MESSAGES, Notice, NoticeMessage
from services.registration.domain.recipient import Audience
from services.registration.notices import queries
from services.registration.notices.audience import doses_of
from services.registration.notices.queries import one_kind_of_line
from services.registration.notices.views import DUE, FAILED, STOPPED, outbox
from services.registration.residents.queries import WithStatus
from services.registration.units import queries as units_of_town
from shared.kit.eventstore import insert_all
from shared.kit.formats import Id
from shared.town.work import Work


class Prepared(TypedDict):
    """How far a notice is."""

    notice: Id
    status: str


class Released(Prepared):
    """A notice that is being sent, and to how many people."""

    recipients: int


class Retried(Prepared):
    """How many messages are tried again."""

    messages: int


def prepare_notice(
    work: Work,
    *,
    title: str,
    zh: str,
    en: str,
    channel: str,
    units: list[str],
    cohorts: list[str],
    statuses: list[str],
    days_since_first: int | None,
) -> Prepared:
    """Write a notice; nothing is sent yet. Raises `UnknownUnit`, `BadTemplate`, `BadTitle`."""
    for unit in units:
        units_of_town.stored_unit(work, unit)
    # The same command always writes the same notice.
    notice = uuid5(MESSAGES, f"notice {work.store.current.context.command}")
    prepared = Notice.prepare(
        notice=notice,
        title=title,
        zh=one_kind_of_line(zh),
        en=one_kind_of_line(en),
        channel=channel,
        units=units,
        cohorts=cohorts,
        statuses=statuses,
        days_since_first=days_since_first,
    )
    work.save(prepared)
    return {"notice": str(notice), "status": prepared.status}


def release_notice(work: Work, notice: UUID, recipients: int) -> Released:
    """Let a notice go to everybody it is for now; `recipients` is the count that was seen.

    Raises `NotPrepared`, `NobodyToTell`, `AudienceGrown`.
    """
    released = queries.stored_notice(work, notice)
    people = queries.people_for(
        work,
        Audience(released.units, released.cohorts, released.statuses, released.days_since_first),
    )
    released.release(seen=recipients, recipients=len(people))
    work.save(released)
    _name_recipients(work, notice, released.channel, people)
    return {"notice": str(notice), "status": released.status, "recipients": len(people)}


def stop_notice(work: Work, notice: UUID) -> Prepared:
    """Send no more of a notice; what is under way at this moment still arrives.

    Raises `NotSending`.
    """
    stopped = queries.stored_notice(work, notice)
    waiting = and_(outbox.c.notice == str(notice), outbox.c.state == DUE)
    if stopped.stop(left=_count(work, waiting)):
        connection = work.store.current.connection
        connection.execute(update(outbox).where(waiting).values(state=STOPPED))
        work.save(stopped)
    return {"notice": str(notice), "status": stopped.status}


def retry_notice(work: Work, notice: UUID) -> Retried:
    """Try again what has failed, under the same ids. Raises `NothingFailed`."""
    again = queries.stored_notice(work, notice)
    failed = and_(outbox.c.notice == str(notice), outbox.c.state == FAILED)
    count = _count(work, failed)
    again.retry(messages=count)
    values = {"state": DUE, "tries": 0, "due_at": queries.instant(work)}
    work.store.current.connection.execute(update(outbox).where(failed).values(values))
    work.save(again)
    return {"notice": str(notice), "status": again.status, "messages": count}


def _name_recipients(work: Work, notice: UUID, channel: str, people: Sequence[WithStatus]) -> None:
    """Write down whom a notice goes to: ids, and the status and doses of each."""
    common = {"notice": str(notice), "channel": channel, "state": DUE, "tries": 0}
    common |= {"due_at": queries.instant(work), "doubtful": False, "trouble": None}
    rows = [
        common
        | {
            "message": f"msg_{NoticeMessage.create_id(notice, UUID(row['resident'])).hex}",
            "resident": row["resident"],
            "status": row["status"],
            "doses": doses_of(row),
        }
        for row in people
    ]
    insert_all(work.store.current.connection, outbox, rows)


def _count(work: Work, condition: ColumnElement[bool]) -> int:
    found = work.row(select(func.count().label("rows")).select_from(outbox).where(condition))
    return found["rows"] if found else 0
