"""Read models of notices, and the outbox from which they are sent.

`notices` and `notice_messages` are views: every notice, and what became of each person's message.
`notice_outbox` is kept, it survives a rebuild: whom a released notice still goes to, by id, and
how far sending is. It never holds an address or a text.
"""

from __future__ import annotations

import json
from typing import Any, TypedDict

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    and_,
    delete,
    insert,
    update,
)

from shared.kit.contracts import Event
from shared.kit.eventstore import Views, put
from shared.kit.jobs import Jobs

tables, kept = MetaData(), MetaData()
notices = Table(
    "notices",
    tables,
    Column("notice", String, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("prepared_at", String, nullable=False),
    Column("prepared_by", String, nullable=False),
    Column("title", String, nullable=False),
    Column("zh", Text, nullable=False),
    Column("en", Text, nullable=False),
    Column("channel", String, nullable=False),
    Column("units", Text, nullable=False),
    Column("cohorts", Text, nullable=False),
    Column("statuses", Text, nullable=False),
    Column("days_since_first", Integer),
    Column("status", String, nullable=False),
    Column("recipients", Integer, nullable=False),
    Column("released_at", String),
    Column("released_by", String),
    Column("ended_at", String),
    Column("replaced_by", String),
)
messages = Table(
    "notice_messages",
    tables,
    Column("message", String, primary_key=True),
    Column("notice", String, nullable=False),
    Column("resident", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("reason", String),
    Column("trouble", String),
    Column("tries", Integer, nullable=False),
    Column("doubtful", Boolean, nullable=False),
    Column("at", String, nullable=False),
    Column("delivered_at", String),
    Index("messages_of_notice", "notice", "outcome"),
    Index("messages_of_resident", "resident"),
)
# How far sending is: due -> sending -> done | failed; a stopped notice's are stopped.
DUE, UNDER_WAY, DONE, FAILED, STOPPED = "due", "sending", "done", "failed", "stopped"
outbox = Table(
    "notice_outbox",
    kept,
    Column("message", String, primary_key=True),
    Column("notice", String, nullable=False),
    Column("resident", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("status", String, nullable=False),  # of the resident, when named
    Column("doses", Integer, nullable=False),  # given to the resident, when named
    Column("state", String, nullable=False),
    Column("due_at", String, nullable=False),  # UTC, so that it can be compared as text
    Column("tries", Integer, nullable=False),
    Column("doubtful", Boolean, nullable=False),
    Column("trouble", String),
    Index("outbox_due", "channel", "state", "due_at"),
    Index("outbox_of_notice", "notice", "state"),
)


class OutboxRow(TypedDict):
    """A row of the outbox."""

    message: str
    notice: str
    resident: str
    channel: str
    status: str
    doses: int
    state: str
    due_at: str
    tries: int
    doubtful: bool
    trouble: str | None


# A message under way has no lease: whoever holds the channel's lock gives it back.
OUTBOX = Jobs(
    outbox,
    OutboxRow,
    key="message",
    attempts="tries",
    due="due_at",
    order=["due_at"],
    waiting=(DUE,),
    at_work=(UNDER_WAY,),
)
views = Views(tables, kept)


@views.on("NoticePrepared")
def _prepared(connection: Connection, event: Event) -> None:
    row = dict(event.data)
    for name in ("units", "cohorts", "statuses"):
        row[name] = json.dumps(row[name])
    row |= {"position": event.position, "prepared_at": event.recorded_at}
    row |= {"prepared_by": event.actor, "status": "prepared", "recipients": 0}
    connection.execute(insert(notices), row)


@views.on("NoticeDiscarded")
def _discarded(connection: Connection, event: Event) -> None:
    values = {"status": "discarded", "ended_at": event.recorded_at}
    values["replaced_by"] = event.data["replaced_by"]
    mine = notices.c.notice == event.data["notice"]
    connection.execute(update(notices).where(mine).values(values))


_STATUS = {
    "NoticeReleased": "sending",
    "NoticeStopped": "stopped",
    "NoticeRetried": "sending",
    "NoticeFinished": "finished",
}


@views.on(*_STATUS)
def _went_on(connection: Connection, event: Event) -> None:
    status, notice = _STATUS[event.name], event.data["notice"]
    ended_at = None if status == "sending" else event.recorded_at
    values: dict[str, object] = {"status": status, "ended_at": ended_at}
    if event.name == "NoticeReleased":
        values |= {"released_at": event.recorded_at, "released_by": event.actor}
        values["recipients"] = event.data["recipients"]
    connection.execute(update(notices).where(notices.c.notice == notice).values(values))
    if event.name == "NoticeRetried":
        # They wait again; what becomes of them this time is recorded later.
        again = and_(messages.c.notice == notice, messages.c.outcome == "failed")
        connection.execute(delete(messages).where(again))


@views.on("NoticeSent", "NoticeSkipped", "NoticeFailed")
def _settled(connection: Connection, event: Event) -> None:
    data = event.data
    row: dict[str, Any] = {name: data[name] for name in ("message", "notice", "resident")}
    row |= {"outcome": event.name.removeprefix("Notice").lower(), "at": event.recorded_at}
    row |= {"reason": data.get("reason"), "trouble": data.get("trouble")}
    row |= {"tries": data.get("tries", 0), "doubtful": data["doubtful"]}
    put(connection, messages, "message", row)


@views.on("NoticeDelivered")
def _delivered(connection: Connection, event: Event) -> None:
    at_message = messages.c.message == event.data["message"]
    confirmed = update(messages).where(at_message).values(delivered_at=event.recorded_at)
    if not connection.execute(confirmed).rowcount:
        # Heard before our own record of the sending, which was lost with a dying sender.
        row = {name: event.data[name] for name in ("message", "notice", "resident")}
        row |= {"outcome": "sent", "reason": None, "trouble": None, "tries": 0}
        row |= {"doubtful": False, "at": event.recorded_at, "delivered_at": event.recorded_at}
        connection.execute(insert(messages), row)
