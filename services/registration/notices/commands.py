"""What is done with notices: written, set aside, released by a person, stopped, tried again (R19, R21, R23)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict, Unpack
from uuid import UUID, uuid5

from sqlalchemy import update

from services.registration.domain.notice import MESSAGES, Notice, NoticeMessage, Wording
from services.registration.notices import queries
from services.registration.notices.audience import born_by, doses_of, people_of
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


def prepare_notice(work: Work, instead_of: UUID | None = None, **said: Unpack[Wording]) -> Prepared:
    """Write a notice, perhaps `instead_of` one that waits for its release; nothing is sent yet.

    Raises `UnknownUnit`, `BadTemplate`, `BadTitle`, `NotPrepared`.
    """
    for unit in said["units"]:
        units_of_town.stored_unit(work, unit)
    # The same command always writes the same notice.
    notice = uuid5(MESSAGES, f"notice {work.store.current.context.command}")
    said["zh"], said["en"] = one_kind_of_line(said["zh"]), one_kind_of_line(said["en"])
    prepared = Notice.prepare(notice=notice, **said)
    work.save(prepared)
    if instead_of is not None:
        discard_notice(work, instead_of, replaced_by=notice)
    return {"notice": str(notice), "status": prepared.status}


def discard_notice(work: Work, notice: UUID, replaced_by: UUID | None = None) -> Prepared:
    """Set a notice aside that nobody has released. Raises `NotPrepared`."""
    aside = queries.stored_notice(work, notice)
    if aside.discard(replaced_by=replaced_by):
        work.save(aside)
    return {"notice": str(notice), "status": aside.status}


def release_notice(work: Work, notice: UUID, recipients: int) -> Released:
    """Let a notice go to everybody it is for now; `recipients` is the count that was seen.

    Raises `Discarded`, `NotPrepared`, `NobodyToTell`, `AudienceGrown`.
    """
    released = queries.stored_notice(work, notice)
    meant = people_of(released.audience, work.today(), born_by(work))
    people = work.rows(meant, WithStatus)
    released.release(seen=recipients, recipients=len(people))
    work.save(released)
    _name_recipients(work, notice, released.channel, people)
    return {"notice": str(notice), "status": released.status, "recipients": len(people)}


def stop_notice(work: Work, notice: UUID) -> Prepared:
    """Send no more of a notice; what is under way at this moment still arrives.

    Raises `NotSending`.
    """
    stopped = queries.stored_notice(work, notice)
    if stopped.stop(left=_turned(work, notice, DUE, state=STOPPED)):
        work.save(stopped)
    return {"notice": str(notice), "status": stopped.status}


def retry_notice(work: Work, notice: UUID) -> Retried:
    """Try again what has failed, under the same ids. Raises `NothingFailed`."""
    again = queries.stored_notice(work, notice)
    count = _turned(work, notice, FAILED, state=DUE, tries=0, due_at=queries.instant(work))
    again.retry(messages=count)
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


def _turned(work: Work, notice: UUID, of: str, **values: object) -> int:
    """Give a notice's messages `of` a state other values; return how many those are."""
    at = outbox.c
    changed = update(outbox).where(at.notice == str(notice), at.state == of).values(values)
    return work.store.current.connection.execute(changed).rowcount
