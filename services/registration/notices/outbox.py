"""The outbox: a released notice's messages, one by one, each decided again when its turn comes.

`claim_message` and `record_outcome` are a transaction each, and what happens on the network lies between them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import and_, select, update

from services.registration.domain.notice import Notice, NoticeMessage
from services.registration.notices.channels.backoff import MOST_TRIES, pause
from services.registration.notices.channels.channel import (
    Accepted,
    Channel,
    Later,
    Message,
    Outcome,
    Rejected,
)
from services.registration.notices.message import message_for
from services.registration.notices.queries import OUTCOMES, instant
from services.registration.notices.views import (
    DONE,
    DUE,
    FAILED,
    OUTBOX,
    STOPPED,
    UNDER_WAY,
    OutboxRow,
    messages,
    outbox,
)
from services.registration.residents.joining import records
from services.registration.units.queries import units_on
from shared.kit.eventstore import tables
from shared.town.work import Work

SKIPPED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that is about to be sent, and its row: nobody else sends it now."""

    message: Message
    row: OutboxRow


def claim_message(work: Work, channel: Channel, behind: Collection[str]) -> Claimed | int:
    """Return the next message of a channel, or how many people get none after all; 0: none is due.

    `behind` are sources from which events may be missing: who might have been vaccinated there
    waits. While the views are being rebuilt everybody waits.
    """
    skipped = 0
    while skipped < SKIPPED_AT_ONCE and (row := _next_message(work, channel.name, behind)):
        taken = message_for(work, channel, row)
        if isinstance(taken, Message):
            return Claimed(taken, row)
        _settle(work, row, "skipped", taken)
        skipped += 1
    return skipped


def record_outcome(work: Work, channel: Channel, claimed: Claimed, outcome: Outcome) -> None:
    """Write down what became of a message that was claimed."""
    if (row := OUTBOX.held(work, claimed.row)) is None:
        return  # somebody else has taken it over, or a receipt came first
    match outcome:
        case Accepted():
            _settle(work, row, "sent")
        case Rejected(trouble):
            row["trouble"] = trouble
            _settle(work, row, "failed", "refused")
        case Later():
            row["doubtful"] |= outcome.doubtful and not channel.recognises_repeats
            row["trouble"] = outcome.trouble
            _postpone(work, row, outcome.after)


def recover_messages(work: Work, channel: Channel, under_way: Collection[str]) -> int:
    """Give back what a sender that died had under way; return how many messages that were.

    Their outcome is not known: they are sent again under the same id.
    """
    at = outbox.c
    dead = and_(at.channel == channel.name, at.state == UNDER_WAY, at.message.in_(list(under_way)))
    given_back = update(outbox).where(dead)
    given_back = given_back.values(state=DUE, due_at=instant(work), trouble="sender-died")
    if not channel.recognises_repeats:
        given_back = given_back.values(doubtful=True)
    return work.store.current.connection.execute(given_back).rowcount


def messages_under_way(work: Work, channel: str) -> list[str]:
    """Return the ids of the messages that a sender has claimed and not reported on."""
    at = outbox.c
    query = select(at.message).where(at.channel == channel, at.state == UNDER_WAY)
    return [row["message"] for row in work.rows(query)]


def confirm_delivery(work: Work, message: str) -> Literal["unknown", "known", "delivered"]:
    """The gateway says that a message has arrived; returns what that was to us."""
    row = OUTBOX.get(work, message)
    if row is None or not (row["tries"] or row["state"] in (DONE, FAILED)):
        return "unknown"
    of_person, notice, resident = _message_of(work, row)
    if not of_person.deliver(notice, resident):
        return "known"
    work.save(of_person)
    if row["state"] in (DUE, UNDER_WAY):
        _settle(work, row, "sent")  # this is how we hear of a message whose acceptance was lost
    return "delivered"


# The next message


def _next_message(work: Work, channel: str, behind: Collection[str]) -> OutboxRow | None:
    if "screening" in behind or _views_rebuilding(work):
        return None
    conditions = [outbox.c.channel == channel]
    sites = [source.partition("/")[2] for source in behind]
    if sites:
        person, unit = records(), units_on(work.today()).subquery()
        docked = select(person.c.resident).join(unit, unit.c.unit == person.c.unit)
        conditions.append(outbox.c.resident.not_in(docked.where(unit.c.site.in_(sites))))
    return OUTBOX.claim(work, instant(work), *conditions, state=UNDER_WAY)


def _views_rebuilding(work: Work) -> bool:
    """Whether the views have not yet followed a source again as far as once before."""
    at = tables.positions.c
    return work.row(select(at.source).where(at.position != at.decided).limit(1)) is not None


# What becomes of it


def _settle(
    work: Work, row: OutboxRow, outcome: Literal["sent", "skipped", "failed"], reason: str = ""
) -> None:
    """Record what has become of a message; with the last one its notice is finished."""
    of_person, notice, resident = _message_of(work, row)
    of_person.settle(
        outcome,
        notice,
        resident,
        channel=row["channel"],
        tries=row["tries"],
        doubtful=row["doubtful"],
        reason=reason,
        trouble=row["trouble"] or "",
    )
    work.save(of_person)
    told = {"doubtful": row["doubtful"], "trouble": row["trouble"]}
    state = FAILED if outcome == "failed" else DONE
    OUTBOX.change(work, row["message"], state=state, **told)
    _finish_notice(work, row["notice"])


def _postpone(work: Work, row: OutboxRow, after: float | None) -> None:
    if row["tries"] >= MOST_TRIES:
        _settle(work, row, "failed", "unreachable")
        return
    notice = work.get(Notice, UUID(row["notice"]))
    wait = timedelta(seconds=pause(row["tries"], after))
    OUTBOX.change(
        work,
        row["message"],
        state=STOPPED if notice.status == STOPPED else DUE,
        due_at=(work.now() + wait).astimezone(UTC).isoformat(),
        doubtful=row["doubtful"],
        trouble=row["trouble"],
    )


def _finish_notice(work: Work, notice: str) -> None:
    """Record that nobody is left who gets a message."""
    at = outbox.c
    left = select(at.message).where(at.notice == notice, at.state.in_((DUE, UNDER_WAY)))
    if work.row(left.limit(1)) is not None:
        return
    ended = work.get(Notice, UUID(notice))
    rows = work.rows(select(messages.c.outcome).where(messages.c.notice == notice))
    outcomes = [row["outcome"] for row in rows]
    if ended.finish(**{each: outcomes.count(each) for each in OUTCOMES}):
        work.save(ended)


def _message_of(work: Work, row: OutboxRow) -> tuple[NoticeMessage, UUID, UUID]:
    notice, resident = UUID(row["notice"]), UUID(row["resident"])
    stream = NoticeMessage.create_id(notice, resident)
    return work.begin(NoticeMessage, stream), notice, resident
