"""The outbox: a released notice's messages, one by one, each decided again when its turn comes.

`claim_message` and `record_outcome` are a transaction each, and what happens on the network lies between them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select, update

from services.registration.belonging.docking_views import site_on
from services.registration.domain.notice import Notice, NoticeMessage
from services.registration.domain.recipient import Named, reason_against
from services.registration.domain.template import filled, used_in
from services.registration.notices.channels import (
    Accepted,
    Channel,
    Later,
    Message,
    Outcome,
    Rejected,
)
from services.registration.notices.channels.backoff import MOST_TRIES, pause
from services.registration.notices.notice_views import (
    DONE,
    DUE,
    FAILED,
    STOPPED,
    UNDER_WAY,
    messages,
    notices,
    outbox,
)
from services.registration.notices.notices import OUTCOMES, Notices, audience_of
from services.registration.views import residents, units
from shared.kit.eventstore import tables
from shared.town.telephones import BETWEEN

SKIPPED_AT_ONCE = 100
SEALED = ("notice", "file")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that is about to be sent: nobody else sends it now."""

    message: Message
    tries: int
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Skipped:
    """Some people whose turn it was are not told after all."""

    people: int


class Outbox(Notices):
    """What the sender asks for and reports; each method runs in a transaction of its own."""

    def claim_message(self, channel: Channel, unheard: Collection[str]) -> Claimed | Skipped | None:
        """Return the next message of a channel, or how many were skipped; None: nothing is due.

        `unheard` are sources from which events may be missing: who might have been vaccinated
        there waits. While the views are being rebuilt everybody waits.
        """
        skipped = 0
        while skipped < SKIPPED_AT_ONCE and (row := self._next_message(channel.name, unheard)):
            taken = self._decide_message(channel, row)
            if isinstance(taken, Message):
                tries = row["tries"] + 1
                self._mark_message(row["message"], state=UNDER_WAY, tries=tries)
                return Claimed(taken, tries, row["doubtful"])
            self._skip_message(row, taken)
            skipped += 1
        return Skipped(skipped) if skipped else None

    def record_outcome(self, channel: Channel, claimed: Claimed, outcome: Outcome) -> None:
        """Write down what became of a message that was claimed."""
        row = self.row(select(outbox).where(outbox.c.message == claimed.message.id))
        if row is None or row["state"] != UNDER_WAY or row["tries"] != claimed.tries:
            return  # somebody else has taken it over, or a receipt has told us already
        match outcome:
            case Accepted():
                self._message_sent(row)
            case Rejected(trouble):
                self._fail_message(row, "refused", trouble)
            case Later():
                doubtful = row["doubtful"] or (outcome.doubtful and not channel.recognises_repeats)
                self._postpone_message(row | {"doubtful": doubtful}, outcome)

    def recover_messages(self, channel: Channel, under_way: Collection[str]) -> int:
        """Give back what a sender that died had under way; return how many messages that were.

        Their outcome is not known: they are sent again under the same id.
        """
        at = outbox.c
        dead = and_(
            at.channel == channel.name, at.state == UNDER_WAY, at.message.in_(list(under_way))
        )
        values: Row = {"state": DUE, "due_at": self.instant(), "trouble": "sender-died"}
        if not channel.recognises_repeats:
            values["doubtful"] = True
        connection = self.store.current.connection
        return connection.execute(update(outbox).where(dead).values(values)).rowcount

    def messages_under_way(self, channel: str) -> list[str]:
        """Ids of the messages that a sender has claimed and not reported on."""
        at = outbox.c
        query = select(at.message).where(at.channel == channel, at.state == UNDER_WAY)
        return [row["message"] for row in self.rows(query)]

    def confirm_delivery(self, message: str) -> str:
        """The gateway says that a message has arrived; returns what that was to us."""
        row = self.row(select(outbox).where(outbox.c.message == message))
        if row is None or not (row["tries"] or row["state"] in (DONE, FAILED)):
            return "unknown"
        notice, resident = UUID(row["notice"]), UUID(row["resident"])
        told = self.begin(NoticeMessage, NoticeMessage.create_id(notice, resident))
        if not told.deliver(notice, resident):
            return "known"
        self.save(told)
        if row["state"] in (DUE, UNDER_WAY):
            self._message_sent(row)  # this is how we hear of a message whose acceptance was lost
        return "delivered"

    # One message

    def _next_message(self, channel: str, unheard: Collection[str]) -> Row | None:
        if "screening" in unheard or self._views_rebuilding():
            return None
        at = outbox.c
        query = select(outbox).where(
            at.channel == channel, at.state == DUE, at.due_at <= self.instant()
        )
        sites = [source.partition("/")[2] for source in unheard]
        if sites:
            docked = select(residents.c.resident).join(units, units.c.unit == residents.c.unit)
            docked = docked.where(site_on(self.today().isoformat()).in_(sites))
            query = query.where(at.resident.not_in(docked))
        return self.row(query.order_by(at.due_at, at.message).limit(1))

    def _views_rebuilding(self) -> bool:
        """Whether the views have not yet followed a source again as far as once before."""
        at = tables.positions.c
        return self.row(select(at.source).where(at.position < at.decided).limit(1)) is not None

    def _decide_message(self, channel: Channel, row: Row) -> Message | str:
        """Return the message to this person as things stand now, or why there is none."""
        notice = self.row(select(notices).where(notices.c.notice == row["notice"])) or {}
        person = self.person_on(row["resident"], self.today())
        named = Named(row["status"], row["doses"])
        against = reason_against(self.stands(person), named, audience_of(notice), self.today())
        if against is not None or person is None:
            return against or "not_in_audience"
        fields = ("name", channel.field) if channel.field else ("name", "phone", "email")
        who = self.identities([person], fields)[row["resident"]] or {}
        # Of several telephone numbers the first is the main one.
        to = str(who.get(channel.field) or "").partition(BETWEEN)[0] if channel.field else ""
        if channel.field and not to:
            return "no_address"
        if not channel.takes(to):
            return "bad_address"
        zh, en = self.filling(person, str(who.get("name") or ""))
        used = used_in(notice["zh"], notice["en"])
        if used & {"day", "time"} and "day" not in zh:
            return "no_appointment"
        if "week" in used and "week" not in zh:
            return "no_week"
        message = Message(
            id=row["message"],
            notice=row["notice"],
            resident=row["resident"],
            unit=person["unit"],
            to=to,
            at=notice["released_at"],
            title=notice["title"],
            zh=filled(notice["zh"], zh),
            en=filled(notice["en"], en),
        )
        return self._sealed_message(message, who) if channel.keeps_messages else message

    def _sealed_message(self, message: Message, who: Row) -> Message:
        """Seal what a channel will keep, so that it goes with the person's keys when erased."""
        assert self.privacy is not None
        kept = {name: who[name] for name in ("phone", "email") if who.get(name)}
        kept |= {"name": who.get("name"), "zh": message.zh, "en": message.en}
        place = (message.resident, message.id, *SEALED)
        return replace(message, sealed=self.privacy.seal(message.resident, place, kept))

    def _message_of(self, row: Row) -> tuple[NoticeMessage, UUID, UUID]:
        notice, resident = UUID(row["notice"]), UUID(row["resident"])
        told = self.begin(NoticeMessage, NoticeMessage.create_id(notice, resident))
        return told, notice, resident

    def _message_sent(self, row: Row) -> None:
        told, notice, resident = self._message_of(row)
        told.sent(
            notice,
            resident,
            channel=row["channel"],
            tries=row["tries"],
            doubtful=row["doubtful"],
        )
        self._close_message(row, DONE, told)

    def _skip_message(self, row: Row, reason: str) -> None:
        told, notice, resident = self._message_of(row)
        told.skip(notice, resident, reason=reason, doubtful=row["doubtful"])
        self._close_message(row, DONE, told)

    def _fail_message(self, row: Row, reason: str, trouble: str) -> None:
        told, notice, resident = self._message_of(row)
        told.fail(
            notice,
            resident,
            reason=reason,
            trouble=trouble,
            tries=row["tries"],
            doubtful=row["doubtful"],
        )
        self._close_message(row | {"trouble": trouble}, FAILED, told)

    def _postpone_message(self, row: Row, later: Later) -> None:
        if row["tries"] >= MOST_TRIES:
            self._fail_message(row, "unreachable", later.trouble)
            return
        notice = self.get(Notice, UUID(row["notice"]))
        wait = timedelta(seconds=pause(row["tries"], later.after))
        self._mark_message(
            row["message"],
            state=STOPPED if notice.status == STOPPED else DUE,
            due_at=(self.now() + wait).astimezone(UTC).isoformat(),
            doubtful=row["doubtful"],
            trouble=later.trouble,
        )

    def _close_message(self, row: Row, state: str, told: NoticeMessage) -> None:
        self.save(told)
        changed = {"doubtful": row["doubtful"], "trouble": row["trouble"]}
        self._mark_message(row["message"], state=state, **changed)
        self._finish_notice(row["notice"])

    def _mark_message(self, message: str, **values: Any) -> None:
        at_message = outbox.c.message == message
        self.store.current.connection.execute(update(outbox).where(at_message).values(values))

    def _finish_notice(self, notice: str) -> None:
        """Say so when nobody is left to be told."""
        at = outbox.c
        left = select(at.message).where(at.notice == notice, at.state.in_((DUE, UNDER_WAY)))
        if self.row(left.limit(1)) is not None:
            return
        ended = self.get(Notice, UUID(notice))
        outcomes = self.rows(select(messages.c.outcome).where(messages.c.notice == notice))
        said = [row["outcome"] for row in outcomes]
        if ended.finish(**{each: said.count(each) for each in OUTCOMES}):
            self.save(ended)
